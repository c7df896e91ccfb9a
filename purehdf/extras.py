"""Which extra brings a package that is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["extra_of", "naming_extras"]

_EXTRAS = {
    **dict.fromkeys(("numcodecs", "zarr"), "zarr"),
    "xarray": "xarray",
    "fsspec": "remote",
    "pyarrow": "kerchunk",
    **dict.fromkeys(("icechunk", "virtualizarr", "obspec_utils", "obstore"), "virtualizarr"),
    "distributed": "dask",
    **dict.fromkeys(("hdmf", "pynwb"), "nwb"),
}


def extra_of(error: ModuleNotFoundError) -> tuple[str, str] | None:
    """Return package and extra of a module that was not found; None if no extra brings it."""
    package = (error.name or "").partition(".")[0]
    extra = _EXTRAS.get(package)
    return None if extra is None else (package, extra)


@contextmanager
def naming_extras(what: str) -> Iterator[None]:
    """Of a package that is missing in here say that `what` needs it, and which extra brings it."""
    try:
        yield
    except ModuleNotFoundError as error:
        found = extra_of(error)
        if found is None:
            raise
        package, extra = found
        raise ModuleNotFoundError(
            f"{what} needs {package}: pip install purehdf[{extra}]", name=package
        ) from error
