"""The h5py-like interface: File, Group, Dataset, attributes, links."""

from __future__ import annotations

from .attributes import AttributeManager
from .dataset import Dataset
from .dataset_id import DatasetID, StoreInfo
from .datatype import Datatype
from .dimensions import Dimension, Dimensions
from .file import File
from .group import Group
from .links import ExternalLink, HardLink, SoftLink, UserDefinedLink
from .virtual import VDSmap

__all__ = [
    "AttributeManager",
    "Dataset",
    "DatasetID",
    "Datatype",
    "Dimension",
    "Dimensions",
    "ExternalLink",
    "File",
    "Group",
    "HardLink",
    "SoftLink",
    "StoreInfo",
    "UserDefinedLink",
    "VDSmap",
]
