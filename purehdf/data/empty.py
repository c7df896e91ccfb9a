"""The value of what has a type but no elements."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Empty"]


class Empty:
    """The value of a dataset or attribute with a null dataspace: a ``dtype`` and nothing else."""

    shape = None
    size = None

    def __init__(self, dtype: Any) -> None:
        self.dtype = np.dtype(dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Empty) and self.dtype == other.dtype

    def __hash__(self) -> int:
        return hash((Empty, self.dtype))

    def __repr__(self) -> str:
        return f"Empty(dtype={self.dtype!r})"
