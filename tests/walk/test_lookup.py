"""One link by its name: what is found is right, and the rest of the group is not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import pytest

from purehdf.format.messages.link import HardTarget, LinkTarget, SoftTarget
from purehdf.source import MappedSource, run
from purehdf.walk.groups import group_links
from purehdf.walk.headers import object_header
from purehdf.walk.lookup import look_up
from purehdf.walk.paths import find_link
from purehdf.walk.reader import Reader
from purehdf.walk.superblock import open_file

from .image import Image

COUNT = 3000
SAME_HASH = ("n36468", "n85629")  # lookup3 of both is 0x51372ec6
FORMATS = {"old": ("earliest", "v108"), "new": ("v110", "v110")}


@pytest.fixture(scope="module", params=FORMATS)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links to one group, among them a soft one: B-trees of several levels."""
    path = tmp_path_factory.mktemp("lookup") / f"{request.param}.h5"
    with h5py.File(path, "w", libver=FORMATS[request.param]) as file:
        home = file.create_group("home")
        links = file.create_group("links")
        for i in range(COUNT):
            links[f"link {i}"] = home
        for name in SAME_HASH:
            links.create_group(name)
        links["soft"] = h5py.SoftLink("/home")
    return path


def asked(path: Path, question: Callable[[Reader], Any]) -> Any:
    """The answer of a reader that knows nothing yet."""
    source = MappedSource(str(path))
    try:
        reader, _ = run(open_file(source.resident), source)
        return run(question(reader), source)
    finally:
        source.close()


async def links_of(reader: Reader) -> Mapping[str, LinkTarget]:
    target = await find_link(reader, reader.root_address, "links")
    assert isinstance(target, HardTarget)
    return await group_links(reader, await object_header(reader, target.address))


def looked_up(name: str) -> Callable[[Reader], Any]:
    async def find(reader: Reader) -> LinkTarget | None:
        target = await find_link(reader, reader.root_address, "links")
        assert isinstance(target, HardTarget)
        return await look_up(reader, await object_header(reader, target.address), name)

    return find


def test_every_name_leads_where_the_listing_says(path: Path) -> None:
    links = asked(path, links_of)
    assert len(links) == COUNT + 3
    for name in [*SAME_HASH, "soft", *(f"link {i}" for i in range(0, COUNT, 41))]:
        found = asked(path, lambda reader, name=name: find_link(reader, 0, f"/links/{name}"))
        assert found == links[name]
    assert links["soft"] == SoftTarget(b"/home")


def test_what_is_not_there_has_no_answer(path: Path) -> None:
    for name in ("", "link", "link 3000", "zzz", "link 1\0", "\udc80"):
        assert asked(path, looked_up(name)) is None


def test_names_of_one_hash_are_left_to_the_listing(path: Path) -> None:
    found = [asked(path, looked_up(name)) for name in SAME_HASH]
    assert found == [None, None] if path.stem == "new" else None not in found


def test_a_second_name_is_left_to_the_listing(path: Path) -> None:
    async def names(reader: Reader) -> list[LinkTarget | None]:
        target = await find_link(reader, reader.root_address, "links")
        assert isinstance(target, HardTarget)
        header = await object_header(reader, target.address)
        wanted = ("link 5", "link 5", "link 6")
        return [await look_up(reader, header, name) for name in wanted]

    first, again, second = asked(path, names)
    assert first == again is not None
    assert second is None


def test_keys_that_lead_astray_hide_nothing() -> None:
    """All keys of this B-tree are the empty name, so that its last node seems to hold all."""
    image = Image()
    expected = {f"link {i:02}": 8 * i + 8 for i in range(27)}
    address = image.group(dict(expected), leaf=2, fan=2)
    for name, place in expected.items():
        reader = image.reader(resident=memoryview(bytes(image.data)))
        found = run(find_link(reader, address, name), image.source())
        assert found == HardTarget(place)
