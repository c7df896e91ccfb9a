"""purehdf: read HDF5 in pure Python, without libhdf5.

``purehdf.File`` reads as h5py does.  ``purehdf.zarr_bridge`` shows a file through Zarr.
``python -m purehdf`` looks at one from the terminal.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .aio import AsyncDataset, AsyncFile, AsyncGroup, open_async
    from .api import (
        AttributeManager,
        Dataset,
        Datatype,
        Dimension,
        Dimensions,
        ExternalLink,
        File,
        Group,
        HardLink,
        SoftLink,
        UserDefinedLink,
    )
    from .api.dataset_id import DatasetID, StoreInfo
    from .api.objects import HLObject
    from .api.recognize import is_hdf5
    from .api.virtual import VDSmap
    from .data.empty import Empty
    from .data.multi_block import MultiBlockSlice
    from .data.pool import set_threads
    from .data.targets import ExternalFile
    from .datatype.metadata import (
        check_complex_dtype,
        check_dtype,
        check_enum_dtype,
        check_opaque_dtype,
        check_ref_dtype,
        check_string_dtype,
        check_vlen_dtype,
        enum_dtype,
        opaque_dtype,
        ref_dtype,
        regionref_dtype,
        special_dtype,
        string_dtype,
        vlen_dtype,
    )
    from .datatype.reference import AttributeReference, Reference, RegionReference
    from .errors import (
        ChecksumError,
        ExternalAccessError,
        FileStateWarning,
        FilterUnavailableError,
        FormatError,
        LimitError,
        LinkNotFoundError,
        MissingFileError,
        PureHDFError,
        SignatureError,
        SourceError,
        TruncatedError,
        UnsupportedError,
        VersionError,
    )
    from .index.chunk_table import ChunkTable
    from .limits import Limits

__version__ = "0.1.0.dev0"

__all__ = [
    "AsyncDataset",
    "AsyncFile",
    "AsyncGroup",
    "AttributeManager",
    "AttributeReference",
    "ChecksumError",
    "ChunkTable",
    "Dataset",
    "DatasetID",
    "Datatype",
    "Dimension",
    "Dimensions",
    "Empty",
    "ExternalAccessError",
    "ExternalFile",
    "ExternalLink",
    "File",
    "FileStateWarning",
    "FilterUnavailableError",
    "FormatError",
    "Group",
    "HLObject",
    "HardLink",
    "LimitError",
    "Limits",
    "LinkNotFoundError",
    "MissingFileError",
    "MultiBlockSlice",
    "PureHDFError",
    "Reference",
    "RegionReference",
    "SignatureError",
    "SoftLink",
    "SourceError",
    "StoreInfo",
    "TruncatedError",
    "UnsupportedError",
    "UserDefinedLink",
    "VDSmap",
    "VersionError",
    "check_complex_dtype",
    "check_dtype",
    "check_enum_dtype",
    "check_opaque_dtype",
    "check_ref_dtype",
    "check_string_dtype",
    "check_vlen_dtype",
    "enum_dtype",
    "is_hdf5",
    "opaque_dtype",
    "open_async",
    "ref_dtype",
    "regionref_dtype",
    "set_threads",
    "special_dtype",
    "string_dtype",
    "vlen_dtype",
]

# Module -> names.  Each is imported when it is first asked for: a program that may need
# purehdf, or needs one part of it, does not wait for all.
_MODULES = {
    ".aio": """
        AsyncDataset AsyncFile AsyncGroup open_async
    """,
    ".api": """
        AttributeManager Dataset Datatype Dimension Dimensions ExternalLink
        File Group HardLink SoftLink UserDefinedLink
    """,
    ".api.dataset_id": """
        DatasetID StoreInfo
    """,
    ".api.objects": """
        HLObject
    """,
    ".api.recognize": """
        is_hdf5
    """,
    ".api.virtual": """
        VDSmap
    """,
    ".data.empty": """
        Empty
    """,
    ".data.multi_block": """
        MultiBlockSlice
    """,
    ".data.pool": """
        set_threads
    """,
    ".data.targets": """
        ExternalFile
    """,
    ".datatype.metadata": """
        check_complex_dtype check_dtype check_enum_dtype check_opaque_dtype
        check_ref_dtype check_string_dtype check_vlen_dtype enum_dtype opaque_dtype
        ref_dtype regionref_dtype special_dtype string_dtype vlen_dtype
    """,
    ".datatype.reference": """
        AttributeReference Reference RegionReference
    """,
    ".errors": """
        ChecksumError ExternalAccessError FileStateWarning FilterUnavailableError
        FormatError LimitError LinkNotFoundError MissingFileError PureHDFError SignatureError
        SourceError TruncatedError UnsupportedError VersionError
    """,
    ".index.chunk_table": """
        ChunkTable
    """,
    ".limits": """
        Limits
    """,
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}
_PARTS = ("errors", "explain", "filters", "limits", "source", "zarr_bridge")


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(_HOMES[name], __name__), name)
    elif name in _PARTS:
        found = import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PARTS})
