"""What an element of a reference type becomes in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import PureHDFError

if TYPE_CHECKING:
    from ..format.selection import Selection

__all__ = ["AttributeReference", "Reference", "RegionReference"]


class Reference:
    """A reference to an object: what ``File[ref]`` opens; false where it leads nowhere.

    Attributes
    ----------
    address : int or None
        Address of the object's header, relative to the file's base address.
    file : str or None
        Name of the file that holds the object, where it is another one.

    A reference that cannot be read raises, when it is asked where it leads, the error
    that says why: it does not spoil its neighbours.
    """

    __slots__ = ("_address", "_problem", "file")

    def __init__(
        self,
        address: int | None = None,
        file: str | None = None,
        problem: PureHDFError | None = None,
    ) -> None:
        self._address = address
        self._problem = problem
        self.file = file

    @property
    def address(self) -> int | None:
        """Address of the object's header; None if the reference leads nowhere."""
        if self._problem is not None:
            raise self._problem
        return self._address

    def __bool__(self) -> bool:
        return self._address is not None or self._problem is not None

    def _identity(self) -> tuple[object, ...]:
        return (type(self), self._address, self.file, id(self._problem))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other._identity() == self._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        if self._problem is not None:
            where = f"unreadable: {self._problem.reason}"
        else:
            where = "null" if self._address is None else f"to address {self._address:#x}"
        return f"<purehdf {type(self).__name__} {where}>"


class RegionReference(Reference):
    """A reference to a selection in a dataset; ``selection`` is None where it leads nowhere."""

    __slots__ = ("_selection",)

    def __init__(
        self,
        address: int | None = None,
        selection: Selection | None = None,
        file: str | None = None,
        problem: PureHDFError | None = None,
    ) -> None:
        super().__init__(address, file, problem)
        self._selection = selection

    @property
    def selection(self) -> Selection | None:
        """The selected elements, as the file describes them."""
        if self._problem is not None:
            raise self._problem
        return self._selection

    def _identity(self) -> tuple[object, ...]:
        return (*super()._identity(), self._selection)


class AttributeReference(Reference):
    """A reference to an attribute of an object, by its name."""

    __slots__ = ("attribute",)

    def __init__(self, address: int | None, attribute: str, file: str | None = None) -> None:
        super().__init__(address, file)
        self.attribute = attribute

    def _identity(self) -> tuple[object, ...]:
        return (*super()._identity(), self.attribute)
