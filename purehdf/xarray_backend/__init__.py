"""``engine="purehdf"``: xarray opens netCDF-4 and other HDF5 files through purehdf.

It needs the ``xarray`` extra.  xarray finds the engine by its entry point; nothing need be
imported from here.
"""

from __future__ import annotations

from ..extras import naming_extras

with naming_extras("the engine of xarray"):
    from .entrypoint import PureHDFBackendEntrypoint

__all__ = ["PureHDFBackendEntrypoint"]
