"""Datasets drawn at random, written by h5py into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from hypothesis import strategies as st

__all__ = ["Drawn", "datasets", "written"]

NUMBERS = [
    f"{order}{kind}"
    for kind in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
    for order in "<>"
]
OTHERS = ["i1", "u1", "S1", "S5", "V3", "?"]
COMPOUNDS: list[Any] = [
    [("x", "<f4"), ("y", ">i8")],
    [("name", "S3"), ("flag", "?"), ("row", "<i2", (2,))],
]
BOUNDS = [("earliest", "v108"), ("v108", "v108"), ("v110", "v110"), ("v200", "v200")]


@dataclass(frozen=True)
class Drawn:
    """One dataset and the file around it."""

    dtype: Any
    shape: tuple[int, ...]
    libver: tuple[str, str]
    track_order: bool
    seed: int
    parts: tuple[tuple[slice, ...], ...]  # what is written; the rest stays as it is
    options: dict[str, Any]

    def values(self) -> np.ndarray[Any, Any]:
        """Bytes of all kinds, among them numbers that are none; booleans are booleans."""
        dtype = np.dtype(self.dtype)
        rng = np.random.default_rng(self.seed)
        size = int(np.prod(self.shape))
        out = np.frombuffer(rng.bytes(size * dtype.itemsize), dtype).reshape(self.shape).copy()
        if dtype == np.bool_:
            return out.view("u1") % 2 == 1
        if dtype.names and "flag" in dtype.names:
            out["flag"] = rng.integers(0, 2, self.shape, bool)
        return out


@st.composite
def datasets(draw: st.DrawFn) -> Drawn:
    """A dataset of any simple type, layout and pipeline."""
    dtype = draw(st.sampled_from([*NUMBERS, *OTHERS, *COMPOUNDS]))
    shape = tuple(draw(st.lists(st.integers(0, 6), max_size=3)))
    options: dict[str, Any] = {}
    if shape and draw(st.booleans()):
        options = draw(_chunked(shape))
    simple = isinstance(dtype, str) and np.dtype(dtype).kind in "iuf"
    if simple and draw(st.booleans()):
        options["fillvalue"] = draw(st.sampled_from([0, 1, 77]))
    axis = [st.slices(n).filter(lambda s: s.step is None or 0 < s.step < 99) for n in shape]
    parts = draw(st.lists(st.tuples(*axis), max_size=2))
    if draw(st.booleans()):
        parts = [tuple(slice(None) for _ in shape)]
    return Drawn(
        dtype,
        shape,
        draw(st.sampled_from(BOUNDS)),
        draw(st.booleans()),
        draw(st.integers(0, 2**32)),
        tuple(parts),
        options,
    )


@st.composite
def _chunked(draw: st.DrawFn, shape: tuple[int, ...]) -> dict[str, Any]:
    maxshape: list[int | None] = []
    chunks: list[int] = []
    for size in shape:
        most = draw(st.sampled_from([size, size + 3, None])) if size else None
        maxshape.append(most)
        chunks.append(draw(st.integers(1, 4 if most is None else min(most, 4))))
    options: dict[str, Any] = {"chunks": tuple(chunks), "maxshape": tuple(maxshape)}
    compression = draw(st.sampled_from([None, "gzip", "lzf"]))
    if compression:
        options["compression"] = compression
    options["shuffle"] = draw(st.booleans())
    options["fletcher32"] = draw(st.booleans())
    return options


@contextmanager
def written(drawn: Drawn) -> Iterator[tuple[h5py.Dataset, bytes]]:
    """The dataset, still open in h5py, and the bytes of its file."""
    with h5py.File(
        "drawn", "w", driver="core", backing_store=False,
        libver=drawn.libver, track_order=drawn.track_order,
    ) as file:  # fmt: skip
        dataset = file.create_dataset("drawn", drawn.shape, np.dtype(drawn.dtype), **drawn.options)
        values = drawn.values()
        for part in drawn.parts:
            dataset[part] = values[part]
        file.flush()
        yield dataset, file.id.get_file_image()
