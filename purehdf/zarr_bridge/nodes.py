"""What the bridge finds in a file: groups and arrays, as Zarr will see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from ..format.messages.link import LinkTarget
from ..walk.headers import ObjectHeader
from ..walk.paths import Location
from ..walk.reader import Reader
from .mapping import ArrayMapping

__all__ = ["ArrayNode", "Documents", "Format", "GroupNode", "Key", "Node"]

Documents: TypeAlias = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class GroupNode:
    """A group: its path in the store, the reader of its file, and the groups that lead to it."""

    path: str
    reader: Reader
    header: ObjectHeader
    chain: tuple[Location, ...]
    links: Mapping[str, LinkTarget]
    documents: Documents


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """A dataset: its path in the store, the reader of its file, and how it is mapped."""

    path: str
    reader: Reader
    header: ObjectHeader
    mapping: ArrayMapping
    documents: Documents


Node: TypeAlias = GroupNode | ArrayNode


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the store, apart: `document` is a name, or `chunk` a position in the grid."""

    path: str
    document: str = ""
    chunk: tuple[int, ...] | None = None


class Format(Protocol):
    """How one version of the Zarr format writes things down; the modules v2 and v3."""

    def array_documents(self, mapping: ArrayMapping) -> Documents:
        """Return the metadata documents of an array, name -> JSON."""

    def has_type(self, dtype: np.dtype[Any]) -> bool:
        """Return whether zarr-python has a structure for what numpy has one for."""

    def group_documents(self, attributes: dict[str, Any]) -> Documents:
        """Return the metadata documents of a group, name -> JSON."""

    def consolidated(self, root: Documents, below: dict[str, Documents]) -> Documents:
        """Return the documents of the root with those of all nodes below in them."""

    def chunk_name(self, chunk: tuple[int, ...]) -> str:
        """Return the key of a chunk, without the array's path."""

    def parse_key(self, key: str) -> Key | None:
        """Return what a key asks for; None for what no store of this format has."""
