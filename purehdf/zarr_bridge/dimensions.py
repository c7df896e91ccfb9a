"""Names of dimensions, from the dimension scales that netCDF-4 and h5py's ``dims`` write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np

from ..datatype.metadata import Reference
from ..datatype.numpy_types import text
from .attributes import ObjectAttributes

__all__ = ["dimension_names", "phony_names"]


async def dimension_names(
    shape: tuple[int, ...],
    own_name: str,
    attributes: ObjectAttributes,
    name_of: Callable[[int], str | None],
    dimension_ids: Callable[[], Awaitable[dict[int, str]]],
) -> list[str | None]:
    """Return for each dimension of a dataset the name that the file gives it, or None.

    In this order: the last scale attached to the dimension, as in netCDF's own library;
    for a scale itself, its own name, or the numbers of the dimensions where it has several;
    the label of the dimension.

    `name_of` names the object at an address, `dimension_ids` gives netCDF's numbers of
    dimensions with their names.
    """
    values = attributes.values
    names = _attached(values.get("DIMENSION_LIST"), len(shape), name_of)
    if attributes.is_scale and not any(names):
        names = await _of_scale(values, len(shape), own_name, dimension_ids)
    labels = _labels(values.get("DIMENSION_LABELS"), len(shape))
    return [name or label for name, label in zip(names, labels, strict=True)]


def _attached(scales: Any, rank: int, name_of: Callable[[int], str | None]) -> list[str | None]:
    if not isinstance(scales, np.ndarray) or scales.shape != (rank,):
        return [None] * rank
    names: list[str | None] = []
    for attached in scales:
        last = attached[-1] if isinstance(attached, np.ndarray) and attached.size else None
        known = isinstance(last, Reference) and last.address is not None
        names.append(name_of(last.address) if known else None)  # type: ignore[union-attr]
    return names


async def _of_scale(
    values: dict[str, Any],
    rank: int,
    own_name: str,
    dimension_ids: Callable[[], Awaitable[dict[int, str]]],
) -> list[str | None]:
    numbers = values.get("_Netcdf4Coordinates")
    if rank > 1 and isinstance(numbers, np.ndarray) and numbers.shape == (rank,):
        names = await dimension_ids()
        return [names.get(number) for number in numbers.tolist()]
    return [own_name, *[None] * rank][:rank]


def _labels(labels: Any, rank: int) -> list[str | None]:
    if (
        not isinstance(labels, np.ndarray)
        or labels.shape != (rank,)
        or labels.dtype.kind not in "OS"
    ):
        return [None] * rank
    return [text(label) if isinstance(label, bytes) else label for label in labels.tolist()]


def phony_names(names: Sequence[str | None], shape: tuple[int, ...]) -> tuple[str, ...]:
    """Return `names`, with a name made of its length for each dimension that has none.

    So dimensions of one phony name are of one length in all of the file.
    """
    found: list[str] = []
    for name, length in zip(names, shape, strict=True):
        if not name:
            name = base = f"phony_dim_{length}"
            number = 1
            while name in found or name in names:
                number += 1
                name = f"{base}_{number}"
        found.append(name)
    return tuple(found)
