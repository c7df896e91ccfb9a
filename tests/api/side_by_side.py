"""The same expression on h5py's file and on purehdf's: the outcomes must agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

import purehdf

__all__ = ["agree", "outcome", "plain"]

# A circle of soft links is h5py's only RuntimeError here; to purehdf it is a broken budget.
ALSO: dict[type[Exception], tuple[type[Exception], ...]] = {RuntimeError: (purehdf.LimitError,)}


def agree(path: Path, expression: str) -> None:
    """Evaluate `expression`, in which ``f`` is the file and ``h5`` the library, with both.

    Where h5py returns a value, purehdf returns an equal one of the same kind; where h5py
    raises, purehdf raises what a handler of h5py's exception catches.
    """
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        wanted, found = outcome(theirs, h5py, expression), outcome(ours, purehdf, expression)
    if isinstance(wanted, Exception):
        kinds = (type(wanted), *ALSO.get(type(wanted), ()))
        assert isinstance(found, kinds), f"h5py raises {wanted!r}, purehdf {found!r}"
    else:
        assert found == wanted


def outcome(file: Any, library: Any, expression: str) -> Any:
    """The value in a form that can be compared, or the exception."""
    try:
        return plain(eval(expression, {"f": file, "h5": library, "np": np}))
    except Exception as error:
        return error


def plain(value: Any) -> Any:
    """What is comparable of a value, with the name of its class where that is the same in both."""
    kind = type(value).__name__
    if kind in ("Group", "Dataset", "Datatype", "File"):
        return kind, value.name
    if kind in ("HardLink", "SoftLink", "ExternalLink"):
        return kind, getattr(value, "path", None), getattr(value, "filename", None)
    if kind == "Empty":
        return kind, value.dtype.str
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, np.ndarray | np.generic):
        return kind, value.dtype.str, value.shape, _elements(np.asarray(value))
    if isinstance(value, dict):
        return kind, {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return kind, [plain(item) for item in value]
    return kind, value


def _elements(array: np.ndarray[Any, Any]) -> Any:
    if array.dtype.kind != "O":
        return array.tobytes()
    # References compare by what they lead to, elsewhere; here it counts that they are some.
    return [item if isinstance(item, str | bytes) else type(item).__name__ for item in array.flat]
