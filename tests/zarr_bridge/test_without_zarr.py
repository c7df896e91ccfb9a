"""Metadata documents, and what else the bridge does where zarr-python is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from purehdf.zarr_bridge import HDF5Store, metadata_documents

ROOT = Path(__file__).parents[2]
BEGIN = "import json, sys; sys.modules['zarr'] = None; from purehdf import zarr_bridge\n"
PRODUCE = """
path, out = sys.argv[1:]
for zarr_format in (2, 3):
    refs = zarr_bridge.to_kerchunk(path, zarr_format=zarr_format)
    zarr_bridge.write_kerchunk(path, out, zarr_format=zarr_format)
    with open(out) as f:
        assert json.load(f) == refs
    documents = zarr_bridge.metadata_documents(path, zarr_format=zarr_format)
    assert {key: json.loads(refs["refs"][key]) for key in documents} == documents
    assert len(documents) > 5
"""
STRUCTURE = """
from pathlib import Path
path = Path(sys.argv[1]).with_name("datatype_compound.h5")
for zarr_format, key in ((2, "flat/.zarray"), (3, "flat/zarr.json")):
    document = zarr_bridge.metadata_documents(path, zarr_format=zarr_format)[key]
    print(document.get("dtype") or document["data_type"]["name"])
"""
REFUSE = """
path, out = sys.argv[1:]
def attempts():
    for name in ("HDF5Store", "HDF5Zarr", "open_as_zarr", "export_to_zarr"):
        yield lambda: getattr(zarr_bridge, name)
    yield zarr_bridge.save_index(path, out).store
for attempt in attempts():
    try:
        attempt()
    except ImportError as error:
        print(error)
"""


@pytest.fixture
def without_zarr(fixture_file: Callable[[str], Path], tmp_path: Path) -> Callable[[str], str]:
    """Run a script with the paths of a file and of its output; return what it prints."""

    def run(script: str) -> str:
        command = [sys.executable, "-c", BEGIN + script, fixture_file("climate.nc"), tmp_path / "o"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def test_metadata_and_references_are_produced(without_zarr: Callable[[str], str]) -> None:
    assert without_zarr(PRODUCE) == ""


def test_documents_have_all_types_of_the_newest_zarr(without_zarr: Callable[[str], str]) -> None:
    assert without_zarr(STRUCTURE) == "[['x', '<f8'], ['y', '<f4']]\nstruct\n"


def test_what_needs_zarr_says_so(without_zarr: Callable[[str], str]) -> None:
    lines = without_zarr(REFUSE).splitlines()
    assert len(lines) == 5
    assert all("needs zarr: pip install purehdf[zarr]" in line for line in lines)


@pytest.mark.parametrize("consolidated", [False, True])
def test_documents_are_those_of_the_store(
    consolidated: bool, zarr_format: int, fixture_file: Callable[[str], Path]
) -> None:
    options = {"zarr_format": zarr_format, "consolidated": consolidated, "own_codecs": False}
    documents = metadata_documents(fixture_file("climate.nc"), **options)
    with HDF5Store(fixture_file("climate.nc"), **options) as store:
        for key, document in documents.items():
            value = store.get_sync(key)
            assert value is not None
            assert json.loads(value.to_bytes()) == document
    assert ("temperature/.zarray" in documents) == (zarr_format == 2)


def test_wrong_options(fixture_file: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match="2 or 3"):
        metadata_documents(fixture_file("climate.nc"), zarr_format=1)
    with pytest.raises(ValueError, match="max_chunksize"):
        metadata_documents(fixture_file("climate.nc"), max_chunksize=0)


NEEDS = [
    ("hdmf", "from purehdf.zarr_bridge import NWBZARRHDF5IO", "NWBZARRHDF5IO", "nwb"),
    ("zarr", "from purehdf.zarr_bridge import HDF5Zarr", "HDF5Zarr", "zarr"),
    ("numcodecs", "from purehdf.zarr_bridge import HDF5Store", "HDF5Store", "zarr"),
    *(
        ("zarr", f"import purehdf.zarr_bridge.{module}", f"purehdf.zarr_bridge.{module}", "zarr")
        for module in ("export", "hdf5zarr", "store", "virtualizarr")
    ),
    ("xarray", "import purehdf.xarray_backend", "the engine of xarray", "xarray"),
    (
        "pyarrow",
        "from purehdf.zarr_bridge import parquet_refs; parquet_refs._schema()",
        "Parquet",
        "kerchunk",
    ),
]


@pytest.mark.parametrize(("package", "do", "what", "extra"), NEEDS)
def test_what_is_missing_names_its_extra(package: str, do: str, what: str, extra: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None\n{do}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr.endswith(f"{what} needs {package}: pip install purehdf[{extra}]\n")
