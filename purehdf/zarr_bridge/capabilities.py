"""What the zarr-python at hand can do, and warnings of it that tell users nothing."""

from __future__ import annotations

import warnings
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

_types: Any = None
with suppress(ImportError):  # zarr-python 3.0
    from zarr import dtype as _types

__all__ = ["HAS_MORE_TYPES", "HAS_STRUCT", "filter_warnings"]

_ABSENT = find_spec("zarr") is None  # whoever reads what is made here has the newest

HAS_MORE_TYPES = _ABSENT or _types is not None
"""Fixed-length strings, structures, raw bytes and times in format 3: zarr-python 3.1."""

HAS_STRUCT = _ABSENT or hasattr(_types, "Struct")
"""The ``struct`` of format 3 with named fields, in place of the older ``structured``."""

_TELL_NOTHING = (
    # The codecs are the ones that the HDF5 file was written with: there is no choice to make.
    "Numcodecs codecs are not in the Zarr version 3 specification",
    "The codec `vlen-utf8` is currently not part in the Zarr format 3 specification",
    # These types are named in the metadata of a store that is never written.
    r"The data type \(.*\) does not have a Zarr V3 specification",
)


def filter_warnings() -> None:
    """Silence zarr's warnings about writing what other implementations may not read."""
    for message in _TELL_NOTHING:
        warnings.filterwarnings("ignore", message, category=UserWarning)
        warnings.filterwarnings("ignore", message, category=FutureWarning)
