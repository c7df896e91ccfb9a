"""Whether the other files that a dataset needs are there, and may be opened."""

from __future__ import annotations

from contextlib import suppress

from ..data.external import external_files
from ..data.virtual_pieces import source_names
from ..data.virtual_sources import virtual_mappings
from ..errors import ExternalAccessError
from ..walk.datasets import DatasetRecord
from ..walk.need import together
from ..walk.reader import Reader
from .elements import unsupported

__all__ = ["check_other_files"]


async def check_other_files(reader: Reader, record: DatasetRecord) -> None:
    """Open the files of external storage and of a virtual dataset's sources.

    A source that is missing reads as the fill value, and is no error.

    Raises
    ------
    ExternalAccessError
        One of them must not be opened.
    UnsupportedError
        A file of external storage is missing.
    """
    if record.external is not None:
        try:
            await external_files(reader, record.external)
        except FileNotFoundError as error:
            raise unsupported(str(error)) from error
    mappings = await virtual_mappings(reader, record)
    files = dict.fromkeys(source_names(mapping, 0)[0] for mapping in mappings)
    await together(_open(reader, name) for name in files if name != ".")


async def _open(reader: Reader, name: str) -> None:
    if reader.opener is None:
        raise ExternalAccessError(f"a source in {name!r}: no other files are opened here")
    with suppress(FileNotFoundError):
        await reader.opener.open_hdf5(name)
