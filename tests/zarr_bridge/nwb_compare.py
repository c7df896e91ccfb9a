"""What differs between two readers of one NWB file: their builders, and their containers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from hdmf.build import Builder, DatasetBuilder, GroupBuilder, LinkBuilder, ReferenceBuilder
from hdmf.common import DynamicTable
from hdmf.container import AbstractContainer, Data
from pandas import DataFrame

_NUMBERS = (bool, int, float, complex, np.number, np.bool_)


def plain(value: Any) -> Any:
    """A value as nested lists and dicts: types of numbers are kept, objects become names."""
    if isinstance(value, AbstractContainer):
        return "container", value.object_id, value.name
    if isinstance(value, ReferenceBuilder):
        return plain(value.builder)
    if isinstance(value, Builder):
        return "builder", value.source, value.location, value.name
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, DataFrame):
        return {name: [plain(each) for each in value[name]] for name in value}
    if isinstance(value, np.void):
        return tuple(plain(each) for each in value)
    if isinstance(value, np.ndarray) and value.dtype.kind not in "OV":
        return value.dtype.newbyteorder("<").str, value.tolist()
    if isinstance(value, np.ndarray) and not value.ndim:
        return plain(value[()])
    if isinstance(value, np.ndarray | list | tuple | set):
        return [plain(each) for each in value]
    return (type(value).__name__, value) if isinstance(value, _NUMBERS) else value


def data_of(data: Any) -> Any:
    """All elements of a dataset, whoever keeps them."""
    if data is None or isinstance(data, str | bytes | Builder | ReferenceBuilder | np.generic):
        return plain(data)
    return tuple(np.shape(data)), plain(data if isinstance(data, list) else data[...])


def builder_differences(ours: Any, theirs: Any) -> Iterator[str]:
    """Yield where two trees of builders differ."""
    here = f"{theirs.location}/{theirs.name}"
    for name in ("name", "location", "source"):
        if getattr(ours, name) != getattr(theirs, name):
            yield f"{here}: {name} {getattr(ours, name)!r} != {getattr(theirs, name)!r}"
    if type(ours) is not type(theirs):
        yield f"{here}: {type(ours)} != {type(theirs)}"
    elif isinstance(ours, LinkBuilder):
        if plain(ours.builder) != plain(theirs.builder):
            yield f"{here}: leads to {plain(ours.builder)}, not {plain(theirs.builder)}"
    else:
        yield from _attribute_differences(here, ours.attributes, theirs.attributes)
        kind = _dataset_differences if isinstance(ours, DatasetBuilder) else _children_differences
        yield from kind(here, ours, theirs)


def _attribute_differences(here: str, ours: Any, theirs: Any) -> Iterator[str]:
    for name in ours.keys() | theirs.keys():
        mine, other = plain(ours.get(name, "none")), plain(theirs.get(name, "none"))
        if mine != other:
            yield f"{here}@{name}: {mine!r} != {other!r}"


def _dataset_differences(here: str, ours: Any, theirs: Any) -> Iterator[str]:
    if _native(ours.dtype) != _native(theirs.dtype):
        yield f"{here}: dtype {ours.dtype!r} != {theirs.dtype!r}"
    mine, other = data_of(ours.data), data_of(theirs.data)
    if mine != other:
        yield f"{here}: {mine!r} != {other!r}"


def _native(dtype: Any) -> Any:
    return dtype.newbyteorder("=") if isinstance(dtype, np.dtype) else dtype


def _children_differences(here: str, ours: GroupBuilder, theirs: GroupBuilder) -> Iterator[str]:
    for kind in ("groups", "datasets", "links"):
        mine, others = getattr(ours, kind), getattr(theirs, kind)
        if mine.keys() != others.keys():
            yield f"{here}: {kind} {sorted(mine)} != {sorted(others)}"
            continue
        for name in mine:
            yield from builder_differences(mine[name], others[name])


def container_differences(ours: Any, theirs: Any) -> Iterator[str]:
    """Yield where two NWBFiles differ, over all the objects in them."""
    mine, others = ours.objects, theirs.objects
    if mine.keys() != others.keys():
        yield f"objects {sorted(mine)} != {sorted(others)}"
        return
    for key, other in others.items():
        yield from _object_differences(mine[key], other)


def _object_differences(ours: Any, theirs: Any) -> Iterator[str]:
    here = f"{type(theirs).__name__} {theirs.name}"
    if type(ours) is not type(theirs):
        yield f"{here}: {type(ours)}"
    for name in ("name", "container_source", "object_id"):
        if getattr(ours, name) != getattr(theirs, name):
            yield f"{here}.{name}: {getattr(ours, name)!r} != {getattr(theirs, name)!r}"
    for name in ours.fields.keys() | theirs.fields.keys():
        mine, other = (_field(each.fields.get(name)) for each in (ours, theirs))
        if mine != other:
            yield f"{here}.{name}: {mine!r} != {other!r}"
    if isinstance(theirs, Data) and data_of(ours.data) != data_of(theirs.data):
        yield f"{here}: {data_of(ours.data)} != {data_of(theirs.data)}"
    if isinstance(theirs, DynamicTable):
        for row in range(len(theirs)):
            if plain(ours[row]) != plain(theirs[row]):
                yield f"{here}[{row}]: {plain(ours[row])!r} != {plain(theirs[row])!r}"


def _field(value: Any) -> Any:
    return data_of(value) if hasattr(value, "dtype") and np.ndim(value) else plain(value)
