"""An HDF5 file that is made of chunks by their Zarr keys, when it is first read."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import h5py

__all__ = ["TOP", "LateFile"]

TOP = "/top"  # what the keys begin at: a group, or an array whose chunks are "c/0"


@dataclass
class LateFile:
    """A source for stores; ``values`` are chunks by their keys in Zarr format 3."""

    values: dict[str, bytes] = field(default_factory=dict)
    name: ClassVar[str] = "late.h5"
    resident: ClassVar[None] = None

    def put(self, key: str, value: bytes) -> None:
        """Hold a chunk; a document stands for a group, whose text is not up to the caller."""
        self.values[key] = value
        self.__dict__.pop("data", None)

    @cached_property
    def data(self) -> bytes:
        """The file."""
        arrays: dict[str, dict[tuple[int, ...], bytes]] = defaultdict(dict)
        groups = {TOP}
        for key, value in self.values.items():
            if key.endswith("zarr.json"):
                groups.add(f"{TOP}/{key}".removesuffix("/zarr.json"))
            else:
                path, _, chunk = f"{TOP}/{key}".rpartition("/c/")
                arrays[path][tuple(map(int, chunk.split("/")))] = value
        image = io.BytesIO()
        with h5py.File(image, "w") as f:
            for path, chunks in arrays.items():
                _write(f, path, chunks)
            for path in groups - arrays.keys():
                f.require_group(path)
        return image.getvalue()

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, ranges: Sequence[tuple[int, int]]) -> list[Any]:
        return [self.data[start:stop] for start, stop in ranges]

    async def read_async(self, ranges: Sequence[tuple[int, int]]) -> list[Any]:
        return self.read(ranges)

    def close(self) -> None:
        """Do nothing."""


def _write(f: h5py.File, path: str, chunks: dict[tuple[int, ...], bytes]) -> None:
    """Write an array of bytes; its chunks are as long as the values."""
    (length,) = {len(value) for value in chunks.values()}
    ends = [max(each) + 1 for each in zip(*chunks, strict=True)]
    shape, chunk = (*ends[:-1], ends[-1] * length), (1,) * (len(ends) - 1) + (length,)
    dataset = f.create_dataset(path, shape, "u1", chunks=chunk)
    for position, value in chunks.items():
        start = (*position[:-1], position[-1] * length)
        dataset.id.write_direct_chunk(start, value)
