"""Whether something is an HDF5 file."""

from __future__ import annotations

from typing import Any

from ..errors import FormatError, SignatureError
from ..format.context import Context
from ..source import BlockCache, open_source, run
from ..walk.reader import Reader
from ..walk.superblock import find_superblock

__all__ = ["is_hdf5"]


def is_hdf5(target: Any) -> bool:
    """Whether `target`, anything that ``File`` takes, has the signature of an HDF5 file (II.A).

    False for a path that leads to no file.  What else keeps it from being read is raised, as
    ``File`` raises it.
    """
    try:
        source = open_source(target)
    except (FileNotFoundError, IsADirectoryError):
        return False
    try:
        finder = Reader(Context(), resident=source.resident)
        run(find_superblock(finder), source if source.resident else BlockCache(source))
    except SignatureError:
        return False
    except FormatError:
        pass  # what follows the signature is damaged
    finally:
        source.close()
    return True
