"""HDF5's own filters as codecs of numcodecs, which Zarr format 2 uses; they decode only.

Importing this module registers them.  Each has the client data values of the filter as
``parameters``, and ``limit``, the most bytes that decoding may give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numcodecs
import numpy as np
from numcodecs.abc import Codec
from numcodecs.compat import ensure_contiguous_ndarray, ndarray_copy

from ..filters import find
from ..format.messages.filter_pipeline import Filter

__all__ = [
    "LZ4",
    "LZF",
    "OWN",
    "Bitshuffle",
    "Fletcher32",
    "Nbit",
    "OwnCodec",
    "ScaleOffset",
    "Shuffle",
    "Szip",
]


OWN: dict[int, type[OwnCodec]] = {}
"""Filter -> its codec."""


class OwnCodec(Codec):  # type: ignore[misc]  # numcodecs comes without types
    """Undoes one filter of HDF5; named ``purehdf.`` and the class in small letters."""

    filter_id: ClassVar[int]

    def __init_subclass__(cls, filter_id: int) -> None:
        cls.filter_id, cls.codec_id = filter_id, f"purehdf.{cls.__name__.lower()}"
        OWN[filter_id] = cls
        numcodecs.register_codec(cls)

    def __init__(self, parameters: Sequence[int] = (), limit: int = 1 << 31) -> None:
        self.parameters = [int(each) for each in parameters]
        self.limit = int(limit)

    def decode(self, buf: Any, out: Any = None) -> Any:
        """Return the bytes that the filter was given."""
        data = memoryview(ensure_contiguous_ndarray(buf)).cast("B")
        found = self.decode_bytes(data)
        return found if out is None else ndarray_copy(np.frombuffer(found, np.uint8), out)

    def decode_bytes(self, data: memoryview) -> bytes:
        """Return the bytes that the filter was given."""
        parameters = tuple(self.parameters)
        step = find(Filter(self.filter_id, b"", False, parameters))
        return bytes(step.decode(data, parameters, self.limit))

    def encode(self, buf: Any) -> Any:
        """Refuse: these codecs read what HDF5 wrote."""
        raise NotImplementedError(f"{self.codec_id} only decodes")


class Shuffle(OwnCodec, filter_id=2):
    """Filter 2, for lengths that are no multiple of the element's."""


class Fletcher32(OwnCodec, filter_id=3):
    """Filter 3, as HDF5 computes it for odd lengths too."""


class Szip(OwnCodec, filter_id=4):
    """Filter 4."""


class Nbit(OwnCodec, filter_id=5):
    """Filter 5."""


class ScaleOffset(OwnCodec, filter_id=6):
    """Filter 6."""


class LZF(OwnCodec, filter_id=32000):
    """Filter 32000."""


class LZ4(OwnCodec, filter_id=32004):
    """Filter 32004, with the frames that HDF5 puts around its blocks."""


class Bitshuffle(OwnCodec, filter_id=32008):
    """Filter 32008, with LZ4 or Zstandard inside or neither."""
