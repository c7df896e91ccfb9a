"""Reading with ``await``: the walks of the h5py-like interface, on the caller's event loop.

What is described by metadata is read on the loop, and chunks are decoded in a thread, so
that the loop goes on meanwhile.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import numpy as np

from .data.attributes import attribute_value
from .data.empty import Empty
from .data.read import read_selection
from .data.request import parse_request
from .data.storage import Blocks, blocks_of
from .data.virtual_sources import open_dataset
from .datatype.numpy_types import memory_dtype, text
from .errors import FileStateWarning, FormatError, PureHDFError, UnsupportedError
from .format.messages.data_layout import Chunked
from .limits import DEFAULT_LIMITS, Limits
from .session import External, Progress, Session
from .source import IOStats, Task, open_source, run_async
from .walk.attributes import object_attributes
from .walk.datasets import DatasetRecord, is_dataset, is_datatype
from .walk.groups import group_links, is_group
from .walk.headers import ObjectHeader, object_header
from .walk.need import gather, result_of, together
from .walk.paths import Location, locate
from .walk.reader import Reader

__all__ = ["AsyncDataset", "AsyncFile", "AsyncGroup", "Entry", "open_async"]

T = TypeVar("T")
Kind = Literal["group", "dataset", "datatype"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of a group: its kind, and ``shape``, ``dtype``, ``chunks`` where it is a dataset.

    Of a member that cannot be opened there is only the ``error``.
    """

    kind: Kind | None
    shape: tuple[int, ...] | None = None
    dtype: np.dtype[Any] | None = None
    chunks: tuple[int, ...] | None = None
    error: PureHDFError | None = None


async def open_async(
    target: Any,
    *,
    storage_options: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    external: External | None = None,
    verify_checksums: bool = True,
    progress: Progress | None = None,
) -> AsyncFile:
    """Open a file for reading with ``await``; parameters and errors are those of ``File``."""
    if not verify_checksums:
        limits = limits._replace(verify_checksums=False)
    source = await _aside(lambda: open_source(target, storage_options=storage_options))
    try:
        session = await Session.open_async(source, limits, external, progress=progress)
        root = Location(session.reader, session.root_address)
        header = await run_async(object_header(*root), session.files)
    except BaseException:
        source.close()
        raise
    for state in session.state():
        warnings.warn(state, FileStateWarning, stacklevel=2)
    return AsyncFile(session, session.reader, header, "/")


class _AsyncObject:
    """An object of an open file."""

    def __init__(self, session: Session, reader: Reader, header: ObjectHeader, path: str) -> None:
        self._session = session
        self._reader = reader  # that of another file, behind an external link
        self._header = header
        self.name = path

    async def attrs(self) -> dict[str, Any]:
        """Return the attributes, name -> value, as ``Dataset.attrs`` has them."""
        return await self._run(_attributes(self._reader, self._header))

    async def _run(self, walk: Coroutine[Any, Any, T], path: str | None = None) -> T:
        self._check_open(walk)
        with self._session.errors(path or self.name):
            return await run_async(walk, self._session.files)

    def _check_open(self, walk: Coroutine[Any, Any, Any]) -> None:
        if self._session.closed:
            walk.close()
            raise ValueError("the file is closed")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} of {self._session.name}>"


class AsyncGroup(_AsyncObject):
    """A group."""

    async def keys(self) -> list[str]:
        """Return the names of the members."""
        return list(await self._run(group_links(self._reader, self._header)))

    async def get(self, path: str) -> Any:
        """Return the AsyncGroup or AsyncDataset at `path`.

        Raises LinkNotFoundError if there is none, UnsupportedError for a committed datatype.
        """
        parts = [part for part in path.split("/") if part not in ("", ".")]
        base = "" if path.startswith("/") else self.name.rstrip("/")
        name = "/".join([base, *parts]) or "/"
        reader, header = await self._run(_open(self._reader, self._header.address, path), name)
        kind = _kind(header)
        if kind == "group":
            return AsyncGroup(self._session, reader, header, name)
        if kind == "dataset":
            record = await self._run(open_dataset(reader, header), name)
            return AsyncDataset(self._session, reader, header, name, record)
        raise UnsupportedError("neither a group nor a dataset", path=name)

    async def index_async(self) -> dict[str, Entry]:
        """Return name -> :class:`Entry` of all members, whose headers are read side by side."""
        return await self._run(_index(self._reader, self._header))


