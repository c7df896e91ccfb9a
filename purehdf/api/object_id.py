"""``obj.id``: what h5py's low-level objects have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .objects import HDFObject

__all__ = ["ObjectID"]


class ObjectID:
    """Which object of the file it is, and whether that is still open.

    Equal for equal objects; as a bool, whether the file is open.
    """

    def __init__(self, of: HDFObject) -> None:
        self._object = of

    @property
    def valid(self) -> bool:
        """Whether the file is open."""
        return bool(self._object)

    def __bool__(self) -> bool:
        return self.valid

    def __eq__(self, other: object) -> bool:
        return self._object == other._object if isinstance(other, ObjectID) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._object)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._object!r}>"
