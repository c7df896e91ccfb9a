"""The read-only Zarr store over an HDF5 file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, ClassVar, Self, TypeVar

from ..extras import naming_extras
from ..limits import DEFAULT_LIMITS, Limits
from ..session import External, whole
from ..source import open_source, run, run_async
from .capabilities import filter_warnings
from .contents import Contents
from .forms import check_cut, form_of
from .hierarchy import Hierarchy, Settings
from .nodes import Documents
from .once import Once
from .opening import LazySession
from .report import ReportEntry
from .saved_documents import documents_to_save

with naming_extras(__name__):
    from . import own_codecs_v3
    from .read_only import SyncStore

__all__ = ["MAX_CHUNKSIZE", "HDF5Store"]

own_codecs_v3.register()

T = TypeVar("T")
S = TypeVar("S", bound="HDF5Store")

MAX_CHUNKSIZE = 2 << 20


class HDF5Store(SyncStore):
    """An HDF5 file as a read-only Zarr store; the data stays in the file.

    Parameters
    ----------
    target
        What ``purehdf.File`` takes: a path, bytes, a binary file object, an fsspec file, or
        a URL.
    group : str
        Path of the group that is the root of the store; a dataset makes it an array.
    zarr_format : {3, 2}
        Version of the Zarr format that the store presents.
    max_chunksize : int or None
        A contiguous dataset is cut into chunks of at most so many bytes; None: not at all.
    consolidated : bool
        Whether the root's metadata holds that of all nodes: opening the root then reads the
        metadata of the whole file, level by level, and the nodes below cost nothing more.
    storage_options : mapping, optional
        Passed to fsspec together with a URL.
    limits : Limits, optional
        Budgets for what the file may make the reader do.
    external : {"folder", "none", "any"} or callable, optional
        Which other files may be opened for external links, external storage and virtual
        datasets; as ``purehdf.File`` takes it.
    own_codecs : bool
        Whether chunks of szip, nbit, scale-offset, LZF, HDF5's LZ4 and bitshuffle are served
        as they lie in the file, for the codecs ``purehdf.*`` that are registered with Zarr.
    attributes : bool
        Whether nodes have the attributes of their objects.
    blocksize : int, optional
        A remote file is read, and kept, in blocks of so many bytes.

    Nothing is read before something is asked for, but whether a local file is the first of
    several that belong together.  ``report()`` says how each array is served, and what is
    left out and why.

    Warns
    -----
    FileStateWarning
        On first reading: the file is flagged as open for writing, or is longer or shorter
        than it says.
    """

    hierarchy_class: ClassVar[type[Hierarchy]] = Hierarchy
    """How nodes are found; another kind of store may find them otherwise."""

    def __init__(
        self,
        target: Any,
        *,
        group: str = "/",
        zarr_format: int = 3,
        max_chunksize: int | None = MAX_CHUNKSIZE,
        consolidated: bool = False,
        storage_options: Mapping[str, Any] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        external: External | None = None,
        own_codecs: bool = True,
        attributes: bool = True,
        blocksize: int | None = None,
    ) -> None:
        form = form_of(zarr_format)
        check_cut(max_chunksize)
        super().__init__()
        filter_warnings()
        self._target = target
        self._options: dict[str, Any] = {
            "group": group,
            "zarr_format": zarr_format,
            "max_chunksize": max_chunksize,
            "consolidated": consolidated,
            "storage_options": storage_options,
            "limits": limits,
            "external": external,
            "own_codecs": own_codecs,
            "attributes": attributes,
            "blocksize": blocksize,
        }
        source = whole(open_source(target, storage_options=storage_options), limits)
        session = LazySession(source, limits, external, blocksize)
        self._source = session.files
        settings = Settings(group, max_chunksize, form, limits, own_codecs, attributes)
        hierarchy = self.hierarchy_class(settings, source.resident, session)
        self._contents = Contents(hierarchy, form, consolidated=consolidated)
        self._once = Once()

    # -- what kind of store it is

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HDF5Store):
            return NotImplemented
        same = self._target is other._target or self._target == other._target
        return bool(same) and type(self) is type(other) and self._options == other._options

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self._target, self._options)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._source.name!r}, group {self._options['group']!r}>"

    __str__ = __repr__

    @property
    def zarr_format(self) -> int:
        """Version of the Zarr format that the store presents."""
        return int(self._options["zarr_format"])

    @property
    def supports_consolidated_metadata(self) -> bool:
        """Whether there is consolidated metadata to be found."""
        return bool(self._options["consolidated"])

    @property
    def name(self) -> str:
        """Path or URL of the file, or what else it is known by."""
        return self._source.name

    def again(self, kind: type[S], **options: Any) -> S:
        """Return a store of the same file, of this kind and with other options."""
        return _rebuild(kind, self._target, {**self._options, **options})

    def consolidated(self) -> Self:
        """Return a store of the same file whose root holds the metadata of all nodes."""
        return self.again(type(self), consolidated=True)

    def report(self) -> list[ReportEntry]:
        """Return how each array is served, and what is left out; this reads all metadata."""
        return run(self._contents.report(), self._source)

    def metadata(self, uri: str | None, *, consolidated: bool = False) -> Documents:
        """Return all metadata as JSON by key, with where the chunks lie: what is saved.

        `uri` is where others find the file.
        """
        saved = ("group", "zarr_format", "max_chunksize", "own_codecs", "attributes")
        source = {
            "uri": uri,
            "size": self._source.size,
            "options": {name: self._options[name] for name in saved},
        }
        hierarchy, form = self._contents.hierarchy, self._contents.form
        walk = documents_to_save(hierarchy, form, source, consolidated=consolidated)
        return run(walk, self._source)

    def close(self) -> None:
        """Close the file."""
        super().close()
        self._source.close()

    # -- reading

    async def _get(self, key: str, part: slice) -> Any:
        await self._prepare(key)
        return await self._run(self._contents.get(key, part))

    async def _size(self, key: str) -> int | None:
        await self._prepare(key)
        return await self._run(self._contents.size(key))

    async def _prepare(self, key: str) -> None:
        """Load what many chunks or nodes share, once for all who ask at the same time."""
        if self._source.resident is None:
            for name, walk in self._contents.shared(key):
                await self._once(name, lambda walk=walk: self._run(walk()))  # type: ignore[misc]

    async def _run(self, walk: Coroutine[Any, Any, T]) -> T:
        if not self._is_open:
            await self._open()
        return await run_async(walk, self._source)

    # -- listing

    async def list(self) -> AsyncIterator[str]:
        """Yield all keys; this reads the metadata of the whole file."""
        for key in await self._run(self._contents.keys("")):
            yield key

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """Yield all keys that begin with `prefix`."""
        for key in await self._run(self._contents.keys(prefix)):
            yield key

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Yield the names directly below a path: documents, nodes, chunks."""
        for name in await self._run(self._contents.names(prefix.strip("/"))):
            yield name

    @property
    def _supports_sync_io(self) -> bool:
        return self._source.resident is not None

    def _get_sync(self, key: str, part: slice) -> Any:
        return run(self._contents.get(key, part), self._source)


def _rebuild(kind: type[S], target: Any, options: dict[str, Any]) -> S:
    return kind(target, **options)
