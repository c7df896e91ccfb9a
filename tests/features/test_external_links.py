"""External links (IV.A.2.g): objects of other files, as h5py finds them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from tests.api.side_by_side import agree


def write(path: Path, **content: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, value in content.items():
            file[name.replace("__", "/")] = value
    return path


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """Links to a file beside, one below, one above it, and a chain through all of them."""
    write(tmp_path / "a.h5", group__data=np.arange(3), data=1, back=h5py.ExternalLink("f.h5", "/x"))
    write(
        tmp_path / "below" / "b.h5",
        data=2,
        up=h5py.ExternalLink("../a.h5", "/group"),  # out of the folder of this file
        beside=h5py.ExternalLink("c.h5", "/soft"),
    )
    write(tmp_path / "below" / "c.h5", group__data=3, soft=h5py.SoftLink("/group/data"))
    return write(
        tmp_path / "f.h5",
        x=np.arange(5),
        data=h5py.ExternalLink("a.h5", "/group/data"),
        root=h5py.ExternalLink("a.h5", "/"),
        group=h5py.ExternalLink("./a.h5", "group"),
        below=h5py.ExternalLink("below/b.h5", "/"),
        chain=h5py.ExternalLink("below/b.h5", "/beside"),
        round=h5py.ExternalLink("a.h5", "/back"),
        soft=h5py.SoftLink("/below/up/data"),
        own=h5py.ExternalLink("f.h5", "/x"),
        no_file=h5py.ExternalLink("none.h5", "/x"),
        no_object=h5py.ExternalLink("a.h5", "/none"),
        no_group=h5py.ExternalLink("a.h5", "/group/none/data"),
        other_folder=h5py.ExternalLink("elsewhere/a.h5", "/data"),
    )


@pytest.mark.parametrize(
    "expression",
    [
        "list(f)",
        "f['data'][()]",
        "f['data'].name",
        "f['data'].shape",
        "list(f['root'])",
        "f['root'].name",
        "f['root/group/data'][()]",
        "f['group/data'][1:]",
        "f['below/data'][()]",
        "f['chain'][()]",
        "f['round'][()]",
        "f['own'][()]",
        "f['other_folder'][()]",
        "f['no_file']",
        "f['no_object']",
        "f['no_group']",
        "f['no_file/deeper']",
        "[name in f for name in f]",
        "'root/group' in f, 'root/none' in f, 'no_file/x' in f",
        "[f.get(name, getlink=True) for name in f]",
        "f.get('chain', getclass=True)",
        "f.get('root/data', getlink=True)",
        "f.get('no_file', 'default')",
        "list(f['root'].attrs)",
        "f['data'] == f['root/group/data']",
        "f['own'] == f['x']",
        "f['data'].file == f",
        "f['own'].file.filename == f.filename",
        "f['data'].parent.name",
        "f['root']['/data'][()]",
    ],
)
def test_like_h5py(linked: Path, expression: str) -> None:
    agree(linked, expression)


def test_links_of_another_file_count_from_its_folder(linked: Path) -> None:
    """But what may be opened is what lies inside the folder of the file that was opened first."""
    with purehdf.File(linked) as file:
        assert file["below/beside"][()] == 3
        assert file["data"].file.filename.endswith("a.h5")
        assert file["below/up/data"][()].tolist() == [0, 1, 2]
        assert file["soft"][()].tolist() == [0, 1, 2]
    below = linked.parent / "below"
    outside = pytest.raises(purehdf.ExternalAccessError, match=r"\.\./a\.h5")
    with purehdf.File(next(below.glob("*.h5"))) as file, outside:
        file["up/data"]


def test_an_absolute_name_that_leads_nowhere_is_sought_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path / "a.h5", data=7)
    absolute = h5py.ExternalLink(tmp_path / "gone" / "a.h5", "/data")
    agree(write(tmp_path / "f.h5", absolute=absolute), "f['absolute'][()]")


def test_two_files_in_a_ring(tmp_path: Path) -> None:
    write(tmp_path / "a.h5", x=h5py.ExternalLink("b.h5", "/x"), y=1)
    write(tmp_path / "b.h5", x=h5py.ExternalLink("a.h5", "/x"), y=h5py.ExternalLink("a.h5", "/y"))
    with purehdf.File(tmp_path / "a.h5") as file:
        with pytest.raises(purehdf.LimitError, match="circle"):
            file["x"]
        assert file["y"][()] == 1
    with purehdf.File(tmp_path / "b.h5") as file:
        assert file["y"][()] == 1


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "text.h5").write_text("not an HDF5 file")
    path = write(tmp_path / "f.h5", x=h5py.ExternalLink("text.h5", "/x"), y=1)
    with purehdf.File(path) as file:
        with pytest.raises(purehdf.SignatureError):
            file["x"]
        assert file["y"][()] == 1


def test_the_user_block_of_each_file_counts_for_itself(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=1024) as file:
        file.create_dataset("data", data=np.arange(1000), chunks=(100,), compression=4)
    path = write(tmp_path / "f.h5", data=h5py.ExternalLink("a.h5", "data"))
    agree(path, "f['data'][::7]")
