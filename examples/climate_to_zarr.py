"""Look at a netCDF-4 file as a Zarr group: its tree, its attributes and a slice of its values.

Nothing is converted and nothing is copied.  Zarr's metadata is made from the file's own, and
each chunk that a slice touches is a range of bytes of the file, decoded by Zarr's codecs.

    python examples/climate_to_zarr.py [FILE [VARIABLE]]
"""

import sys
from pathlib import Path

from purehdf.zarr_bridge import HDF5Zarr

CLIMATE = Path(__file__).parents[1] / "fixtures" / "files" / "climate.nc"


def main(path: str | Path = CLIMATE, variable: str = "temperature") -> None:
    """Print the tree of the file, then the attributes and a slice of one variable."""
    zgroup = HDF5Zarr(path).zgroup
    print(zgroup.tree())

    array = zgroup[variable]
    print(f"{variable}: shape {array.shape}, dtype {array.dtype}, chunks {array.chunks}")
    print(f"  dimensions = {', '.join(array.metadata.dimension_names)}")
    print(f"  fill value = {array.fill_value}")
    for name, value in sorted(array.attrs.items()):
        if name != "_FillValue":  # in the form that xarray keeps it in
            print(f"  {name} = {value!r}")

    # The first place of the leading dimensions, the first three of the last two.
    corner = (0,) * (array.ndim - 2) + (slice(3),) * min(array.ndim, 2)
    print("\n" + variable + str([":3" if i == slice(3) else i for i in corner]).replace("'", ""))
    print(array[corner])


if __name__ == "__main__":
    main(*sys.argv[1:])
