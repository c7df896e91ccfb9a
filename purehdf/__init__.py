"""purehdf: read HDF5 in pure Python, without libhdf5.

``purehdf.File`` reads as h5py does.  ``purehdf.zarr_bridge`` shows a file through Zarr.
``python -m purehdf`` looks at one from the terminal.
"""

from __future__ import annotations

from .aio import AsyncDataset, AsyncFile, AsyncGroup, open_async
from .api import (
    AttributeManager,
    Dataset,
    DatasetID,
    Datatype,
    Dimension,
    Dimensions,
    ExternalLink,
    File,
    Group,
    HardLink,
    SoftLink,
    StoreInfo,
    UserDefinedLink,
    VDSmap,
)
from .data.empty import Empty
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
    "HardLink",
    "LimitError",
    "Limits",
    "LinkNotFoundError",
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
    "opaque_dtype",
    "open_async",
    "ref_dtype",
    "regionref_dtype",
    "special_dtype",
    "string_dtype",
    "vlen_dtype",
]
