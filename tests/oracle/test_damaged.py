"""Damaged fixtures: the error that the manifest names, and everything else is still there."""

from __future__ import annotations

from typing import Any

import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource

from .manifest import DAMAGED, Entry

# Some are cut off.
pytestmark = pytest.mark.filterwarnings("ignore::purehdf.FileStateWarning")

WAYS = {
    "path": lambda path: path,
    "waves": lambda path: CountingSource(BytesSource(path.read_bytes())),
}

# The manifest's words for structures, and purehdf's.
TITLES = {
    "B-tree": "B-tree",
    "attribute": "attribute message",
    "chunk": "",  # the filter, or the raw data
    "data layout": "data layout message",
    "dataspace": "dataspace message",
    "datatype": "datatype message",
    "deflate": "deflate filter",
    "fill value": "fill value message",
    "filter pipeline": "filter pipeline message",
    "object header continuation": "object header",
}


def everything(obj: Any) -> None:
    """Read all that belongs to one object alone."""
    for name in obj.attrs:
        obj.attrs[name]
    if isinstance(obj, purehdf.Group):
        list(obj)
    elif isinstance(obj, purehdf.Dataset):
        (obj.shape, obj.maxshape, obj.chunks, obj.filters, obj.fillvalue, obj[...])


def use(file: purehdf.File, path: str) -> None:
    everything(file if path == "/" else file[path])


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("entry", DAMAGED, ids=lambda entry: entry.name)
def test_damage_is_an_error_with_a_place(entry: Entry, way: Any) -> None:
    damage = entry.damage
    assert damage is not None
    wanted = getattr(purehdf, damage["error"])
    if damage["object"] is None:
        with pytest.raises(wanted) as caught:
            purehdf.File(way(entry.path))
        assert caught.value.structure == "superblock"
        return
    with purehdf.File(way(entry.path)) as file:
        if damage["may_read"]:
            use(file, damage["object"])
        else:
            with pytest.raises(wanted) as caught:
                use(file, damage["object"])
            check_place(caught.value, entry)
        offset = None if damage["may_read"] else caught.value.offset
        check_others(file, damage["object"], wanted, offset)


def check_place(error: purehdf.PureHDFError, entry: Entry) -> None:
    assert entry.damage is not None
    title = TITLES.get(entry.damage["structure"], entry.damage["structure"])
    # Where the file is cut off, several structures may be gone: one of them is named.
    assert title in (error.structure or "") or isinstance(error, purehdf.TruncatedError)
    assert error.path == entry.damage["object"]
    assert error.section is not None
    assert error.offset is not None
    text = str(error)
    assert error.structure in text
    assert error.section in text
    assert f"{error.offset:#x}" in text
    assert error.path in text


def check_others(
    file: purehdf.File, damaged: str, error: type[purehdf.PureHDFError], offset: int | None
) -> None:
    """All other objects can be read, if their names can and they do not share what is hurt."""
    if damaged == "/":
        for name in file.attrs:
            file.attrs[name]
        return
    names = [name for name in file if f"/{name}" != damaged]
    assert len(names) == len(file) - 1
    for name in names:
        assert failure(file, name, error) in (None, offset)


def failure(file: purehdf.File, name: str, error: type[purehdf.PureHDFError]) -> int | None:
    """Where the reading of an object fails, if it does."""
    try:
        use(file, name)
    except error as shared:
        return shared.offset
    return None
