"""Following paths: from a group and a path to an object header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import LimitError, LinkNotFoundError, UnsupportedError
from ..format.messages.link import (
    ExternalTarget,
    HardTarget,
    LinkTarget,
    SoftTarget,
)
from .groups import group_links, is_group
from .headers import object_header
from .need import gather
from .reader import Reader

__all__ = ["all_paths", "find_link", "follow_path"]


async def follow_path(reader: Reader, root: int, start: int, path: str) -> int:
    """Return the address of the object that `path` leads to.

    `root` and `start` are addresses of groups: of the root group, and of the one that a
    relative path begins at.  Soft links are followed.
    Raises LinkNotFoundError where there is no such object.
    """
    return await _Way(reader, root).follow(start, path)


async def find_link(reader: Reader, root: int, start: int, path: str) -> LinkTarget:
    """Return where the last link of `path` points to, without following it."""
    way = _Way(reader, root)
    parts = list(_parts(path))
    if not parts:
        return HardTarget(root if path.startswith("/") else start)
    group = await way.follow(start, ("/" if path.startswith("/") else "") + "/".join(parts[:-1]))
    return await way.link(group, parts[-1])


def _parts(path: str) -> Iterator[str]:
    """The names in a path: empty ones and "." mean nothing, ".." is a name like any other."""
    return (part for part in path.split("/") if part not in ("", "."))


class _Way:
    """One look-up: it counts the soft links that it passes through."""

    def __init__(self, reader: Reader, root: int) -> None:
        self.reader = reader
        self.root = root
        self.soft_links = 0

    async def follow(self, start: int, path: str) -> int:
        address = self.root if path.startswith("/") else start
        for part in _parts(path):
            address = await self.target(address, await self.link(address, part))
        return address

    async def link(self, group: int, name: str) -> LinkTarget:
        header = await object_header(self.reader, group)
        if not is_group(header):
            raise LinkNotFoundError(f"no link {name!r}: this is not a group")
        links = await group_links(self.reader, header)
        if name not in links:
            raise LinkNotFoundError(_missing(name, links))
        return links[name]

    async def target(self, group: int, link: LinkTarget) -> int:
        if isinstance(link, HardTarget):
            return link.address
        if isinstance(link, SoftTarget):
            return await self.soft(group, link)
        if isinstance(link, ExternalTarget):
            raise UnsupportedError(
                f"an external link, to {link.path!r} in {link.filename!r}, is not followed yet",
                structure="link message",
                section="IV.A.2.g",
            )
        raise UnsupportedError(
            f"a user-defined link of class {link.link_class}: only its own program can follow it",
            structure="link message",
            section="IV.A.2.g",
        )

    async def soft(self, group: int, link: SoftTarget) -> int:
        self.soft_links += 1
        path = link.path.decode("utf-8", "surrogateescape")
        limit = self.reader.limits.soft_links
        if self.soft_links > limit:
            raise LimitError(
                "soft links lead in a circle, or are too many",
                expected=f"at most {limit}",
                found=path,
            )
        try:
            return await self.follow(group, path)
        except LinkNotFoundError as error:
            raise LinkNotFoundError(
                f"a soft link to {path!r} leads nowhere: {error.reason}"
            ) from None


def _missing(name: str, links: Mapping[str, LinkTarget]) -> str:
    from difflib import get_close_matches  # late: only a failed look-up needs it

    near = get_close_matches(name, list(links)[:10_000], 3)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"no link {name!r} here{hint}"


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
