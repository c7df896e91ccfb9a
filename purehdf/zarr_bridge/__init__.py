"""An HDF5 or netCDF-4 file seen through Zarr, without copying.

``HDF5Zarr(target).zgroup`` and ``open_as_zarr(target)`` give a ``zarr.Group`` over one
read-only :class:`HDF5Store`.

From a key to its bytes: ``store`` (zarr's interface) -> ``contents`` (keys and values)
-> ``hierarchy`` (paths to groups and arrays) -> ``mapping`` (one dataset as an array)
-> ``v3`` and ``v2`` (that array written down), and ``chunks`` (the bytes of a chunk).
All but ``store`` are walks, which wait for nothing but ``Need``.
"""

from __future__ import annotations

try:
    from .hdf5zarr import HDF5Zarr, open_as_zarr
    from .report import ReportEntry
    from .store import HDF5Store
except ModuleNotFoundError as error:
    if error.name not in ("zarr", "numcodecs"):
        raise
    raise ModuleNotFoundError(
        f"purehdf.zarr_bridge needs {error.name}: pip install purehdf[zarr]", name=error.name
    ) from error

__all__ = ["HDF5Store", "HDF5Zarr", "ReportEntry", "open_as_zarr"]