class AsyncFile(AsyncGroup):
    """An open file; it is also its root group, and an asynchronous context manager."""

    def io_stats(self) -> IOStats:
        """What reading has cost so far, as ``File.io_stats`` says it."""
        return self._session.io_stats()

    async def close(self) -> None:
        """Close the file; its objects cannot be read any more."""
        self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class AsyncDataset(_AsyncObject):
    """A dataset: what describes it is here, its elements come by :meth:`read`."""

    def __init__(
        self,
        session: Session,
        reader: Reader,
        header: ObjectHeader,
        path: str,
        record: DatasetRecord,
    ) -> None:
        super().__init__(session, reader, header, path)
        self._record = record
        self._blocks: Blocks | None = None
        self._entry = _described(record)

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape; None for a dataset without elements (a null dataspace)."""
        return self._entry.shape

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """The dtype of its elements."""
        return self._entry.dtype

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """The shape of a chunk; None if the dataset is not chunked."""
        return self._entry.chunks

    async def read(self, selection: Any = ...) -> Any:
        """Read what ``dataset[selection]`` of the h5py-like interface selects.

        `selection` is what ``numpy.s_[...]`` gives.  The result is an array, a scalar where
        every axis has an integer, and ``Empty`` for a dataset without elements.
        """
        request = parse_request(selection, self.shape, self.dtype)
        if isinstance(request, Empty):
            return request
        if self._blocks is None and 0 not in request.selection.shape:
            self._blocks = await self._run(blocks_of(self._reader, self._record))
        walk = read_selection(self._reader, self._record, request.selection, self._blocks)
        self._check_open(walk)
        with self._session.errors(self.name):
            return request.answer(await _run_aside(walk, self._session))

    read_async = read  # as `index_async` of a group is called


# -- drivers


async def _aside(call: Callable[..., T], *args: Any) -> T:
    """Call in a thread; directly where there are none (the browser)."""
    if sys.platform == "emscripten":
        return call(*args)
    import asyncio  # late: it takes longer to import than all the rest

    return await asyncio.to_thread(call, *args)


async def _run_aside(walk: Coroutine[Any, Any, T], session: Session) -> T:
    """Run a walk with its own work in threads, and its waiting on the event loop."""
    task: Task[T] = await _aside(Task, walk)
    while not task.done:
        try:
            buffers = await session.files.read_async(task.needs)
        except Exception as error:
            await _aside(task.fail, error)
        else:
            await _aside(task.feed, buffers)
    return task.result()


# -- walks


async def _open(reader: Reader, start: int, path: str) -> tuple[Reader, ObjectHeader]:
    found = await locate(reader, start, path)
    return found.reader, await object_header(found.reader, found.address)


async def _attributes(reader: Reader, header: ObjectHeader) -> dict[str, Any]:
    found = [_good(each) for each in await object_attributes(reader, header)]
    values = await together(attribute_value(reader, each) for each in found)
    return {text(each.name): value for each, value in zip(found, values, strict=True)}


def _good(found: T | PureHDFError) -> T:
    return result_of(found)


async def _index(reader: Reader, header: ObjectHeader) -> dict[str, Entry]:
    links = await group_links(reader, header)
    found = await gather(_entry(reader, header.address, name) for name in links)
    return {name: _or_error(entry) for name, entry in zip(links, found, strict=True)}


async def _entry(reader: Reader, group: int, name: str) -> Entry:
    there, header = await _open(reader, group, name)
    kind = _kind(header)
    if kind != "dataset":
        return Entry(kind)
    return _described(await open_dataset(there, header))


def _or_error(entry: Entry | Exception) -> Entry:
    return Entry(None, error=entry) if isinstance(entry, PureHDFError) else result_of(entry)


def _described(record: DatasetRecord) -> Entry:
    layout = record.layout
    chunks = layout.chunk_shape if isinstance(layout, Chunked) else None
    return Entry("dataset", record.dataspace.shape, memory_dtype(record.datatype), chunks)


def _kind(header: ObjectHeader) -> Kind:
    if is_group(header):
        return "group"
    if is_dataset(header):
        return "dataset"
    if is_datatype(header):
        return "datatype"
    raise FormatError("neither a group, nor a dataset, nor a datatype", section="IV.A.1")
