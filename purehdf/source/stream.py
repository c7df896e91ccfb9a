"""Any seekable binary file object as a source."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import Any

from ..errors import SourceError
from .protocol import Buffer, Range
from .ranges import clip, failure, in_thread

__all__ = ["FileObjectSource"]


class FileObjectSource:
    """A file object with ``seek`` and ``read`` that gives ``bytes``.

    Reads hold a lock, because the position is shared; the position is left where the last
    read ended.  Offset 0 is the start of the file, wherever the position was.

    Parameters
    ----------
    fileobj : file object
        Opened in binary mode, readable and seekable.
    name : str, optional
        What messages call it; the ``name`` of the object where it has one.
    owned : bool
        Whether :meth:`close` closes it; by default it belongs to the caller.

    Raises
    ------
    TypeError
        It is no file object, or one that was opened in text mode.
    SourceError
        It cannot be read or cannot seek.
    """

    resident = None

    def __init__(self, fileobj: Any, name: str | None = None, *, owned: bool = False) -> None:
        self.name = name if name is not None else _name_of(fileobj)
        self._file: Any = fileobj
        self._owned = owned
        self._lock = threading.Lock()
        self._size: int | None = None
        self._check()

    def _check(self) -> None:
        file = self._file
        if not (callable(getattr(file, "read", None)) and callable(getattr(file, "seek", None))):
            raise TypeError(f"not a binary file object (no read and seek): {type(file).__name__}")
        for ability in ("readable", "seekable"):
            answer = getattr(file, ability, None)
            if callable(answer) and not answer():
                raise SourceError(f"{self.name}: the file object is not {ability}")
        if isinstance(file, io.TextIOBase) or isinstance(file.read(0), str):
            raise TypeError(f'{self.name} was opened in text mode: open it with mode "rb"')

    @property
    def size(self) -> int:
        """Length of the file in bytes, found once by seeking to its end."""
        if self._size is None:
            self._opened()
            with self._lock:
                try:
                    self._file.seek(0, io.SEEK_END)
                    self._size = int(self._file.tell())
                except Exception as error:  # other libraries raise what they like
                    raise failure(self.name, [], error) from error
        return self._size

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave, range by range; a read that comes back short is continued."""
        self._opened()
        return [self._read_range(start, stop) for start, stop in clip(ranges, self.size)]

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave in a thread."""
        return await in_thread(self.read, ranges)

    def close(self) -> None:
        """Close the file object if it is owned, and use it no more."""
        file, self._file = self._file, None
        if self._owned and file is not None:
            file.close()

    def _opened(self) -> Any:
        if self._file is None:
            raise ValueError(f"{self.name} is closed")
        return self._file

    def _read_range(self, start: int, stop: int) -> bytes:
        pieces = []
        offset = start
        while offset < stop:
            try:
                piece = self._read_at(offset, stop - offset)
            except Exception as error:
                raise failure(self.name, [(start, stop)], error) from error
            if piece is None:
                why = "the file object is non-blocking and has no bytes yet"
                raise failure(self.name, [(start, stop)], why)
            if not piece:
                break  # shorter than it was when its size was taken
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)  # joining one piece of bytes does not copy it

    def _read_at(self, offset: int, count: int) -> bytes | None:
        with self._lock:
            self._file.seek(offset)
            data: bytes | None = self._file.read(count)
            return data


def _name_of(fileobj: object) -> str:
    name = getattr(fileobj, "name", None)
    return name if isinstance(name, str) else f"<{type(fileobj).__name__}>"
