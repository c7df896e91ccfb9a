"""Filters: one module each, and the registry.

``register(id, name, decode)`` makes a filter of your own known; see
:class:`RegisteredFilter` for what ``decode`` must do.
"""

from __future__ import annotations

from . import deflate, fletcher32, shuffle
from .pipeline import decode_chunk
from .registry import Decoder, RegisteredFilter, filter_name, find, register

__all__ = ["Decoder", "RegisteredFilter", "decode_chunk", "filter_name", "find", "register"]

register(1, "deflate", deflate.decode)
register(2, "shuffle", shuffle.decode)
register(3, "fletcher32", fletcher32.decode)
