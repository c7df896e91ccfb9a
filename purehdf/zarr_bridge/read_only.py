"""What all our stores have in common: they are read, listed, and never written."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, Literal, Self

from zarr.abc.store import ByteRequest, Store
from zarr.core.buffer import Buffer, BufferPrototype

from .byte_requests import buffer_of, slice_of

__all__ = ["ReadOnlyStore", "SyncStore"]


class ReadOnlyStore(Store):
    """A Zarr store that refuses to be written.

    `_get` returns a part of a value, None where there is none; `_size` its length in bytes.
    """

    def __init__(self) -> None:
        super().__init__(read_only=True)

    @abstractmethod
    def __reduce__(self) -> tuple[Any, ...]: ...

    @abstractmethod
    async def _get(self, key: str, part: slice) -> Any: ...

    @abstractmethod
    async def _size(self, key: str) -> int | None: ...

    @property
    def supports_writes(self) -> bool:
        """Never."""
        return False

    supports_deletes = supports_writes

    @property
    def supports_partial_writes(self) -> Literal[False]:
        """Never."""
        return False

    @property
    def supports_listing(self) -> bool:
        """Always."""
        return True

    def with_read_only(self, read_only: bool = False) -> Self:
        """Return a store of the same file; it cannot be made writable."""
        if not read_only:
            raise ValueError("an HDF5 file is read through Zarr, never written")
        make, arguments = self.__reduce__()
        again: Self = make(*arguments)
        return again

    async def get(
        self,
        key: str,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        """Return the value of a key, or the part of it that `byte_range` asks for."""
        return buffer_of(await self._get(key, slice_of(byte_range)), prototype)

    async def get_partial_values(
        self,
        prototype: BufferPrototype,
        key_ranges: Iterable[tuple[str, ByteRequest | None]],
    ) -> list[Buffer | None]:
        """Return parts of values, fetched side by side."""
        return await asyncio.gather(*(self.get(key, prototype, part) for key, part in key_ranges))

    async def exists(self, key: str) -> bool:
        """Whether there is such a key; for a chunk, whether it is stored."""
        return await self._size(key) is not None

    async def getsize(self, key: str) -> int:
        """Return the number of bytes of a value; a chunk in the file is not read for that."""
        size = await self._size(key)
        if size is None:
            raise FileNotFoundError(key)
        return size

    async def set(self, key: str, value: Buffer) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()

    async def delete(self, key: str) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()

    async def set_partial_values(self, key_start_values: Any) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()

    def set_sync(self, key: str, value: Buffer) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()

    def delete_sync(self, key: str) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()


class SyncStore(ReadOnlyStore):
    """One with the synchronous surface of zarr-python 3.4, for bytes that are in memory already."""

    @property
    @abstractmethod
    def _supports_sync_io(self) -> bool: ...

    @abstractmethod
    def _get_sync(self, key: str, part: slice) -> Any: ...

    def get_sync(
        self,
        key: str,
        *,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        """Return the value of a key, or a part of it, without an event loop."""
        return buffer_of(self._get_sync(key, slice_of(byte_range)), prototype)
