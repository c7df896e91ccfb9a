"""Files that h5py writes with drivers and settings that it has no keyword for."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5f, h5p

__all__ = ["Fill", "cache_image", "fill", "multi", "same"]

Fill = Callable[[h5py.File], None]
_library: Any = ctypes.CDLL(h5py.h5p.__file__)


class _CacheImage(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int32),
        ("generate_image", ctypes.c_bool),
        ("save_resize_status", ctypes.c_bool),
        ("entry_ageout", ctypes.c_int32),
    ]


def _property(fapl: h5p.PropFAID, name: str, *args: Any) -> None:
    function = getattr(_library, f"H5Pset_{name}")
    if function(ctypes.c_int64(fapl.id), *args) < 0:
        raise RuntimeError(f"H5Pset_{name} failed")


def _create(path: Path, fapl: h5p.PropFAID, fill: Fill) -> Path:
    with h5py.File(h5f.create(bytes(path), h5f.ACC_TRUNC, fapl=fapl)) as file:
        fill(file)
    return path


def cache_image(path: Path, fill: Fill, low: int = h5f.LIBVER_LATEST) -> Path:
    """A file that is closed with a metadata cache image."""
    fapl = h5p.create(h5p.FILE_ACCESS)
    fapl.set_libver_bounds(low, h5f.LIBVER_LATEST)
    _property(fapl, "mdc_image_config", ctypes.byref(_CacheImage(1, True, False, -1)))
    return _create(path, fapl, fill)


def multi(path: Path, fill: Fill, low: int) -> Path:
    """A file of six members, path-s.h5 and so on; returns that with the superblock."""
    fapl = h5p.create(h5p.FILE_ACCESS)
    fapl.set_libver_bounds(low, h5f.LIBVER_LATEST)
    _property(fapl, "fapl_multi", None, None, None, None, ctypes.c_bool(True))
    _create(path, fapl, fill)
    return path.with_name(path.name + "-s.h5")


def fill(file: h5py.File) -> None:
    """Something of all kinds of metadata and data."""
    file["numbers"] = np.arange(300)
    file["numbers"].attrs["of"] = 300
    group = file.create_group("group")
    group.attrs["text"] = "hello"
    group["words"] = np.array(["a", "bcd"], object)
    data = np.arange(1000.0).reshape(50, 20)
    file.create_dataset("chunks", data=data, chunks=(10, 20), compression="gzip")


def same(found: Any, expected: h5py.File) -> None:
    """Check the whole content of a file against what h5py says of it."""
    names: list[str] = []
    expected.visit(names.append)
    assert names
    for name in names:
        assert dict(found[name].attrs) == dict(expected[name].attrs)
        if isinstance(expected[name], h5py.Dataset):
            np.testing.assert_array_equal(found[name][()], expected[name][()])
        else:
            assert list(found[name]) == list(expected[name])
