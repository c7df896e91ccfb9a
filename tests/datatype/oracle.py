"""Files made through h5py's low level, read by h5py and by purehdf."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5s, h5t

import purehdf

Make = Callable[..., Path]


@cache
def library() -> ctypes.CDLL:
    """The libhdf5 that h5py has loaded: it has types and references that h5py lacks."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "libhdf5" in line}
    (path,) = {path for path in paths if "h5py" in path and "_hl" not in path}
    return ctypes.CDLL(path)


def predefined(name: str) -> Any:
    """A predefined type of libhdf5, as a type of h5py's low level."""
    lib = library()
    lib.H5open()
    lib.H5Tcopy.restype = ctypes.c_int64
    number = lib.H5Tcopy(ctypes.c_int64.in_dll(lib, f"{name}_g"))
    lib.H5Tget_class.argtypes = [ctypes.c_int64]
    kinds = {0: h5t.TypeIntegerID, 1: h5t.TypeFloatID, 2: h5t.TypeTimeID}
    return kinds[lib.H5Tget_class(number)](number)


def write(path: Path, datatype: Any, raw: bytes, shape: tuple[int, ...] | None = None) -> Path:
    """Make a file with dataset ``d`` of `datatype` and of just these bytes."""
    size = datatype.get_size()
    shape = (len(raw) // size,) if shape is None else shape
    with h5py.File(path, "w") as f:
        dataset = h5d.create(f.id, b"d", datatype, h5s.create_simple(shape))
        dataset.write(h5s.ALL, h5s.ALL, np.frombuffer(raw, f"V{size}").reshape(shape), datatype)
    return path


def read_both(path: Path, name: str = "d") -> tuple[Any, Any]:
    """The dataset as h5py and as purehdf read it; their dtypes must be equal."""
    with h5py.File(path) as f:
        want, dtype = f[name][...], f[name].dtype
    with purehdf.File(path) as f:
        dataset = f[name]
        assert dataset.dtype == dtype
        return want, dataset[...]


def read_ours(path: Path, name: str = "d") -> Any:
    with purehdf.File(path) as f:
        return f[name][...]


def same(want: Any, got: Any) -> bool:
    """Whether two arrays of numbers agree in every bit that is not padding."""
    if want.dtype.kind in "fc" and want.dtype.itemsize >= 16 and want.real.dtype.itemsize == 16:
        # Ten of sixteen bytes are data, where numpy's longdouble is x87's.
        little = [np.ascontiguousarray(a.astype(a.dtype.newbyteorder("<"))) for a in (want, got)]
        rows = [a.reshape(-1).view(np.uint8).reshape(-1, 16)[:, :10] for a in little]
        return bool((rows[0] == rows[1]).all())
    return bool(want.tobytes() == got.tobytes())
