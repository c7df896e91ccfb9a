"""Fill values and base64, as both versions of the Zarr format write them."""

from __future__ import annotations

from base64 import standard_b64encode
from math import isfinite, isnan
from typing import Any

import numpy as np

__all__ = ["base64_text", "fill_json"]


def base64_text(data: bytes) -> str:
    """Return `data` in base64, as text."""
    return standard_b64encode(data).decode()


def fill_json(value: Any, dtype: np.dtype[Any]) -> Any:
    """Return the JSON form of a fill value: numbers, ``"NaN"``, pairs, text, or base64."""
    if dtype.kind == "O":
        return str(value)
    if dtype.kind in "mM":
        return int(np.asarray(value, dtype).astype(f"{dtype.str[0]}i8"))
    if dtype.kind in "SV":
        data: bytes = np.asarray(value, dtype).tobytes()
        return base64_text(data.rstrip(b"\0") if dtype.kind == "S" else data)
    if dtype.kind == "c":
        return [_float(value.real), _float(value.imag)]
    return _float(value) if dtype.kind == "f" else value.item()


def _float(value: Any) -> float | str:
    number = float(value)
    if isfinite(number):
        return number
    if isnan(number):
        return "NaN"
    return "Infinity" if number > 0 else "-Infinity"
