"""The read-only Zarr store over an index: only chunks are read from the HDF5 file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from . import own_codecs_v3
from .array_references import ReferenceEntry, References
from .capabilities import filter_warnings
from .chunk_lookup import ByteRange, ChunkLookup
from .forms import form_of
from .kerchunk import kerchunk_dict
from .known_file import KnownFile
from .listing import names_below
from .nodes import Documents
from .read_only import SyncStore
from .saved_documents import key_of

__all__ = ["IndexStore"]

own_codecs_v3.register()


class IndexStore(SyncStore):
    """A read-only store over references that were collected before.

    Parameters
    ----------
    found : References
        All metadata, and where the chunks lie.
    target : optional
        The HDF5 file, as ``purehdf.File`` takes it; by default what lies at the URL of `found`.
    length : int, optional
        Length of the file when it was indexed, in bytes; a file of another length is refused.
    consolidated : bool
        Whether the root's metadata holds that of all nodes.
    storage_options : mapping, optional
        Passed to fsspec together with a URL.
    blocksize : int, optional
        A remote file is read, and kept, in blocks of so many bytes; None: each chunk is a
        request of its own, and nothing else is read.
    """

    def __init__(
        self,
        found: References,
        target: Any = None,
        *,
        length: int | None = None,
        consolidated: bool = False,
        storage_options: Mapping[str, Any] | None = None,
        blocksize: int | None = None,
    ) -> None:
        super().__init__()
        filter_warnings()
        self._found = found
        self._target = found.url if target is None else target
        self._options: dict[str, Any] = {
            "length": length,
            "consolidated": consolidated,
            "storage_options": storage_options,
            "blocksize": blocksize,
        }
        self._form = form_of(found.zarr_format)
        self._file = KnownFile(self._target, storage_options, blocksize)
        self._documents = self._all_documents()
        self._lookups: dict[str, ChunkLookup] = {}

    def _all_documents(self) -> Documents:
        """Documents by their keys."""
        arrays = {path: array.documents for path, array in self._found.arrays.items()}
        nodes = {**self._found.groups, **arrays}
        if self._options["consolidated"] and "" in self._found.groups:
            below = {path: documents for path, documents in nodes.items() if path}
            nodes[""] = self._form.consolidated(nodes[""], below)
        return {
            key_of(path, name): document
            for path, documents in nodes.items()
            for name, document in documents.items()
        }

    # -- what kind of store it is

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, IndexStore):
            return NotImplemented
        if (self._target, self._options) != (other._target, other._options):
            return False
        same = self._found is other._found
        return same or kerchunk_dict(self._found) == kerchunk_dict(other._found)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._found, self._target, self._options)

    def __repr__(self) -> str:
        return f"<IndexStore of {self._file.name!r}>"

    __str__ = __repr__

    @property
    def supports_consolidated_metadata(self) -> bool:
        """Whether there is consolidated metadata to be found."""
        return bool(self._options["consolidated"])

    def report(self) -> list[ReferenceEntry]:
        """Return how each array is served, and what is left out."""
        return self._found.report

    def close(self) -> None:
        """Close the HDF5 file."""
        super().close()
        self._file.close()

    # -- reading

    async def _get(self, key: str, part: slice) -> Any:
        found = self._find(key)
        if isinstance(found, ByteRange):
            return await self._file.read(*found, part, self._options["length"])
        return None if found is None else found[part]

    @property
    def _supports_sync_io(self) -> bool:
        return self._file.is_resident

    def _get_sync(self, key: str, part: slice) -> Any:
        found = self._find(key)
        if isinstance(found, ByteRange):
            return self._file.read_sync(*found, part, self._options["length"])
        return None if found is None else found[part]

    async def _size(self, key: str) -> int | None:
        found = self._find(key)
        if found is None:
            return None
        return found.size if isinstance(found, ByteRange) else len(found)

    def _find(self, key: str) -> ByteRange | bytes | None:
        """A value that is held here, or where it lies in the file."""
        parsed = self._form.parse_key(key)
        if parsed is None:
            return None
        if parsed.chunk is None:
            document = self._documents.get(key)
            return None if document is None else json.dumps(document).encode()
        array = self._found.arrays.get(parsed.path)
        if array is None:
            return None
        if parsed.path not in self._lookups:
            self._lookups[parsed.path] = ChunkLookup(array)
        # The one chunk of a scalar may be written as any other.
        scalar = not array.shape and self._form.chunk_name(()) == self._form.chunk_name(
            parsed.chunk
        )
        return self._lookups[parsed.path].find(() if scalar else parsed.chunk)

    # -- listing

    def _chunk_keys(self, path: str) -> Iterable[str]:
        array = self._found.arrays.get(path)
        if array is not None:
            for positions in (array.coordinates, array.inline_coordinates):
                for position in positions.tolist():
                    yield key_of(path, self._form.chunk_name(tuple(position)))

    async def list(self) -> AsyncIterator[str]:
        """Yield all keys."""
        async for key in self.list_prefix(""):
            yield key

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """Yield all keys that begin with `prefix`."""
        for keys in (self._documents, *map(self._chunk_keys, self._found.arrays)):
            for key in keys:
                if key.startswith(prefix):
                    yield key

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Yield the names directly below a path."""
        path = prefix.strip("/")
        for name in names_below(self._documents, path):
            yield name
        parts = path.split("/") if path else []
        for i in range(len(parts) + 1):  # an array at the path, or above it
            for name in names_below(self._chunk_keys("/".join(parts[:i])), path):
                yield name


def _rebuild(found: References, target: Any, options: dict[str, Any]) -> IndexStore:
    return IndexStore(found, target, **options)
