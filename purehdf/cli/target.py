"""``FILE/object`` on the command line: which part of it is the file."""

from __future__ import annotations

import os
import re

__all__ = ["split_target"]

_SUFFIX = re.compile(r"\.(h5|hdf5|he5|hdf|nc|nc4|cdf)(?=/)", re.IGNORECASE)


def split_target(text: str) -> tuple[str, str]:
    """Return the file and the path of the object in it, "/" for the file itself.

    A path is cut where it is the name of a file; a URL, after the first part that looks
    like the name of an HDF5 or netCDF file.
    """
    if "://" in text:
        found = _SUFFIX.search(text)
        return (text[: found.end()], text[found.end() :]) if found else (text, "/")
    file, rest = text, ""
    while file and not os.path.isfile(file):
        file, slash, last = file.rpartition("/")
        rest = slash + last + rest
        if not slash:
            return text, "/"  # no such file: whoever opens it says so
    return (file, rest or "/") if file else (text, "/")
