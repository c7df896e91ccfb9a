"""Names below a path of a store, by its keys."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["names_below"]


def names_below(keys: Iterable[str], path: str) -> list[str]:
    """Return the names directly below `path` ("" is the root), each once."""
    start = f"{path}/" if path else ""
    inside = (key[len(start) :] for key in keys if key.startswith(start))
    return list(dict.fromkeys(name.partition("/")[0] for name in inside))
