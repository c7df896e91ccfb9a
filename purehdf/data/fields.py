"""Names of fields, by which a part of a compound's members is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["check_names", "packed", "split_names"]

AnyArray = np.ndarray[Any, Any]


def check_names(names: Sequence[str], dtype: np.dtype[Any]) -> None:
    """Raise ValueError unless all of `names` are fields of the dtype."""
    if not names:
        return
    known = dtype.names or ()
    if not known:
        raise ValueError("field names are for compound types only")
    for name in names:
        if name not in known:
            raise ValueError(f"no field {name!r}; there are {', '.join(known)}")


def split_names(args: tuple[Any, ...]) -> tuple[list[str], tuple[Any, ...]]:
    """Names of fields, which may stand anywhere, and the rest of the arguments."""
    names: list[str] = []
    rest = []
    for arg in args:
        if isinstance(arg, str):
            names.append(arg)
        elif isinstance(arg, list) and arg and all(isinstance(name, str) for name in arg):
            names.extend(arg)
        else:
            rest.append(arg)
    return names, tuple(rest)


def packed(array: AnyArray, names: Sequence[str]) -> AnyArray:
    """Some fields of a compound, without room for the others between them."""
    return array[list(names)].astype([(name, array.dtype[name]) for name in names])
