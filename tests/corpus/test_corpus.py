"""Files of other writers: what purehdf reads is what h5py reads, and all else has a typed error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

import purehdf

from .seen import Failure, Seen, see

# Old writers and fuzzers leave files of another length than they say.
pytestmark = pytest.mark.filterwarnings("ignore::purehdf.FileStateWarning")

# A file that another file names may be missing: Python's own error says that best.
TYPED = (purehdf.PureHDFError, FileNotFoundError)

# (file, object, facet) -> why purehdf's answer is right and h5py's is not.
H5PY_ERRS = {
    (
        "open/scigolib/testdata/hdf5_official/tcomplex_be.h5",
        "/VariableLengthDatasetFloatComplex",
        "values",
    ): "h5py takes big-endian elements of variable-length sequences for little-endian ones",
}


@cache
def seen_by_purehdf(path: Path) -> Seen | Failure:
    """Only errors of purehdf are caught on the way: a bare one fails the test."""
    try:
        with purehdf.File(path) as file:
            return see(file, TYPED)
    except TYPED as error:
        return Failure(error)


def test_a_file(entry: dict[str, Any], corpus: Path, by_h5py: dict[str, Seen | Failure]) -> None:
    ours = seen_by_purehdf(corpus / entry["path"])
    theirs = by_h5py.get(entry["path"], {})
    if isinstance(theirs, Failure):
        return  # h5py cannot open it: purehdf may or may not
    if isinstance(ours, Failure):
        assert theirs == {}, f"h5py opens it; purehdf: {ours.error}"
        return
    assert wrong(entry["path"], ours, theirs) == []


def wrong(path: str, ours: Seen, theirs: Seen) -> list[str]:
    """Facets that both read, and read differently."""
    both = [
        key
        for key in ours.keys() & theirs.keys()
        if not isinstance(ours[key], Failure) and not isinstance(theirs[key], Failure)
    ]
    found = {key for key in both if ours[key] != theirs[key]}
    excused = {(name, facet) for file, name, facet in H5PY_ERRS if file == path}
    return [
        *(f"{key}: h5py {theirs[key]!r}, purehdf {ours[key]!r}" for key in found - excused),
        *(f"{key}: excused, but equal" for key in excused - found),
    ]


def test_h5py_was_asked(by_h5py: dict[str, Seen | Failure]) -> None:
    """The comparison means something: h5py opened most files and saw much in them."""
    seen = [found for found in by_h5py.values() if not isinstance(found, Failure)]
    assert len(seen) > 0.8 * len(by_h5py)
    facets = [facet for found in seen for facet in found.values()]
    assert sum(not isinstance(facet, Failure) for facet in facets) > 0.9 * len(facets)


def test_most_of_what_h5py_reads_is_read(corpus: Path, by_h5py: dict[str, Seen | Failure]) -> None:
    """Typed errors are honest, but they must stay rare where h5py has an answer."""
    wanted = missed = 0
    for path, theirs in by_h5py.items():
        ours = seen_by_purehdf(corpus / path)
        if isinstance(theirs, Failure) or isinstance(ours, Failure):
            continue
        for key, value in theirs.items():
            if not isinstance(value, Failure):
                wanted += 1
                missed += key not in ours or isinstance(ours[key], Failure)
    assert missed < 0.02 * wanted
