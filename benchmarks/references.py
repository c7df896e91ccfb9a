"""References to a million chunks, for kerchunk and for VirtualiZarr."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from .case import Case, Goal, Way
from .chunks import WIDTH, h5py_chunks, sorted_columns, store_infos, write_v1
from .libraries import like_h5py, local_store, registry

__all__ = ["CASES"]


def _kerchunk(path: Path) -> Any:
    from kerchunk.hdf import SingleHdf5ToZarr

    return SingleHdf5ToZarr(str(path), inline_threshold=0).translate()


def _own_kerchunk(path: Path) -> Any:
    from purehdf.zarr_bridge.kerchunk import to_kerchunk

    return to_kerchunk(path, inline_threshold=0)


def _reference_columns(path: Path, found: Any) -> np.ndarray:
    refs = found["refs"]
    keys = [key for key in refs if key.startswith("d/") and key[2].isdigit()]
    coordinates = np.array([key[2:].split(".") for key in keys], "i8") * [1, WIDTH]
    urls = {refs[key][0].removeprefix("file://") for key in keys}
    if urls != {str(path)}:
        raise ValueError(f"the references lead to {urls}")
    return sorted_columns(coordinates, [refs[k][1] for k in keys], [refs[k][2] for k in keys])


def _virtualizarr(path: Path) -> Any:
    from virtualizarr.parsers import HDFParser

    return HDFParser()(path.as_uri(), registry())


def _own_virtualizarr(path: Path) -> Any:
    from purehdf.zarr_bridge.virtualizarr import HDFParser

    return HDFParser()(path.as_uri(), registry())


def _async_virtualizarr(path: Path) -> Any:
    from async_hdf5.virtualizarr import open_virtual_hdf5

    return asyncio.run(
        open_virtual_hdf5(str(path), store=local_store(), url=path.as_uri(), registry=registry())
    )


def _manifest_columns(path: Path, store: Any) -> np.ndarray:
    manifest = store._group.arrays["d"].manifest
    if set(manifest._paths.ravel()) != {path.as_uri()}:
        raise ValueError(f"the manifest leads to {set(manifest._paths.ravel())}")
    coordinates = np.indices(manifest._offsets.shape).reshape(2, -1).T * [1, WIDTH]
    return sorted_columns(coordinates, manifest._offsets.ravel(), manifest._lengths.ravel())


_LISTED = like_h5py(h5py_chunks, ["h5py"], store_infos)
CASES = [
    Case(
        "references-kerchunk",
        "kerchunk references of 1,000,000 chunks",
        "chunks-v1.h5",
        write_v1,
        _LISTED
        | {
            "purehdf": Way(_own_kerchunk, _reference_columns),
            "kerchunk": Way(_kerchunk, _reference_columns),
        },
        {"purehdf": Goal(0.9, "s")},
    ),
    Case(
        "references-virtualizarr",
        "VirtualiZarr manifest of 1,000,000 chunks",
        "chunks-v1.h5",
        write_v1,
        _LISTED
        | {
            "purehdf": Way(_own_virtualizarr, _manifest_columns),
            "VirtualiZarr": Way(_virtualizarr, _manifest_columns),
            "async-hdf5": Way(_async_virtualizarr, _manifest_columns),
        },
        {"purehdf": Goal(1.5, "s")},
    ),
]
