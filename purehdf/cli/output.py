"""What is printed: colours on a terminal only, and nothing that a terminal cannot show."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from typing import Any, TextIO

__all__ = ["Output", "printable", "wants_colour"]

_WIDEST = 104  # characters of a line, on the widest terminal
_CODE = re.compile(r"(\x1b\[[0-9;]*m)")
_STYLES = {
    "group": "1;34",
    "dataset": "1",
    "link": "36",
    "type": "32",
    "field": "1;33",
    "here": "1;7;33",
    "value": "32",
    "dim": "2",
    "bad": "31",
    "title": "1",
}


def wants_colour(mode: str, stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to use colour: `mode` is "always", "never" or "auto".

    In "auto", a NO_COLOR or FORCE_COLOR in the environment that is not empty decides;
    without them, whether `stream` is a terminal.
    """
    if mode != "auto":
        return mode == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb" and _console_takes_codes()


def _console_takes_codes() -> bool:
    """Whether the console takes escape codes: on Windows, colorama sees to it (extra "cli")."""
    if sys.platform != "win32":
        return True
    try:
        import colorama
    except ImportError:
        return False
    colorama.just_fix_windows_console()
    return True


def _columns(stream: TextIO) -> int | None:
    """The width of a terminal; None: there is room for everything."""
    if not stream.isatty():
        return None
    return max(shutil.get_terminal_size((_WIDEST, 0)).columns, 40)


def printable(text: str) -> str:
    """The text with control characters and undecodable bytes as escapes, in one line."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


class Output:
    """A stream with colour, or without.

    Attributes
    ----------
    unicode : bool
        Whether the stream can encode box-drawing characters.
    width : int
        Characters that a line may have, where it can be broken.
    room : int or None
        The width of the terminal; None for all other streams.
    """

    def __init__(self, stream: TextIO, *, colour: bool = False) -> None:
        self.stream = stream
        self.colour = colour
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self.unicode = self._can("│├└─×…")
        self.room = _columns(stream)
        self.width = min(_WIDEST, self.room or _WIDEST)

    def _can(self, text: str) -> bool:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True

    def style(self, name: str, text: str) -> str:
        """The text in a style of the palette."""
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if self.colour and text else text

    def cut(self, text: str) -> str:
        """The text, no longer than a line of the terminal; whole where it goes elsewhere."""
        if self.room is None or len(_CODE.sub("", text)) <= self.room:
            return text
        shown, left = [], self.room - 1
        for part in _CODE.split(text):  # every other one is a code, which takes no room
            code = bool(_CODE.fullmatch(part))
            shown.append(part if code else part[:left])
            left -= 0 if code else len(shown[-1])
        return "".join(shown) + ("…" if self.unicode else ">")

    def line(self, text: str = "") -> None:
        """Print a line; characters that the stream cannot encode become escapes."""
        text = text.rstrip(" ")
        if not self._can(text):
            text = text.encode(self._encoding, "backslashreplace").decode(self._encoding)
        self.stream.write(text + "\n")

    def json(self, value: Any) -> None:
        """Print a value as JSON."""
        self.line(json.dumps(value, indent=2, ensure_ascii=not self.unicode))
