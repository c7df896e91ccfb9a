"""A line of progress on a terminal; nothing where standard error is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_line"]


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Give a function that shows how many are done, of how many, in one line that goes away."""
    stream = sys.stderr
    shows = stream.isatty()

    def show(done: int, total: int | None = None) -> None:
        if shows:
            of = "" if total is None else f" of {total}"
            stream.write(f"\r\x1b[K{done}{of} {what}")
            stream.flush()

    try:
        yield show
    finally:
        if shows:
            stream.write("\r\x1b[K")
            stream.flush()
