"""Which byte of a file belongs to what.

``explain(target, offset)`` answers for one byte, ``byte_map(target)`` for all of them.
Both run the reader's own walkers with a tracing reader, so they show what a reader sees.

The way of an answer: ``survey`` walks the whole file and collects the ``regions`` that
``trace`` sees; ``room`` adds what readers pass over; ``byte_map`` sorts all of it into
columns; ``explanation`` puts one byte into words, with ``elements`` for raw data and
``values`` for single fields.
"""

from __future__ import annotations

from .byte_map import ByteMap, Span, byte_map
from .explanation import Explanation, Part, explain, explain_byte

__all__ = ["ByteMap", "Explanation", "Part", "Span", "byte_map", "explain", "explain_byte"]
