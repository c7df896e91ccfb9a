"""Visiting every object of a file once, many side by side."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from ..format.messages.link import HardTarget, LinkTarget
from .need import together

__all__ = ["visit_objects"]

_TOGETHER = 1024
Visit = Callable[[int, str], Coroutine[Any, Any, Mapping[str, LinkTarget]]]


async def visit_objects(root: int, visit: Visit) -> None:
    """Await ``visit(address, path)`` for each object that hard links lead to.

    `visit` returns the links of the object, and raises nothing that is about the file.
    Objects of one level of the tree are visited side by side; of several paths to one
    object it gets a shortest one.
    """
    level = {root: "/"}
    seen = {root}
    while level:
        below: dict[int, str] = {}
        places = list(level.items())
        for i in range(0, len(places), _TOGETHER):
            some = places[i : i + _TOGETHER]
            found = await together(visit(address, path) for address, path in some)
            for (_, path), links in zip(some, found, strict=True):
                for name, target in links.items():
                    if isinstance(target, HardTarget) and target.address not in seen:
                        seen.add(target.address)
                        below[target.address] = f"{path.rstrip('/')}/{name}"
        level = below
