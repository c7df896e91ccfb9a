"""NWB files read by PyNWB through Zarr: ``NWBZARRHDF5IO``.

``store`` is the Zarr store, whose documents also say what Zarr has no word for: links,
references, types of members (``hierarchy`` finds them, ``marks`` names them; hdmf-zarr's
conventions where it has one).  ``builders`` makes HDMF's builders of what the store shows,
with arrays (``arrays``), and arrays of references and compounds (``tables``), that are read
when they are sliced.  ``io`` is the door, ``specs`` the cached namespaces.
"""

from __future__ import annotations

from ...extras import naming_extras

with naming_extras("NWBZARRHDF5IO"):
    from .io import NWBZARRHDF5IO
    from .store import NWBStore

__all__ = ["NWBZARRHDF5IO", "NWBStore"]
