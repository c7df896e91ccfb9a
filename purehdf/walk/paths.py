"""Following paths: from a group and a path to an object header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..errors import ExternalAccessError, LimitError, LinkNotFoundError, UnsupportedError
from ..format.messages.link import (
    ExternalTarget,
    HardTarget,
    LinkTarget,
    SoftTarget,
)
from .groups import group_links, is_group
from .headers import object_header
from .lookup import look_up
from .need import gather
from .reader import Reader

__all__ = ["Location", "all_paths", "find_link", "follow_path", "locate"]


class Location(NamedTuple):
    """An object: the reader of its file, and its address there."""

    reader: Reader
    address: int


async def locate(reader: Reader, start: int, path: str) -> Location:
    """Return the object that `path` leads to.

    `start` is the address of the group that a relative path begins at.  Soft links are
    followed, and external links into other files as far as the reader's opener permits.
    Raises LinkNotFoundError where there is no such object.
    """
    return await _Way().follow(Location(reader, start), path)


async def follow_path(reader: Reader, root: int, start: int, path: str) -> int:
    """Return the address of the object that `path` leads to in this file."""
    found = await _Way().follow(Location(reader, start), path)
    if found.reader is not reader:
        raise UnsupportedError(
            "a path that leads into another file",
            structure="link message",
            section="IV.A.2.g",
        )
    return found.address


async def find_link(reader: Reader, start: int, path: str) -> LinkTarget:
    """Return where the last link of `path` points to, without following it."""
    way = _Way()
    parts = list(_parts(path))
    if not parts:
        return HardTarget(reader.root_address if path.startswith("/") else start)
    above = ("/" if path.startswith("/") else "") + "/".join(parts[:-1])
    return await way.link(await way.follow(Location(reader, start), above), parts[-1])


def _parts(path: str) -> Iterator[str]:
    """The names in a path: empty ones and "." mean nothing, ".." is a name like any other."""
    return (part for part in path.split("/") if part not in ("", "."))


class _Way:
    """One look-up: it counts the soft and external links that it passes through."""

    def __init__(self) -> None:
        self.links = 0

    async def follow(self, start: Location, path: str) -> Location:
        here = start
        if path.startswith("/"):
            here = Location(start.reader, start.reader.root_address)
        for part in _parts(path):
            here = await self.target(here, await self.link(here, part))
        return here

    async def link(self, group: Location, name: str) -> LinkTarget:
        header = await object_header(group.reader, group.address)
        if not is_group(header):
            raise LinkNotFoundError(f"no link {name!r}: this is not a group")
        found = await look_up(group.reader, header, name)
        if found is not None:
            return found
        links = await group_links(group.reader, header)
        if name not in links:
            raise LinkNotFoundError(f"no link {name!r} here").beside(name, links)
        return links[name]

    async def target(self, group: Location, link: LinkTarget) -> Location:
        if isinstance(link, HardTarget):
            return Location(group.reader, link.address)
        self.count(group.reader)
        if isinstance(link, SoftTarget):
            return await self.soft(group, _text(link.path))
        if isinstance(link, ExternalTarget):
            return await self.external(group, _text(link.filename), _text(link.path))
        raise UnsupportedError(
            f"a user-defined link of class {link.link_class}: only its own program can follow it",
            structure="link message",
            section="IV.A.2.g",
        )

    def count(self, reader: Reader) -> None:
        self.links += 1
        limit = reader.limits.soft_links
        if self.links > limit:
            raise LimitError(
                "soft links lead in a circle, or are too many",
                expected=f"at most {limit}",
                found=self.links,
            )

    async def soft(self, group: Location, path: str) -> Location:
        try:
            return await self.follow(group, path)
        except LinkNotFoundError as error:
            raise LinkNotFoundError(
                f"a soft link to {path!r} leads nowhere: {error.reason}"
            ) from None

    async def external(self, group: Location, filename: str, path: str) -> Location:
        opener = group.reader.opener
        if opener is None:
            raise ExternalAccessError(
                f"an external link to {filename!r}: no other files are opened here"
            )
        try:
            other = await opener.open_hdf5(filename)
            return await self.follow(Location(other, other.root_address), path)
        except (LinkNotFoundError, FileNotFoundError) as error:
            reason = error.reason if isinstance(error, LinkNotFoundError) else str(error)
            raise LinkNotFoundError(
                f"an external link to {path!r} in {filename!r} leads nowhere: {reason}"
            ) from None


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


async def all_paths(reader: Reader, root: int) -> dict[int, str]:
    """Return a path to every object that hard links lead to: address -> path.

    Of several paths to one object it is a shortest one.  What cannot be read is left out.
    """
    paths = {root: "/"}
    level = [root]
    while level:
        below = []
        for group, links in zip(level, await gather(_links(reader, g) for g in level), strict=True):
            if isinstance(links, Exception):
                continue
            for name, target in links.items():
                if isinstance(target, HardTarget) and target.address not in paths:
                    paths[target.address] = f"{paths[group].rstrip('/')}/{name}"
                    below.append(target.address)
        level = below
    return paths


async def _links(reader: Reader, address: int) -> Mapping[str, LinkTarget]:
    header = await object_header(reader, address)
    return await group_links(reader, header) if is_group(header) else {}
