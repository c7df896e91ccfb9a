"""Metadata that was saved, and a store over it that reads chunks and no HDF5 metadata.

What is saved are Zarr's own documents, and for each array ``.zchunkstore``: where its
chunks lie, ``{"source": {"uri", "array_name", "size"}, key: {"offset", "size"}}``.  A chunk that
no range of bytes gives is ``{"read": true}`` there: purehdf reads it from the file.  In the
saved documents an array has a mark, so that Zarr alone refuses to open it: it would take
all chunks for missing.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, Literal

from zarr.abc.store import ByteRequest, Store
from zarr.core.buffer import Buffer, BufferPrototype, default_buffer_prototype

from ..errors import SourceError, TruncatedError
from ..source import Source, run_async
from ..walk.need import Need
from .byte_requests import slice_of
from .nodes import Format
from .saved_documents import CHUNKS_KEY, unmarked_all

__all__ = ["SavedStore", "read_source"]


class SavedStore(Store):
    """A read-only store over saved metadata.

    Parameters
    ----------
    metadata : zarr Store
        Holds what was saved, at `prefix`.
    source : Source
        The HDF5 file.
    live : callable
        Makes the store that reads what no range of bytes gives; called when it is needed,
        with the options that were saved.
    """

    def __init__(
        self,
        metadata: Store,
        prefix: str,
        form: Format,
        source: Source,
        live: Callable[..., Store],
    ) -> None:
        super().__init__(read_only=True)
        self._metadata = metadata
        self._prefix = f"{prefix}/" if prefix else ""
        self._form = form
        self._source = source
        self._make_live = live
        self._live: Store | None = None
        self._chunks: dict[str, dict[str, Any] | None] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SavedStore):
            return NotImplemented
        same = self._metadata == other._metadata and self._prefix == other._prefix
        return same and self._source.name == other._source.name

    __hash__ = None  # type: ignore[assignment]  # as zarr's own stores

    def __repr__(self) -> str:
        return f"<SavedStore of {self._source.name!r}, metadata in {self._metadata!r}>"

    __str__ = __repr__

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
        """As far as the store of the metadata does."""
        return self._metadata.supports_listing

    def close(self) -> None:
        """Close the HDF5 file."""
        super().close()
        self._source.close()
        if self._live is not None:
            self._live.close()

    async def get(
        self,
        key: str,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        """Return the value of a key, or the part of it that `byte_range` asks for."""
        prototype = prototype or default_buffer_prototype()
        part = slice_of(byte_range)
        found = self._form.parse_key(key)
        if found is None:
            return None
        if found.chunk is None:
            document = await self._document(key)
            if document is None:
                return None
            shown = json.dumps(unmarked_all(document)).encode()
            return prototype.buffer.from_bytes(shown[part])
        entry = await self._entry(found.path, key)
        if entry is None:
            return None
        if "offset" not in entry:
            return await self._live_store(found.path).get(key, prototype, byte_range)
        return prototype.buffer.from_bytes(await self._range(entry, part))

    async def _document(self, key: str) -> dict[str, Any] | None:
        data = await self._metadata.get(self._prefix + key, default_buffer_prototype())
        return None if data is None else json.loads(data.to_bytes())

    async def _entry(self, path: str, key: str) -> dict[str, Any] | None:
        """What was saved of a chunk; None where nothing is stored for it."""
        if path not in self._chunks:
            chunks = await self._document(f"{path}/{CHUNKS_KEY}".lstrip("/"))
            if chunks is not None:
                self._check_source(chunks["source"])
            self._chunks[path] = chunks
        known = self._chunks[path]
        return None if known is None or key == "source" else known.get(key)

    def _check_source(self, saved: dict[str, Any]) -> None:
        if saved["size"] != self._source.size:
            raise SourceError(
                f"{self._source.name} is not the file whose metadata was saved: "
                f"it had {saved['size']} bytes, and has {self._source.size}; save it anew"
            )

    async def _range(self, entry: dict[str, int], part: slice) -> Any:
        start, stop, _ = part.indices(entry["size"])
        wanted = (entry["offset"] + start, entry["offset"] + max(start, stop))
        (data,) = await run_async(_read(wanted), self._source)
        if len(data) < wanted[1] - wanted[0]:
            raise TruncatedError(
                "the file ends in it",
                structure="raw data",
                section="IV.B",
                offset=wanted[0],
                expected=f"{wanted[1] - wanted[0]} bytes",
                found=f"{len(data)} bytes",
            )
        return data

    def _live_store(self, path: str) -> Store:
        if self._live is None:
            known = self._chunks[path] or {}
            self._live = self._make_live(**known["source"]["options"])
        return self._live

    async def get_partial_values(
        self,
        prototype: BufferPrototype,
        key_ranges: Iterable[tuple[str, ByteRequest | None]],
    ) -> list[Buffer | None]:
        """Return parts of values."""
        return [await self.get(key, prototype, part) for key, part in key_ranges]

    async def exists(self, key: str) -> bool:
        """Whether there is such a key; for a chunk, whether it is stored."""
        found = self._form.parse_key(key)
        if found is None:
            return False
        if found.chunk is None:
            return await self._metadata.exists(self._prefix + key)
        return await self._entry(found.path, key) is not None

    async def list(self) -> AsyncIterator[str]:
        """Yield all keys."""
        async for key in self.list_prefix(""):
            yield key

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """Yield all keys that begin with `prefix`."""
        async for key in self._metadata.list_prefix(self._prefix):
            shown = key.removeprefix(self._prefix)
            path, _, name = shown.rpartition("/")
            if name != CHUNKS_KEY:
                keys = [shown]
            else:
                await self._entry(path, "")
                keys = [each for each in self._chunks[path] or () if each != "source"]
            for each in keys:
                if each.startswith(prefix):
                    yield each

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Yield the names directly below a path."""
        start = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        seen = set()
        async for key in self.list_prefix(start):
            name = key.removeprefix(start).partition("/")[0]
            if name not in seen:
                seen.add(name)
                yield name

    async def set(self, key: str, value: Buffer) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()

    async def delete(self, key: str) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()

    async def set_partial_values(self, key_start_values: Any) -> None:
        """Refuse: the store is read-only."""
        self._check_writable()


async def read_source(metadata: Store, prefix: str) -> str:
    """Return where the HDF5 file is, as it was saved with the metadata."""
    async for key in metadata.list_prefix(f"{prefix}/" if prefix else ""):
        if key.rpartition("/")[2] == CHUNKS_KEY:
            data = await metadata.get(key, default_buffer_prototype())
            uri = json.loads(data.to_bytes())["source"]["uri"] if data is not None else None
            if isinstance(uri, str):
                return uri
    raise ValueError("where the file is was not saved: give filename")


async def _read(wanted: tuple[int, int]) -> list[Any]:
    return await Need([wanted])
