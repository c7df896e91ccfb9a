"""A real copy of an HDF5 file in any Zarr store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from ..extras import naming_extras

with naming_extras(__name__):
    from zarr.core.buffer import default_buffer_prototype
    from zarr.core.sync import sync
    from zarr.storage import StorePath
    from zarr.storage._common import make_store_path

    from .store import HDF5Store

__all__ = ["ExportResult", "export_to_zarr"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was copied: keys written, keys that were there already, and bytes written."""

    copied: int
    skipped: int
    nbytes: int
    report: list[Any] = field(repr=False)


def export_to_zarr(
    target: Any,
    store: Any,
    *,
    zarr_format: int = 3,
    workers: int = 4,
    progress: Progress | None = None,
    overwrite: bool = False,
    resume: bool = False,
    verify: bool = True,
    consolidated: bool = True,
    **options: Any,
) -> ExportResult:
    """Copy an HDF5 file into a Zarr store, and return what was done.

    Chunks that Zarr's codecs decode are copied as they are, not compressed anew.  Chunks
    are written before metadata, and the root's last, so that what is incomplete does not
    open.

    Parameters
    ----------
    target
        What ``purehdf.File`` takes.
    store
        What zarr takes as a store: a path, a URL, a ``zarr.abc.store.Store``.
    zarr_format : {3, 2}
        Version of the Zarr format.
    workers : int
        Threads that read and decode, each one key at a time.
    progress : callable, optional
        Called with the number of keys done, and of all keys.
    overwrite, resume : bool
        What becomes of a store that is not empty: it is emptied, or keys of the same size
        are left as they are.
    verify : bool
        Read back each value, those that were there already as well, and compare it.
    consolidated
        Whether the root's metadata holds that of all nodes.
    **options
        As ``HDF5Store`` takes them: ``group=``, ``max_chunksize=``, ``storage_options=``.
        ``own_codecs=False`` here, so that the copy is read without purehdf.

    Raises
    ------
    FileExistsError
        The store is not empty, and neither `overwrite` nor `resume` is set.
    OSError
        A value that was read back is not the one that was written.
    ValueError
        `overwrite` and `resume` together, or no worker.
    """
    _check(workers, overwrite=overwrite, resume=resume)
    options.setdefault("own_codecs", False)
    with HDF5Store(target, zarr_format=zarr_format, consolidated=consolidated, **options) as source:
        keys = sync(_keys(source))  # before anything happens to what the store holds
        place = sync(make_store_path(store, mode="a"))
        _prepare(place, overwrite=overwrite, resume=resume)
        copier = _Copier(source, place, resume=resume, verify=verify)
        copied = _copy(copier, *keys, workers, progress)
        return ExportResult(*copied, source.report())


def _check(workers: int, *, overwrite: bool, resume: bool) -> None:
    if overwrite and resume:
        raise ValueError("overwrite and resume exclude each other")
    if workers < 1:
        raise ValueError("workers is a number of threads, at least 1")


def _prepare(place: StorePath, *, overwrite: bool, resume: bool) -> None:
    if overwrite:
        sync(place.delete_dir())
    elif not resume and not sync(place.is_empty()):
        raise FileExistsError(f"{place} is not empty: overwrite=True, or resume=True")


def _copy(
    copier: _Copier,
    chunks: list[str],
    documents: list[str],
    workers: int,
    progress: Progress | None,
) -> tuple[int, int, int]:
    """Copy all; return how many keys were copied and left as they are, and the bytes copied."""
    total = len(chunks) + len(documents)
    sizes = []
    for size in chain(_in_threads(copier, chunks, workers), map(copier, documents)):
        sizes.append(size)
        if progress is not None:
            progress(len(sizes), total)
    copied = [size for size in sizes if size is not None]
    return len(copied), total - len(copied), sum(copied)


async def _keys(source: HDF5Store) -> tuple[list[str], list[str]]:
    """The keys of chunks, and those of documents from the deepest to the root's."""
    keys = [key async for key in source.list()]
    documents = [key for key in keys if _is_document(key)]
    chunks = [key for key in keys if not _is_document(key)]
    return chunks, sorted(documents, key=lambda key: (-key.count("/"), key))


def _is_document(key: str) -> bool:
    return key.rpartition("/")[2][:1] in (".", "z")


def _in_threads(copier: _Copier, keys: Iterable[str], workers: int) -> Iterator[int | None]:
    """Copy side by side, with few keys waiting; the first error ends it all."""
    rest = iter(keys)
    running: set[Future[int | None]] = set()
    with ThreadPoolExecutor(workers) as pool:
        try:
            while True:
                room = 2 * workers - len(running)
                running |= {pool.submit(copier, key) for key in islice(rest, room)}
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (each.result() for each in done)
        finally:
            for each in running:
                each.cancel()


class _Copier:
    """Copies the value of one key; returns its size, or None if it was there already."""

    def __init__(self, source: HDF5Store, place: StorePath, *, resume: bool, verify: bool) -> None:
        self._source = source
        self._place = place
        self._resume = resume
        self._verify = verify

    def __call__(self, key: str) -> int | None:
        value = self._source.get_sync(key)
        if value is None:
            raise OSError(f"{key}: listed, and not to be had")
        there = self._place / key
        done = self._resume and not _is_document(key) and self._is_there(there, len(value))
        if not done:
            sync(there.set(value))
        if self._verify:
            found = sync(there.get(default_buffer_prototype()))
            if found is None or found.to_bytes() != value.to_bytes():
                raise OSError(f"{there} does not hold what was written")
        return None if done else len(value)

    def _is_there(self, there: StorePath, size: int) -> bool:
        try:
            return bool(sync(there.store.getsize(there.path)) == size)
        except FileNotFoundError:
            return False
