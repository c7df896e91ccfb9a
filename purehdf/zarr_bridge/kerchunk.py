"""References as kerchunk writes them, version 1: for fsspec's ``reference`` file system."""

from __future__ import annotations

import gc
import json
import os
import warnings
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np

from .array_references import ArrayReferences, References
from .chunk_references import references
from .joined import Joined, as_joined
from .parquet_refs import write_parquet

__all__ = [
    "kerchunk_dict",
    "to_kerchunk",
    "warn_of_left_out",
    "write_kerchunk",
    "write_references",
]

Column = np.ndarray[Any, Any]

_KEYS = {2: ("", ".", "0"), 3: ("c/", "/", "c")}  # before, between, and of a scalar's chunk
_PARQUET = (".parq", ".parquet")


def to_kerchunk(target: Any, **options: Any) -> dict[str, Any]:
    """Return the references of a file as kerchunk does: ``{"version": 1, "refs": {...}}``.

    Parameters
    ----------
    target
        What ``purehdf.File`` takes.
    **options
        As ``references`` takes them: ``inline_threshold=500``, ``url=``, ``zarr_format=2``,
        ``group=``, ``embed_threshold=``, ``max_chunksize=None``, ``storage_options=``,
        ``own_codecs=False``.

    Warns
    -----
    UserWarning
        Something is left out; ``references(target).report`` says all about it.
    """
    found = references(target, **options)
    warn_of_left_out(found)
    return kerchunk_dict(found)


def write_kerchunk(
    target: Any, path: str | os.PathLike[str], *, record_size: int = 100_000, **options: Any
) -> References:
    """Write the references of a file, and return them.

    As Parquet, which needs pyarrow, where `path` ends in ``.parq`` or ``.parquet``: a folder
    with `record_size` references in each of its files.  As JSON otherwise.  The options are
    those of ``to_kerchunk``, and what is left out brings the same warning.
    """
    found = references(target, **options)
    warn_of_left_out(found)
    write_references(found, path, record_size)
    return found


def write_references(
    found: References | Joined, path: str | os.PathLike[str], record_size: int = 100_000
) -> None:
    """Write references that were found before, as ``write_kerchunk`` does."""
    if os.fspath(path).endswith(_PARQUET):
        write_parquet(found, path, record_size)
    else:
        Path(path).write_text(json.dumps(kerchunk_dict(found)))


def kerchunk_dict(found: References | Joined) -> dict[str, Any]:
    """Return the dictionary of references that were found before."""
    joined = as_joined(found)
    refs: dict[str, Any] = {}
    for path, documents in joined.groups.items():
        refs.update(_document_refs(path, documents))
    for path, array in joined.arrays.items():
        refs.update(_document_refs(path, array.documents))
        for url, part in array.parts:
            _add_chunks(refs, path, part, url, joined.zarr_format)
    return {"version": 1, "refs": refs}


def _document_refs(path: str, documents: Mapping[str, Any]) -> dict[str, str]:
    """Return the metadata documents of a node by their keys."""
    return {
        f"{path}/{name}".lstrip("/"): json.dumps(document) for name, document in documents.items()
    }


def _add_chunks(
    refs: dict[str, Any], path: str, array: ArrayReferences, url: str, zarr_format: int
) -> None:
    """Add the chunks of an array by their keys: ``[url, offset, size]``, or text."""
    prefix = f"{path}/".lstrip("/")
    ranges = zip(array.offset.tolist(), array.size.tolist(), strict=True)
    names = list(_chunk_keys(prefix, array.coordinates, zarr_format))
    with _uncollected():
        places = [[url, offset, size] for offset, size in ranges]
        refs.update(zip(names, places, strict=True))
    inline = _chunk_keys(prefix, array.inline_coordinates, zarr_format)
    refs.update(zip(inline, map(_text, array.inlined), strict=True))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare a million new lists, none of them garbage, the search for cycles among them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def warn_of_left_out(found: References) -> None:
    """Warn of what the references do not hold: there it would look as if it were not there."""
    left = found.left_out
    if left:
        more = f", and {len(left) - 1} more" if len(left) > 1 else ""
        first = f"{left[0].path} ({left[0].reason})"
        warnings.warn(f"left out of the references: {first}{more}", stacklevel=3)


def _chunk_keys(prefix: str, coordinates: Column, zarr_format: int) -> Iterable[str]:
    """Keys of the chunks at these positions, a column at a time."""
    before, between, scalar = _KEYS[zarr_format]
    count, rank = coordinates.shape
    if not rank:
        return [prefix + scalar] * count
    parts = []
    for i, column in enumerate(coordinates.T):
        lead = between if i else prefix + before
        values, places = _distinct(column)
        words = [f"{lead}{value}" for value in values]
        parts.append(map(words.__getitem__, places))
    return reduce(lambda left, right: map(add, left, right), parts)


def _distinct(column: Column) -> tuple[Iterable[int], list[int]]:
    """Numbers to be written, and for each place of the column which of them it is."""
    if column.max(initial=0) <= 4 * len(column):
        return range(int(column.max(initial=-1)) + 1), column.tolist()
    values, places = np.unique(column, return_inverse=True)
    return values.tolist(), places.tolist()


def _text(data: bytes) -> str:
    """Bytes as text if they are UTF-8, and would not be taken for base64; otherwise as base64."""
    if not data.startswith(b"base64:"):
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    return "base64:" + b64encode(data).decode()
