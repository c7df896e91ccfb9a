"""Opening the members of a family, split or multi file: local files of one folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Protocol

from ..errors import SourceError
from .joined import JoinedSource
from .local import folder_of, open_path
from .protocol import Source

__all__ = ["Members", "is_pattern", "open_family", "with_members"]

_NUMBER = re.compile(r"%0?\d*[du]")
_DIGITS = re.compile(r"\d+(?=\D*$)")  # the last run of them


class Members(Protocol):
    """What a file says of the others that belong to it."""

    @property
    def family_size(self) -> int | None:
        """Bytes of each member of a family, or None: it is no family."""

    @property
    def parts(self) -> Sequence[tuple[str, int]]:
        """Else a name for each member, with %s for the name of the whole, and its offset."""

    @property
    def end(self) -> int | None:
        """Where the last member of a family must end."""


def is_pattern(path: object) -> bool:
    """Whether a path stands for a family: there is a number in it to be filled in."""
    return isinstance(path, str) and bool(_NUMBER.search(path)) and not os.path.exists(path)


def open_family(pattern: str, size: int | None = None, end: int | None = None) -> JoinedSource:
    """Open members 0, 1, 2 ... of a family, such as ``"data-%05d.h5"``.

    Parameters
    ----------
    pattern : str
        Path with one ``%d`` for the number, as libhdf5's family driver has it.
    size : int, optional
        Bytes of a member, where the file states it; the first member must have as many.
    end : int, optional
        Offset that the members must reach.

    Raises
    ------
    FileNotFoundError
        There is no first member, or one of them is missing.
    """
    sources: list[Source] = [open_path(_member(pattern, 0))]
    try:
        each = size or sources[0].size
        while sources[-1].size >= each > 0:
            path = _member(pattern, len(sources))
            if not os.path.exists(path):
                break
            sources.append(open_path(path))
        if end is not None and len(sources) * each < end:
            raise FileNotFoundError(
                f"{_member(pattern, len(sources))}: the file needs this member of its family"
            )
        return JoinedSource(pattern, [(i * each, source) for i, source in enumerate(sources)])
    except BaseException:
        _close(sources)
        raise


def with_members(source: Source, members: Members | None) -> Source:
    """Join a local file with the members that it says belong to it; they lie beside it.

    Any other source is returned as it is.

    Raises
    ------
    FileNotFoundError
        A member is missing.
    SourceError
        The name of the file, or that of a member, is not what the driver gives.
    """
    folder = folder_of(source)
    if members is None or folder is None or isinstance(source, JoinedSource):
        return source
    if members.family_size is not None:
        joined = open_family(_pattern(source.name), members.family_size, members.end)
    else:
        joined = _open_parts(source.name, folder, members.parts)
    joined.name = source.name
    source.close()
    return joined


def _member(pattern: str, number: int) -> str:
    return _NUMBER.sub(lambda found: found[0] % number, pattern, count=1)


def _pattern(path: str) -> str:
    """The pattern of a family from the path of its first member."""
    stem, extension = os.path.splitext(path)
    digits = _DIGITS.search(os.path.basename(stem))
    if digits is None or int(digits[0]) != 0 or "%" in path:
        raise SourceError(f"{path}: not the name of the first member of a family, number 0")
    after = len(digits.string) - digits.end()
    before = stem[: len(stem) - after - len(digits[0])]
    return f"{before}%0{len(digits[0])}d{stem[len(stem) - after :]}{extension}"


def _open_parts(path: str, folder: str, parts: Sequence[tuple[str, int]]) -> JoinedSource:
    base = _base(path, parts)
    opened: list[tuple[int, Source]] = []
    try:
        for template, start in parts:
            opened.append((start, open_path(_beside(folder, template.replace("%s", base)))))
        return JoinedSource(path, opened)
    except BaseException:
        _close([source for _, source in opened])
        raise


def _base(path: str, parts: Sequence[tuple[str, int]]) -> str:
    """The name of the whole: that which makes a member's name the one of the opened file."""
    name = os.path.basename(path)
    for template, _ in parts:
        before, _, after = template.partition("%s")
        if name.startswith(before) and name.endswith(after) and len(name) > len(before + after):
            return name[len(before) : len(name) - len(after)]
    known = ", ".join(template for template, _ in parts)
    raise SourceError(f"{path}: its members are called {known}, but it is not: rename it back")


def _beside(folder: str, name: str) -> str:
    """The path of a member.  The name comes from the file: it must not lead elsewhere."""
    path = os.path.join(folder, name)
    plain = os.path.basename(name) == name and "\0" not in name
    if not plain or os.path.dirname(os.path.realpath(path)) != os.path.realpath(folder):
        raise SourceError(f"{name!r}: a member must lie in the folder of the file, {folder}")
    return path


def _close(sources: Sequence[Source]) -> None:
    for source in sources:
        source.close()
