"""Every budget that bounds what a file can make purehdf do.

A limit is never a guess about good files: the defaults lie far above what real files
hold and below what harms the process.  Going over one is a ``LimitError``.
"""

from __future__ import annotations

import os
from typing import NamedTuple

__all__ = ["DEFAULT_LIMITS", "Limits"]

_MIB = 1 << 20


def _memory() -> int:
    """The machine's memory in bytes; 0 where it does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0


class Limits(NamedTuple):
    """Budgets for reading one file; pass ``File(..., limits=Limits(...))`` to change them.

    Attributes
    ----------
    structure_bytes : int
        Size of one metadata structure (a heap, a node, a header block), in bytes.
    metadata_bytes : int
        Bytes of structures that are decoded together and overlap in the file, and of
        sequences that share theirs: no honest writer makes such, a hostile one may.
    btree_depth : int
        Levels of one B-tree.
    btree_nodes : int
        Nodes of one B-tree.
    header_chunks : int
        Continuation blocks of one object header.
    header_messages : int
        Messages of one object header.
    datatype_depth : int
        Nesting of compound, array, enumeration and variable-length types.
    soft_links : int
        Soft links that one look-up may pass through.
    filters : int
        Filters of one pipeline.
    filter_slack : int
        Bytes by which a filter's output may exceed the size of the chunk.
    chunk_bytes : int
        Size of one chunk that filters decode, in bytes; as it lies in the file, a chunk may
        have any size.  4 GiB, or half of the machine's memory where that is more.
    chunk_cache_bytes : int
        Decoded chunks that are kept for the next read, in bytes.  Only those are that a read
        used in part, and none that is larger than this.  0 keeps nothing.
    verify_checksums : bool
        Whether a checksum that differs, of metadata or of a chunk (fletcher32), is an error.
        ``File(..., verify_checksums=False)`` reads on; ``File.problems`` then lists those
        of metadata.
    """

    structure_bytes: int = 64 * _MIB
    metadata_bytes: int = 64 * _MIB
    btree_depth: int = 64
    btree_nodes: int = 4_000_000
    header_chunks: int = 1024
    header_messages: int = 100_000
    datatype_depth: int = 64
    soft_links: int = 40
    filters: int = 32
    filter_slack: int = 1024
    chunk_bytes: int = max(4096 * _MIB, _memory() // 2)
    chunk_cache_bytes: int = 8 * _MIB
    verify_checksums: bool = True


DEFAULT_LIMITS = Limits()
