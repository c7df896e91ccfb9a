"""References as Parquet, in the layout that fsspec's ``LazyReferenceMapper`` reads.

A folder with ``.zmetadata`` (all metadata documents, and the number of references in a
file) and for each array ``refs.0.parq``, ``refs.1.parq``...: one row for each chunk of the
grid, in C order, with the columns ``path``, ``offset``, ``size`` and ``raw``.
"""

from __future__ import annotations

import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ..extras import naming_extras
from .array_references import References
from .joined import Joined, JoinedArray, as_joined

__all__ = ["write_parquet"]

Column = np.ndarray[Any, Any]


def write_parquet(
    found: References | Joined, path: str | os.PathLike[str], record_size: int
) -> None:
    """Write references into a folder; references that are there already are replaced.

    Raises
    ------
    ValueError
        The references are of Zarr format 3, which the layout has no place for; or the
        folder holds something other than references.
    ModuleNotFoundError
        pyarrow is not installed.
    """
    if found.zarr_format != 2:
        raise ValueError("references in Parquet are of Zarr format 2")
    if record_size < 1:
        raise ValueError("record_size is a number of references, at least 1")
    folder, found = Path(path), as_joined(found)
    _clear(folder)
    for name, array in found.arrays.items():
        below = folder / name
        below.mkdir(parents=True, exist_ok=True)
        for i, table in enumerate(_tables(array, record_size)):
            _write(table, below / f"refs.{i}.parq")
    documents = {
        f"{name}/{document}".lstrip("/"): content
        for name, documents in (
            *found.groups.items(),
            *((name, array.documents) for name, array in found.arrays.items()),
        )
        for document, content in documents.items()
    }
    text = json.dumps({"metadata": documents, "record_size": record_size})
    (folder / ".zmetadata").write_text(text)  # last: a folder without it is no reference set


def _clear(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / ".zmetadata").is_file():
            raise ValueError(f"{folder} holds something other than references")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def _write(table: Any, path: Path) -> None:
    from pyarrow import parquet

    # Without statistics fastparquet does not see that no number is null, and makes them floats.
    parquet.write_table(table, path, compression="zstd", write_statistics=["offset", "size"])


def _tables(array: JoinedArray, record_size: int) -> Iterator[Any]:
    """One table for each file: all have `record_size` rows, the last one too."""
    with naming_extras("Parquet"):
        import pyarrow as pa

    urls, parts = [url for url, _ in array.parts], [part for _, part in array.parts]
    grid = parts[0].grid
    rows = np.concatenate([_flat(part.coordinates, grid) for part in parts])
    url = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part.size) for part in parts])
    offset = np.concatenate([part.offset for part in parts])
    size = np.concatenate([part.size for part in parts])
    order = np.argsort(rows, kind="stable")
    inline_rows = np.concatenate([_flat(part.inline_coordinates, grid) for part in parts])
    inlined = [data for part in parts for data in part.inlined]
    for start in range(0, prod(grid), record_size):
        first, last = np.searchsorted(rows, [start, start + record_size], sorter=order)
        chosen = order[first:last]
        at = rows[chosen] - start
        paths = np.full(record_size, -1, np.int32)
        offsets, sizes = np.zeros((2, record_size), np.int64)
        paths[at], offsets[at], sizes[at] = url[chosen], offset[chosen], size[chosen]
        raw: list[bytes | None] = [None] * record_size
        inside = (inline_rows >= start) & (inline_rows < start + record_size)
        for i in np.flatnonzero(inside).tolist():
            raw[inline_rows[i] - start] = _escaped(inlined[i])
        named = pa.DictionaryArray.from_arrays(pa.array(paths, mask=paths < 0), urls)
        yield pa.table([named.dictionary_decode(), offsets, sizes, raw], schema=_schema())


def _escaped(data: bytes) -> bytes:
    """What fsspec would take for base64 is written in base64."""
    return b"base64:" + b64encode(data) if data.startswith(b"base64:") else data


def _schema() -> Any:
    with naming_extras("Parquet"):
        import pyarrow as pa

    return pa.schema(
        [
            pa.field("path", pa.string()),
            pa.field("offset", pa.int64(), nullable=False),
            pa.field("size", pa.int64(), nullable=False),
            pa.field("raw", pa.binary()),
        ]
    )


def _flat(coordinates: Column, grid: tuple[int, ...]) -> Column:
    if not grid:
        return np.zeros(len(coordinates), np.int64)
    flat: Column = np.ravel_multi_index(tuple(coordinates.T), grid).astype(np.int64)
    return flat
