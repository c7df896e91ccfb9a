"""Numbers on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable

__all__ = ["at_least", "offset"]


def at_least(least: int) -> Callable[[str], int]:
    """What reads a number that is no smaller than `least`, for argparse's ``type=``."""

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise ArgumentTypeError(f"not a number from {least} on: {text!r}")
        return value

    return number


def offset(text: str) -> int:
    """Read an offset in a file, for argparse's ``type=``."""
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if value < 0:
        raise ArgumentTypeError(f"not an offset, decimal or hexadecimal with 0x: {text!r}")
    return value
