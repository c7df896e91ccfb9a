"""What groups, datasets and committed datatypes have in common."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..session import Session
from ..walk.headers import ObjectHeader
from .attributes import AttributeManager

if TYPE_CHECKING:
    from .file import File
    from .group import Group

__all__ = ["HDFObject"]


class HDFObject:
    """An object of the file: its header, its attributes and the path it was opened by.

    Two objects are equal if they are the same object of the same opened file, whatever
    the paths that led to them.
    """

    def __init__(self, session: Session, header: ObjectHeader, name: str | None) -> None:
        self._session = session
        self._header = header
        self._name = name  # None: opened by a reference, and nobody has asked yet

    @property
    def name(self) -> str:
        """The path by which the object was opened, or one that leads to it; "" if there is none."""
        if self._name is None:
            self._name = self._session.path_of(self._header.address) or ""
        return self._name

    @property
    def file(self) -> File:
        """The file that the object is in."""
        from .file import File

        return File._of(self._session)

    @property
    def parent(self) -> Group:
        """The group that holds the object, going by its path."""
        group: Group = self.file[self.name.rpartition("/")[0] or "/"]
        return group

    @cached_property
    def attrs(self) -> AttributeManager:
        """The attributes, name -> value."""
        return AttributeManager(self._session, self._header, self._name)

    def __bool__(self) -> bool:
        return not self._session.closed

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HDFObject):
            return NotImplemented
        return self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[int, int]:
        return id(self._session), self._header.address

    def _short_name(self) -> str:
        return self.name.rpartition("/")[2] or self.name
