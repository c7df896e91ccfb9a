"""What groups, datasets and committed datatypes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ..datatype.numpy_types import text
from ..datatype.reference import Reference
from ..lazy import lazy_property
from ..session import Session
from ..walk.headers import ObjectHeader
from ..walk.messages import find_message
from .attributes import AttributeManager
from .object_id import ObjectID
from .pickling import reopening

if TYPE_CHECKING:
    from .file import File
    from .group import Group
    from .regions import RegionProxy

__all__ = ["HDFObject", "HLObject"]

_COMMENT, _OLD_TIME, _TIME, _REFERENCE_COUNT = 0x0D, 0x0E, 0x12, 0x16


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

    @lazy_property
    def attrs(self) -> AttributeManager:
        """The attributes, name -> value."""
        return AttributeManager(self._session, self._header, self._name)

    @property
    def id(self) -> ObjectID:
        """``id.valid``: whether the file is open.  Equal for equal objects."""
        return ObjectID(self)

    @property
    def ref(self) -> Reference:
        """A reference to the object: ``file[ref]`` opens it again."""
        return Reference(self._header.address)

    @property
    def regionref(self) -> RegionProxy:
        """``regionref.shape(ref)`` and ``regionref.selection(ref)``: what a reference selects."""
        from .regions import RegionProxy

        return RegionProxy(self)

    # -- what else the header says

    @property
    def comment(self) -> str | None:
        """The comment, or None (IV.A.2.n)."""
        found = self._message(_COMMENT)
        return None if found is None else text(found)

    @property
    def modification_time(self) -> int | None:
        """Seconds from 1970-01-01 00:00 UTC to the last change, or None (IV.A.1.b, IV.A.2.o, s)."""
        times = self._header.block.times
        if times is not None:
            return times.modification_time
        found: int | None = self._message(_TIME)
        return self._message(_OLD_TIME) if found is None else found

    @property
    def reference_count(self) -> int:
        """Number of hard links to the object (IV.A.1.a, IV.A.2.w)."""
        stated = self._header.block.reference_count
        if stated is not None:
            return stated
        found: int | None = self._message(_REFERENCE_COUNT)
        return 1 if found is None else found

    def _message(self, number: int) -> Any:
        walk = find_message(self._session.reader, self._header, number)
        return self._session.run(walk, self._name)

    # -- as an object of Python

    def __reduce__(self) -> tuple[Any, ...]:
        return reopening(self._session, self.name)

    def __copy__(self) -> Self:
        return self  # nothing of it ever changes

    def __deepcopy__(self, memo: Any) -> Self:
        return self

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


HLObject = HDFObject  # its name in h5py
