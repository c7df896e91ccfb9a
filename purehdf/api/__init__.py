"""The h5py-like interface: File, Group, Dataset, attributes, links."""

from __future__ import annotations

from .attributes import AttributeManager
from .dataset import Dataset
from .datatype import Datatype
from .dimensions import Dimension, Dimensions
from .file import File
from .group import Group
from .links import ExternalLink, HardLink, SoftLink, UserDefinedLink

__all__ = [
    "AttributeManager",
    "Dataset",
    "Datatype",
    "Dimension",
    "Dimensions",
    "ExternalLink",
    "File",
    "Group",
    "HardLink",
    "SoftLink",
    "UserDefinedLink",
]
