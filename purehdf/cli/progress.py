"""A line of progress on a terminal; nothing where standard error is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .words import plural, size_words

if TYPE_CHECKING:
    from ..source import IOStats

__all__ = ["progress_line", "reading_line"]


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Give a function that shows how many are done, of how many, in one line that goes away."""
    with _line() as show:
        yield lambda done, total: show(
            f"{done} {what}" if total is None else f"{done} of {total} {what}"
        )


@contextmanager
def reading_line() -> Iterator[Callable[[IOStats], None]]:
    """Give a function that shows what was read so far; it is silent once the line is gone."""
    with _line() as show:
        yield lambda stats: show(f"{plural(stats.requests, 'request')}, {size_words(stats.bytes)}")


@contextmanager
def _line() -> Iterator[Callable[[str], None]]:
    stream = sys.stderr
    shows, shown = stream.isatty(), False

    def show(text: str) -> None:
        nonlocal shown
        if shows:
            shown = True
            stream.write(f"\r\x1b[K{text}")
            stream.flush()

    try:
        yield show
    finally:
        if shown:
            show("")
        shows = False
