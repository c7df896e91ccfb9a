"""What ``group.get(name, getlink=True)`` returns."""

from __future__ import annotations

from ..datatype.numpy_types import text
from ..format.messages.link import ExternalTarget, HardTarget, LinkTarget, SoftTarget

__all__ = ["ExternalLink", "HardLink", "SoftLink", "UserDefinedLink", "link_of"]


class HardLink:
    """The object itself."""

    def __repr__(self) -> str:
        return "<HardLink>"


class SoftLink:
    """A path in the same file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f'<SoftLink to "{self.path}">'


class ExternalLink:
    """A path in another file."""

    def __init__(self, filename: str, path: str) -> None:
        self.filename = filename
        self.path = path

    def __repr__(self) -> str:
        return f'<ExternalLink to "{self.path}" in file "{self.filename}">'


class UserDefinedLink:
    """A link that only its own program can follow."""

    def __init__(self, link_class: int, data: bytes) -> None:
        self.link_class = link_class
        self.data = data

    def __repr__(self) -> str:
        return f"<UserDefinedLink of class {self.link_class}, {len(self.data)} bytes>"


def link_of(target: LinkTarget) -> HardLink | SoftLink | ExternalLink | UserDefinedLink:
    """The link object for where a link leads."""
    if isinstance(target, HardTarget):
        return HardLink()
    if isinstance(target, SoftTarget):
        return SoftLink(text(target.path))
    if isinstance(target, ExternalTarget):
        return ExternalLink(text(target.filename), text(target.path))
    return UserDefinedLink(target.link_class, target.data)
