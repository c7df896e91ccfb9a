"""Files of this machine, and bytes in memory.

A memory map is preferred: it is *resident*, so walkers run over it without ever suspending.
As with any memory map, a file that another program truncates meanwhile ends the process;
open it as a file object (``purehdf.File(open(path, "rb"))``) where that can happen.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Sequence
from typing import cast

from .protocol import Buffer, Range, Source
from .ranges import clip
from .stream import FileObjectSource

__all__ = ["BytesSource", "FileSource", "MappedSource", "folder_of", "open_path"]


class BytesSource:
    """A file held in memory: ``bytes``, ``bytearray``, ``memoryview`` or any other buffer.

    The buffer is not copied unless it is not contiguous.  Without a global lock it is copied
    if it is neither ``bytes`` nor a memory map; see :func:`_shareable`.
    """

    def __init__(self, data: object, name: str = "<bytes>") -> None:
        self.name = name
        self._data: Buffer | None = _shareable(data)

    @property
    def resident(self) -> Buffer:
        """The whole file."""
        if self._data is None:
            raise ValueError(f"{self.name} is closed")
        return self._data

    @property
    def size(self) -> int:
        """Length of the file in bytes."""
        return len(self.resident)

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Views of the file, without a copy."""
        data = self.resident
        return [memoryview(data)[start:stop] for start, stop in clip(ranges, len(data))]

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Views of the file, at once: nothing here waits."""
        return self.read(ranges)

    def close(self) -> None:
        """Let go of the buffer; views that were handed out stay valid."""
        self._data = None


def _shareable(data: object) -> Buffer:
    """The bytes of `data` in a form that many threads may cut pieces of.

    A memory view does that without a copy.  But it counts its pieces, and without a global
    lock CPython miscounts them, and lets go of the buffer under everyone's hands
    (python/cpython#127716).  There it is the buffer itself: small pieces of it are copies,
    and who wants a large one makes a view of its own, ``memoryview(buffer)[start:stop]``.
    """
    view = memoryview(data)  # type: ignore[arg-type]  # TypeError for what is no buffer
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return cast(Buffer, data) if isinstance(data, bytes | mmap.mmap) else view.tobytes()
    contiguous = view if view.c_contiguous else memoryview(view.tobytes())
    return contiguous.cast("B").toreadonly()


class MappedSource(BytesSource):
    """A local file through a read-only memory map.

    The map stays in memory as long as arrays look into it.

    Raises
    ------
    OSError, ValueError
        The file cannot be opened, or cannot be mapped (an empty file, some file systems).
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        with open(path, "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        super().__init__(mapped, os.fsdecode(path))


class FileSource(FileObjectSource):
    """A local file that this source opens itself, read by position where the system can."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        file = open(path, "rb", buffering=0)  # noqa: SIM115  # close() closes it
        try:
            super().__init__(file, os.fsdecode(path), owned=True)
        except BaseException:
            file.close()
            raise

    def _read_at(self, offset: int, count: int) -> bytes | None:
        if not hasattr(os, "pread"):  # Windows
            return super()._read_at(offset, count)
        return os.pread(self._file.fileno(), count, offset)


def open_path(path: str | os.PathLike[str]) -> Source:
    """Open a local file: mapped where it can be, by positional reads where it cannot.

    Raises
    ------
    OSError
        As ``open`` raises it: ``FileNotFoundError``, ``IsADirectoryError``, ``PermissionError``.
    """
    if sys.platform != "emscripten":  # there a map would copy the whole file
        try:
            return MappedSource(path)
        except (ValueError, OSError):
            pass  # whatever is wrong with the path itself, FileSource says as well
    return FileSource(path)


def folder_of(source: Source) -> str | None:
    """The folder of a local file that was opened by its path; None for all other sources."""
    if not isinstance(source, MappedSource | FileSource):
        from .joined import JoinedSource  # late: few files are made of several

        if not isinstance(source, JoinedSource):
            return None
    return os.path.dirname(os.path.abspath(source.name))
