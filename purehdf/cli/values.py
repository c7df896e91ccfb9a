"""Values in text and in JSON; of a large array only the corners are read."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from ..api.dataset import Dataset
from ..api.file import File
from ..data.empty import Empty
from ..datatype.metadata import Reference
from ..errors import PureHDFError
from .output import printable
from .words import shape_words

__all__ = ["Values", "corners"]

_SMALL = 1000  # elements that are shown whole
_EDGE = 3  # elements that are shown at either end of an axis


def corners(dataset: Dataset) -> tuple[Any, bool]:
    """Return the values of a dataset for :class:`Values`, and whether they are cut down.

    A large array comes as its corners only, each long axis cut down to both ends with one
    more element between them, which stands for what is left out and is not read.
    """
    shape = dataset.shape
    if shape is None or prod(shape) <= _SMALL:
        return dataset[()], False
    width = 2 * _EDGE + 1
    axes = [
        [(slice(0, _EDGE), slice(0, _EDGE)), (slice(n - _EDGE, n), slice(_EDGE + 1, width))]
        if n > width
        else [(slice(0, n), slice(0, n))]
        for n in shape
    ]
    inner = dataset.dtype.subdtype[1] if dataset.dtype.subdtype else ()
    out = np.zeros([*(min(n, width) for n in shape), *inner], dataset.dtype.base)
    for parts in product(*axes):
        out[tuple(into for _, into in parts)] = dataset[tuple(take for take, _ in parts)]
    return out, True


class Values:
    """Values of one file as text and as JSON; references become the paths they lead to."""

    def __init__(self, file: File, width: int = 100) -> None:
        self._file = file
        self._width = width  # characters of a line of an array

    def text(self, value: Any, *, full: bool = False, cut: bool = False) -> str:
        """Return a value as text; a large array is abbreviated as numpy does.

        `cut` says that it comes from :func:`corners`, with something left out.
        """
        if isinstance(value, Empty):
            return "no elements (null dataspace)"
        if not isinstance(value, np.ndarray):
            return self._scalar(value)
        if value.ndim == 0:
            return self._scalar(value[()])
        if not value.size:
            return "[]" if value.ndim == 1 else f"[] of shape {shape_words(value.shape)}"
        return np.array2string(
            value,
            max_line_width=self._width,
            separator=", ",
            threshold=value.size if full else 0 if cut else _SMALL,
            edgeitems=_EDGE,
            formatter={"all": self._scalar} if value.dtype.kind in "OSVU" else None,
        )

    def line(self, value: Any) -> str:
        """Return a value as text in one line."""
        return " ".join(self.text(value).split())

    def _scalar(self, value: Any) -> str:
        if isinstance(value, bytes):
            value = value.decode("utf-8", "surrogateescape")
        if isinstance(value, str):
            return '"' + printable(value).replace('"', '\\"') + '"'
        if isinstance(value, np.void) and value.dtype.names is None:
            return "0x" + value.tobytes().hex()
        if isinstance(value, np.void):
            names = value.dtype.names or ()
            return f"{{{', '.join(f'{printable(n)}: {self._scalar(value[n])}' for n in names)}}}"
        if isinstance(value, Reference):
            return f"-> {printable(self._path(value))}"
        return self.line(value) if isinstance(value, np.ndarray) else str(value)

    def _path(self, reference: Reference) -> str:
        if not reference:
            return "nothing"
        try:
            name: str = self._file[reference].name
        except (PureHDFError, ValueError):
            return f"address {reference.address:#x}"
        return name or f"address {reference.address:#x}"

    def json(self, value: Any) -> Any:
        """Return a value as JSON has it: bytes as text, numbers that are not finite as text."""
        if isinstance(value, Empty):
            return None
        if isinstance(value, np.ndarray):
            return [self.json(item) for item in value] if value.ndim else self.json(value[()])
        if isinstance(value, np.void):
            if value.dtype.names is None:
                return value.tobytes().hex()
            return {name: self.json(value[name]) for name in value.dtype.names}
        if isinstance(value, Reference):
            return self._path(value)
        if isinstance(value, bytes):
            return printable(value.decode("utf-8", "surrogateescape"))
        return _json_number(value)


def _json_number(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer) and not isinstance(value, np.timedelta64):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else str(value)
    if isinstance(value, complex | np.complexfloating):
        return [_json_number(value.real), _json_number(value.imag)]
    return printable(str(value))
