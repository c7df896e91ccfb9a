"""An HDF5 or netCDF-4 file seen through Zarr, without copying.

``HDF5Zarr(target).zgroup`` and ``open_as_zarr(target)`` give a ``zarr.Group`` over one
read-only :class:`HDF5Store`.

From a key to its bytes: ``store`` (zarr's interface) -> ``contents`` (keys and values)
-> ``hierarchy`` (paths to groups and arrays) -> ``mapping`` (one dataset as an array)
-> ``v3`` and ``v2`` (that array written down), and ``chunks`` (the bytes of a chunk).
All but ``store`` are walks, which wait for nothing but ``Need``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..extras import naming_extras

if TYPE_CHECKING:
    from .array_references import References
    from .chunk_references import references
    from .documents import metadata_documents
    from .export import ExportResult, export_to_zarr
    from .hdf5zarr import HDF5Zarr, open_as_zarr
    from .kerchunk import to_kerchunk, write_kerchunk
    from .many import ManyReferences, index_many
    from .nwb import NWBZARRHDF5IO as NWBZARRHDF5IO
    from .report import ReportEntry
    from .saved_index import SavedIndex, open_index, save_index
    from .store import HDF5Store

__all__ = [  # and NWBZARRHDF5IO, which needs an extra of its own
    "ExportResult",
    "HDF5Store",
    "HDF5Zarr",
    "ManyReferences",
    "References",
    "ReportEntry",
    "SavedIndex",
    "export_to_zarr",
    "index_many",
    "metadata_documents",
    "open_as_zarr",
    "open_index",
    "references",
    "save_index",
    "to_kerchunk",
    "write_kerchunk",
]

# Name -> module; each is imported when it is first asked for, and with it what it needs.
_MODULES = {
    "ExportResult": "export",
    "HDF5Store": "store",
    "HDF5Zarr": "hdf5zarr",
    "ManyReferences": "many",
    "NWBZARRHDF5IO": "nwb",
    "References": "array_references",
    "ReportEntry": "report",
    "SavedIndex": "saved_index",
    "export_to_zarr": "export",
    "index_many": "many",
    "metadata_documents": "documents",
    "open_as_zarr": "hdf5zarr",
    "open_index": "saved_index",
    "references": "chunk_references",
    "save_index": "saved_index",
    "to_kerchunk": "kerchunk",
    "write_kerchunk": "kerchunk",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with naming_extras(f"{__name__}.{name}"):
        found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
