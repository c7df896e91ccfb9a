"""How a walker gets at another file: by asking whoever opened this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .reader import Reader

__all__ = ["Opener"]


class Opener(Protocol):
    """Opens the files that external links, virtual datasets and external storage name.

    It decides which of them may be opened at all.
    """

    async def open_hdf5(self, name: str) -> Reader:
        """Return a reader of the HDF5 file `name`.

        Raises FileNotFoundError where there is no such file, ExternalAccessError where it
        must not be opened.
        """

    async def open_raw(self, name: str) -> Reader:
        """Return a reader of the bytes of the file `name`; it may raise the same."""
