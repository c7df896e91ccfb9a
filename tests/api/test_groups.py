"""What groups do beyond h5py, or where a comparison line by line says too little."""

from __future__ import annotations

from pathlib import Path

import h5py
import pytest

import purehdf


def test_views_give_none_for_links_that_lead_nowhere(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "dangling.h5"
    with h5py.File(made, "w") as file:
        file.create_group("group")
        file["nowhere"] = h5py.SoftLink("/not/there")
        file["outside"] = h5py.ExternalLink("no such file.h5", "/x")
    with h5py.File(made) as theirs, purehdf.File(made) as ours:
        for file in (theirs, ours):
            assert dict(file.items()) == {"group": file["group"], "nowhere": None, "outside": None}
            assert list(file.values()) == [file["group"], None, None]


def test_one_unreadable_child_leaves_the_others(tmp_path: Path, fixture_file) -> None:
    with purehdf.File(fixture_file("damaged_version_object_header.h5")) as file:
        assert "numbers" in file
        assert isinstance(file.get("numbers", getlink=True), purehdf.HardLink)
        with pytest.raises(purehdf.VersionError) as caught:
            file["numbers"]
        assert caught.value.path == "/numbers"
        with pytest.raises(purehdf.VersionError):
            dict(file.items())


def test_visits_end_in_files_with_circles(path: Path) -> None:
    with purehdf.File(path) as file:
        found: list[str] = []
        file["plants"].visit(found.append)
        objects = [file["plants"][name] for name in found]
        assert len(objects) == len(set(objects))
        assert file in objects  # by way of fern/home
        assert file["plants"] not in objects
        everything: list[object] = []
        file.visititems(lambda name, obj: everything.append(obj))
        assert set(objects) == {*everything, file} - {file["plants"]}


def test_a_missing_name_is_answered_with_the_nearest(path: Path) -> None:
    with purehdf.File(path) as file:
        with pytest.raises(purehdf.LinkNotFoundError, match="did you mean 'plants'") as caught:
            file["plant"]
        assert isinstance(caught.value, KeyError)
        assert caught.value.path == "/plant"
        with pytest.raises(purehdf.LinkNotFoundError, match="'height'"):
            file["plants/fern/hight"]
        with pytest.raises(purehdf.LinkNotFoundError, match="this is not a group"):
            file["grid/x"]
        with pytest.raises(purehdf.LinkNotFoundError, match=r"leads nowhere.*no link 'no' here"):
            file["dangling"]


def test_groups_are_mappings_for_reading_only(one: Path) -> None:
    with purehdf.File(one) as file:
        for operation in ("__setitem__", "__delitem__", "create_group", "create_dataset"):
            assert not hasattr(file, operation)
        assert not hasattr(file["grid"], "__setitem__")
        assert not hasattr(file.attrs, "__setitem__")


def test_reprs(path: Path) -> None:
    with purehdf.File(path) as file:
        plants, height, kind = file["plants"], file["plants/fern/height"], file["kind"]
        attrs = plants.attrs
        assert repr(file) == f'<HDF5 file "{path.name}" (mode r)>'
        assert repr(plants) == '<HDF5 group "/plants" (7 members)>'
        assert repr(height) == '<HDF5 dataset "height": shape (3, 4), type ">i4">'
        assert repr(kind) == '<HDF5 named type "kind" (dtype <f8)>'
        assert repr(attrs) == "<attributes of /plants: count>"
        assert repr(kind.attrs) == "<attributes of /kind: none>"
        assert "/plants" in repr(plants.items())
        assert repr(file.get("soft", getlink=True)) == '<SoftLink to "/plants/fern">'
        assert "no such file.h5" in repr(file.get("elsewhere", getlink=True))
        assert repr(plants.get("fern", getlink=True)) == "<HardLink>"
    assert repr(file) == "<Closed HDF5 file>"
    assert repr(plants) == "<Closed HDF5 group>"
    assert repr(height) == "<Closed HDF5 dataset>"
    assert repr(kind) == "<Closed HDF5 named type>"
    assert repr(attrs) == "<Attributes of closed HDF5 object>"


def test_a_repr_never_raises(fixture_file) -> None:
    for name, inside in (
        ("damaged_version_data_layout.h5", "numbers"),
        ("damaged_version_datatype.h5", "numbers"),
        ("damaged_cycle_group_btree.h5", "many"),
    ):
        with purehdf.File(fixture_file(name)) as file:
            assert "unreadable" in repr(file[inside])
