"""What tells one version of a remote file from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Version", "version_of"]

# What file systems and stores call these in what they say of a file.
_ETAG = ("ETag", "etag", "e_tag")
_MODIFIED = ("LastModified", "Last-Modified", "last_modified", "updated", "mtime")


@dataclass(frozen=True, slots=True)
class Version:
    """Size in bytes, and what else is known: an ETag, a time of modification."""

    size: int
    etag: str | None = None
    modified: str | None = None

    def differs(self, other: Version) -> str | None:
        """Say in which way `other`, seen later, is another version; None if it is not."""
        if self.size != other.size:
            return f"its size was {self.size} and is now {other.size}"
        for what in ("etag", "modified"):
            before, now = getattr(self, what), getattr(other, what)
            if before and now:  # the first that both have decides
                return None if before == now else f"its {what} was {before} and is now {now}"
        return None


def version_of(info: Mapping[str, Any]) -> Version:
    """The version in what a file system or a store says of a file."""
    return Version(int(info["size"]), _first(info, _ETAG), _first(info, _MODIFIED))


def _first(info: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    found = [info[name] for name in names if info.get(name)]
    return str(found[0]) if found else None
