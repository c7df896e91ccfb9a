"""``-s '0, :5'``: a selection as text, in numpy's notation."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["parse_selection_text"]

_PART = re.compile(r"\s*(\[[^\]]*\]|[^,\[\]]+?)\s*(,|$)")


def parse_selection_text(text: str) -> tuple[Any, ...]:
    """Return the index that the text stands for: integers, slices, ``...``, ``[1, 2, 3]``.

    Raises ValueError for anything else.
    """
    parts: list[Any] = []
    position = 0
    text = text.strip()
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            raise ValueError(f"not a selection: {text!r}")
        parts.append(_part(found[1]))
        position = found.end()
    if not parts:
        raise ValueError("an empty selection")
    return tuple(parts)


def _part(text: str) -> Any:
    try:
        if text == "...":
            return Ellipsis
        if text.startswith("["):
            return [int(number) for number in text[1:-1].split(",")]
        if ":" in text:
            bounds = [int(bound) if bound.strip() else None for bound in text.split(":")]
            if len(bounds) > 3:
                raise ValueError
            return slice(*bounds)
        return int(text)
    except ValueError:
        raise ValueError(
            f"not an integer, a slice, a list of integers or '...': {text!r}"
        ) from None
