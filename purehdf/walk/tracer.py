"""What a reader tells of all that it decodes, to whoever explains a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..errors import PureHDFError
from ..format.cursor import Cursor
from ..format.structure import Structure

if TYPE_CHECKING:
    from ..format.recording import RecordingCursor

__all__ = ["Tracer", "recording_cursor"]


class Tracer(Protocol):
    """Whoever wants to see what is decoded."""

    def decoded(self, structure: Structure, cursor: RecordingCursor) -> None:
        """Take note of a structure that was decoded, with the fields of `cursor`."""

    def failed(self, structure: Structure, cursor: RecordingCursor, error: PureHDFError) -> None:
        """Take note of one that cannot be decoded: `cursor` has the fields before the error."""


def recording_cursor() -> type[Cursor]:
    """The cursor that a tracer can ask for fields."""
    from ..format.recording import RecordingCursor  # late: only explaining a file needs it

    return RecordingCursor
