"""External storage: the elements of a dataset as bytes of other files (IV.A.2.h)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import ExternalAccessError
from ..format.buffer import Buffer
from ..format.messages.external import ExternalStorage
from ..walk.heaps import local_heap
from ..walk.need import together
from ..walk.reader import Reader

__all__ = ["ExternalFiles", "external_files", "external_names"]


class _Run(NamedTuple):
    """Bytes ``start`` to ``stop`` of the dataset lie in a file, from ``offset`` on."""

    start: int
    stop: int
    file: Reader
    offset: int


class ExternalFiles:
    """The runs of a dataset in other files; it reads like a file that holds the dataset."""

    def __init__(self, runs: Sequence[_Run]) -> None:
        self._runs = runs

    async def read(self, ranges: Sequence[tuple[int, int]]) -> list[Buffer]:
        """Return bytes of the dataset; behind the end of a file they are zero, as in libhdf5."""
        return await together(self._range(start, stop) for start, stop in ranges)

    async def _range(self, start: int, stop: int) -> Buffer:
        out = bytearray(stop - start)
        for run in self._runs:
            first, last = max(start, run.start), min(stop, run.stop)
            if first < last:
                at = run.offset + first - run.start
                (found,) = await run.file.read([(at, at + last - first)])
                out[first - start : first - start + len(found)] = found
        return memoryview(out)


async def external_names(reader: Reader, storage: ExternalStorage) -> list[tuple[str, int, int]]:
    """Return name, offset and size in bytes of each run, in order."""
    heap = await local_heap(reader, storage.heap_address)
    return [
        (
            heap.text(slot.name_offset_in_local_heap).decode("utf-8", "surrogateescape"),
            slot.offset_in_external_data_file,
            slot.data_size_in_external_file,
        )
        for slot in storage.slots
    ]


async def external_files(reader: Reader, storage: ExternalStorage) -> ExternalFiles:
    """Open the files that hold a dataset.

    Raises ExternalAccessError where one must not be opened, MissingFileError where one
    is missing.
    """
    runs, start = [], 0
    for name, offset, size in await external_names(reader, storage):
        if reader.opener is None:
            raise ExternalAccessError(
                f"external storage in {name!r}: no other files are opened here"
            )
        file = await reader.opener.open_raw(name)
        runs.append(_Run(start, start + size, file, offset))
        start += size
    return ExternalFiles(runs)
