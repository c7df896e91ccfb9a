"""``dataset.asstr()``: strings as ``str``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .dataset import Dataset

__all__ = ["StringView"]


class StringView:
    """A view of a dataset of strings; indexing it reads them decoded."""

    def __init__(self, dataset: Dataset, encoding: str, errors: str) -> None:
        self._dataset = dataset
        self._encoding = encoding
        self._errors = errors

    def __getitem__(self, args: Any) -> Any:
        found = self._dataset[args]
        if isinstance(found, bytes):
            return found.decode(self._encoding, self._errors)
        out = np.empty(found.size, object)
        out[:] = [value.decode(self._encoding, self._errors) for value in found.reshape(-1)]
        return out.reshape(found.shape)

    def __len__(self) -> int:
        return len(self._dataset)

    def __repr__(self) -> str:
        return f"<strings of {self._dataset!r}>"
