"""Files of other writers with these filters: purehdf.File gives what h5py gives."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.errors import FilterUnavailableError

from . import conftest  # noqa: F401  (makes the filters of hdf5plugin known to h5py)

# Some are not as long as they say.
pytestmark = pytest.mark.filterwarnings("ignore::purehdf.FileStateWarning")

FILES = [
    "hdf5/test/testfiles/le_data.h5",  # szip, n-bit, scale-offset; little- and big-endian
    "hdf5/test/testfiles/noencoder.h5",
    "hdf5/tools/test/h5repack/testfiles/h5repack_filters.h5",
    "hdf5/tools/test/h5repack/testfiles/h5repack_nested_8bit_enum_deflated.h5",
    "hdf5/HDF5Examples/C/H5FLT/tfiles/h5ex_d_blosc.h5",
    "PureHDF/tests/PureHDF.Tests/TestFiles/scaleoffset.h5",
    "PureHDF/tests/PureHDF.Tests/TestFiles/bzip2.h5",
    "PureHDF/tests/PureHDF.Tests/TestFiles/blosc.h5",
    "jhdf/jhdf/src/test/resources/hdf5/test_compressed_chunked_datasets_earliest.hdf5",
    "jhdf/jhdf/src/test/resources/hdf5/bitshuffle_datasets.hdf5",
    "hdf5-pure/tests/fixtures/lzf",
    "hdf5-pure/tests/fixtures/zfp",
    "kerchunk/tests/hdf5_mini_shuffle_blosc.h5",
    "kerchunk/tests/hdf5_compression_blosc_lz4_bitshuffle.h5",
    "kerchunk/tests/hdf5_mini_blosc.h5",
    "kerchunk/tests/hdf5_mali_chunk2.h5",
    "kerchunk/tests/hdf5_compression_zstd.h5",
    "kerchunk/tests/hdf5_mini_zstd.h5",
]
PACKAGES = {32001: "numcodecs", 32008: "numcodecs", 32013: "zfpy", 32015: "numcodecs"}


def filtered(file: purehdf.File) -> list[tuple[str, set[int]]]:
    """Every dataset that went through filters, and the numbers of those."""
    found: list[tuple[str, set[int]]] = []

    def visit(name: str, node: object) -> None:
        if isinstance(node, purehdf.Dataset) and node.filters:
            found.append((name, {step.id for step in node.filters}))

    file.visititems(visit)
    return found


@pytest.mark.parametrize("name", FILES)
def test_equals_h5py(corpus: Path, name: str) -> None:
    path = corpus / "open" / name
    compared = 0
    for each in sorted(path.glob("*.h5")) if path.is_dir() else [path]:
        with h5py.File(each) as theirs, purehdf.File(each) as ours:
            for dataset, numbers in filtered(ours):
                for number in numbers & set(PACKAGES):
                    pytest.importorskip(PACKAGES[number])
                try:
                    expected = theirs[dataset][...]
                except OSError:  # one chunk of blosc.h5 reaches beyond the end-of-file address
                    assert (name, dataset) == (FILES[7], "blosclz_bit")
                    expected = np.arange(1000, dtype="i4")
                np.testing.assert_array_equal(ours[dataset][...], expected, strict=True)
                compared += 1
    assert compared


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pytables/tables/tests/Tables_lzo1_shuffle.h5", "filter lzo (id 305"),
        ("hdf5/tools/test/h5copy/testfiles/tudfilter.h5", "filter dynlibud (id 300"),
    ],
)
def test_what_is_missing_is_named(corpus: Path, name: str, words: str) -> None:
    with purehdf.File(corpus / "open" / name) as file:
        dataset, _ = filtered(file)[0]
        with pytest.raises(FilterUnavailableError) as caught:
            file[dataset][...]
    assert words in str(caught.value)
