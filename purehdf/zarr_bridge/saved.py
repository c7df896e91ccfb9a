"""Metadata that was saved, and a store over it that reads chunks and no HDF5 metadata.

What is saved are Zarr's own documents, and for each array ``.zchunkstore``: where its
chunks lie, ``{"source": {"uri", "array_name", "size"}, key: {"offset", "size"}}``.  A chunk that
no range of bytes gives is ``{"read": true}`` there: purehdf reads it from the file.  In the
saved documents an array has a mark, so that Zarr alone refuses to open it: it would take
all chunks for missing.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from zarr.abc.store import Store
from zarr.core.buffer import default_buffer_prototype

from ..errors import SourceError
from . import v2
from .capabilities import filter_warnings
from .forms import form_of
from .known_file import KnownFile
from .listing import names_below
from .once import Once
from .read_only import ReadOnlyStore
from .saved_documents import CHUNKS_KEY, key_of, unmarked_all
from .store import HDF5Store

__all__ = ["SavedStore", "format_of", "read_source"]


class SavedStore(ReadOnlyStore):
    """A read-only store over saved metadata.

    Parameters
    ----------
    metadata : zarr Store
        Holds what was saved, at `prefix`.
    prefix : str
        Place in `metadata`; "" for its root.
    zarr_format : {2, 3}
        Version of the format that was saved.
    target
        The HDF5 file: what ``purehdf.File`` takes.
    **options
        ``storage_options``, ``limits``, ``external`` and ``blocksize``, as
        :class:`HDF5Store` takes them.
    """

    def __init__(
        self, metadata: Store, prefix: str, zarr_format: int, target: Any, **options: Any
    ) -> None:
        super().__init__()
        filter_warnings()
        self._arguments = (metadata, prefix, zarr_format, target, options)
        self._metadata = metadata
        self._prefix = f"{prefix}/" if prefix else ""
        self._form = form_of(zarr_format)
        self._file = KnownFile(target, options.get("storage_options"), options.get("blocksize"))
        self._live: HDF5Store | None = None
        self._chunks: dict[str, dict[str, Any] | None] = {}
        self._once = Once()

    @property
    def name(self) -> str:
        """Path or URL of the HDF5 file."""
        return self._file.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SavedStore) and self._arguments == other._arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, self._arguments

    def __repr__(self) -> str:
        return f"<SavedStore of {self._file.name!r}, metadata in {self._metadata!r}>"

    __str__ = __repr__

    @property
    def supports_listing(self) -> bool:
        """As far as the store of the metadata does."""
        return self._metadata.supports_listing

    def close(self) -> None:
        """Close the HDF5 file."""
        super().close()
        self._file.close()
        if self._live is not None:
            self._live.close()

    # -- reading

    async def _get(self, key: str, part: slice) -> Any:
        found = self._form.parse_key(key)
        if found is None:
            return None
        if found.chunk is None:
            document = await self._shown(key)
            return None if document is None else document[part]
        entry = await self._entry(found.path, key)
        if entry is None:
            return None
        if "offset" not in entry:
            return await self._live_store(found.path)._get(key, part)
        length = self._source_of(found.path)["size"]
        return await self._file.read(entry["offset"], entry["size"], part, length)

    async def _size(self, key: str) -> int | None:
        found = self._form.parse_key(key)
        if found is None:
            return None
        if found.chunk is None:
            document = await self._shown(key)
            return None if document is None else len(document)
        entry = await self._entry(found.path, key)
        if entry is None:
            return None
        if "offset" in entry:
            return int(entry["size"])
        return await self._live_store(found.path).getsize(key)

    async def _shown(self, key: str) -> bytes | None:
        """A document as Zarr is to see it."""
        document = await self._document(key)
        return None if document is None else json.dumps(unmarked_all(document)).encode()

    async def _document(self, key: str) -> dict[str, Any] | None:
        data = await self._metadata.get(self._prefix + key, default_buffer_prototype())
        return None if data is None else json.loads(data.to_bytes())

    async def _entry(self, path: str, key: str) -> dict[str, Any] | None:
        """What was saved of a chunk; None where nothing is stored for it."""
        chunks = await self._chunks_of(path)
        return None if chunks is None or key == "source" else chunks.get(key)

    async def _chunks_of(self, path: str) -> Mapping[str, Any] | None:
        """Where the chunks of an array lie; None for what is no array."""
        if path not in self._chunks:
            self._chunks[path] = await self._once(path, lambda: self._load_chunks(path))
        return self._chunks[path]

    async def _load_chunks(self, path: str) -> dict[str, Any] | None:
        chunks = await self._document(key_of(path, CHUNKS_KEY))
        if chunks is None and await self._is_array(path):
            raise SourceError(
                f"{self._metadata!r}: {key_of(path, CHUNKS_KEY)} is missing, which says where "
                "the chunks of the array lie; save the metadata anew"
            )
        return chunks

    async def _is_array(self, path: str) -> bool:
        if self._form is v2:
            return await self._document(key_of(path, ".zarray")) is not None
        document = await self._document(key_of(path, "zarr.json"))
        return document is not None and document["node_type"] == "array"

    def _source_of(self, path: str) -> dict[str, Any]:
        known: dict[str, Any] = (self._chunks[path] or {})["source"]
        return known

    def _live_store(self, path: str) -> HDF5Store:
        """The store that reads what no range of bytes gives."""
        if self._live is None:
            *_, target, options = self._arguments
            self._live = HDF5Store(target, **self._source_of(path)["options"], **options)
        return self._live

    async def _chunk_keys(self, path: str) -> list[str]:
        return [key for key in await self._chunks_of(path) or () if key != "source"]

    # -- listing

    async def list(self) -> AsyncIterator[str]:
        """Yield all keys."""
        async for key in self.list_prefix(""):
            yield key

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """Yield all keys that begin with `prefix`."""
        async for key in self._metadata.list_prefix(self._prefix):
            shown = key.removeprefix(self._prefix)
            path, _, name = shown.rpartition("/")
            keys = await self._chunk_keys(path) if name == CHUNKS_KEY else [shown]
            for each in keys:
                if each.startswith(prefix):
                    yield each

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Yield the names directly below a path."""
        path = prefix.strip("/")
        names = [name async for name in self._metadata.list_dir(self._prefix + path)]
        for name in names:
            if name != CHUNKS_KEY:
                yield name
        if CHUNKS_KEY in names or not names:
            for name in names_below(await self._keys_of_array_at(path), path):
                yield name

    async def _keys_of_array_at(self, path: str) -> Iterable[str]:
        """The keys of the chunks of an array, by its path or one that leads into its chunks."""
        parts = path.split("/")
        for i in reversed(range(len(parts) + 1)):
            keys = await self._chunk_keys("/".join(parts[:i]))
            if keys:
                return keys
        return []


def _rebuild(
    metadata: Store, prefix: str, zarr_format: int, target: Any, options: dict[str, Any]
) -> SavedStore:
    return SavedStore(metadata, prefix, zarr_format, target, **options)


async def format_of(metadata: Store, prefix: str) -> int:
    """Return the version of the format that was saved.

    Raises
    ------
    FileNotFoundError
        Nothing was saved there.
    """
    if await metadata.exists(key_of(prefix, "zarr.json")):
        return 3
    for name in (".zgroup", ".zarray"):
        if await metadata.exists(key_of(prefix, name)):
            return 2
    raise FileNotFoundError("nothing was saved at this place of the store")


async def read_source(metadata: Store, prefix: str) -> str:
    """Return where the HDF5 file is, as it was saved with the metadata."""
    data = await metadata.get(key_of(prefix, CHUNKS_KEY), default_buffer_prototype())
    uri = None if data is None else json.loads(data.to_bytes())["source"]["uri"]
    if isinstance(uri, str):
        return uri
    raise ValueError("where the file is was not saved: give filename")
