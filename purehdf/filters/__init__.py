"""Filters: one module each, and the registry.

``register(id, name, decode)`` makes a filter of your own known; see
:class:`RegisteredFilter` for what ``decode`` must do.
"""

from __future__ import annotations

from . import (
    bitshuffle,
    blosc,
    blosc2,
    bzip2,
    deflate,
    fcidecomp,
    fletcher32,
    htj2k,
    lz4,
    lzf,
    nbit,
    quantize,
    scaleoffset,
    shuffle,
    sperr,
    szip,
    zfp,
    zstd,
)
from .pipeline import decode_chunk
from .registry import Decoder, RegisteredFilter, filter_name, find, register

__all__ = ["Decoder", "RegisteredFilter", "decode_chunk", "filter_name", "find", "register"]

# With the standard library and NumPy alone.
register(1, "deflate", deflate.decode)
register(2, "shuffle", shuffle.decode)
register(3, "fletcher32", fletcher32.decode)
register(4, "szip", szip.decode)
register(5, "nbit", nbit.decode)
register(6, "scaleoffset", scaleoffset.decode)
register(307, "bzip2", bzip2.decode)
register(32000, "lzf", lzf.decode)
register(32022, "bitgroom", quantize.decode)
register(32023, "granular-bitround", quantize.decode)
register(32032, "bitround", quantize.decode)
# With packages of the extra "filters", imported when a chunk needs them.
register(32001, "blosc", blosc.decode)
register(32004, "lz4", lz4.decode)
register(32008, "bitshuffle", bitshuffle.decode)
register(32013, "zfp", zfp.decode)
register(32015, "zstd", zstd.decode)
register(32018, "fcidecomp", fcidecomp.decode)
register(32026, "blosc2", blosc2.decode)
register(32028, "sperr", sperr.decode)
register(32033, "htj2k", htj2k.decode)
