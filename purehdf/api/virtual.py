"""``dataset.virtual_sources()``: what a virtual dataset is made of."""

from __future__ import annotations

from typing import NamedTuple

from ..datatype.numpy_types import text
from ..format.selection import Selection
from ..format.virtual_mapping import VirtualMapping

__all__ = ["VDSmap", "vds_map"]


class VDSmap(NamedTuple):
    """One mapping, with h5py's names.

    ``src_space`` of the dataset ``dset_name`` in the file ``file_name`` ("." is the same
    file, and "%b" stands for the number of a block) is ``vspace`` of the virtual dataset;
    both are selections as :mod:`purehdf.format.selection` describes them.
    """

    vspace: Selection
    file_name: str
    dset_name: str
    src_space: Selection


def vds_map(mapping: VirtualMapping) -> VDSmap:
    """Turn a mapping of the file into h5py's form."""
    return VDSmap(mapping.virtual, text(mapping.filename), text(mapping.dataset), mapping.source)
