"""Following paths through hard and soft links."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from purehdf.errors import (
    ExternalAccessError,
    LimitError,
    LinkNotFoundError,
    UnsupportedError,
)
from purehdf.format.context import Context
from purehdf.format.messages.link import (
    ExternalTarget,
    HardTarget,
    Link,
    LinkTarget,
    SoftTarget,
    UserDefinedTarget,
)
from purehdf.limits import Limits
from purehdf.source import BytesSource, run
from purehdf.walk.paths import all_paths, find_link, locate
from purehdf.walk.reader import Reader

from .image import Image, walk
from .test_groups import compact


@pytest.fixture
def image() -> Image:
    return Image()


class Tree:
    """A root group ``/`` with a group ``/a``, in which are a leaf ``x`` and soft links."""

    def __init__(self, image: Image) -> None:
        self.leaf = image.header([])
        self.a = image.group(
            {
                "x": self.leaf,
                "relative": "x",
                "absolute": "/a/x",
                "dangling": "nothing",
                "up": "/",
                "self": "self",
                "ping": "/a/pong",
                "pong": "/a/ping",
                "down": "/a/down/x",
            }
        )
        self.root = image.group({"a": self.a, "soft": "a"})


@pytest.fixture
def tree(image: Image) -> Tree:
    return Tree(image)


def follow(image: Image, tree: Tree, start: int, path: str, **options: Any) -> int:
    found, _ = walk(image, locate, start, path, root_address=tree.root, **options)
    return found.address


@pytest.mark.parametrize(
    "path",
    ["/a/x", "a/x", "a//x/", "./a/./x", "a/relative", "a/absolute", "soft/x", "a/up/a/up/soft/x"],
)
def test_paths_that_lead_somewhere(image: Image, tree: Tree, path: str) -> None:
    assert follow(image, tree, tree.root, path) == tree.leaf


def test_where_a_path_begins(image: Image, tree: Tree) -> None:
    assert follow(image, tree, tree.a, "x") == tree.leaf
    assert follow(image, tree, tree.a, "/a") == tree.a
    assert follow(image, tree, tree.a, "/") == tree.root
    assert follow(image, tree, tree.a, ".") == tree.a


@pytest.mark.parametrize("path", ["b", "a/y", "a/x/y", "a/dangling", "a/..", "/x"])
def test_paths_that_lead_nowhere(image: Image, tree: Tree, path: str) -> None:
    with pytest.raises(LinkNotFoundError):
        follow(image, tree, tree.root, path)


def test_a_near_name_is_offered(image: Image, tree: Tree) -> None:
    with pytest.raises(LinkNotFoundError, match="did you mean 'relative'"):
        follow(image, tree, tree.root, "a/relativ")


def test_a_near_name_is_sought_when_the_message_is_read(
    image: Image, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that tries names, ``"x" in group``, does not pay for it."""
    with monkeypatch.context() as patch:
        patch.setattr("difflib.get_close_matches", None)
        with pytest.raises(LinkNotFoundError) as caught:
            follow(image, tree, tree.root, "a/relativ")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) == "no link 'relativ' here; did you mean 'relative'?"


@pytest.mark.parametrize("path", ["a/self", "a/ping", "a/pong/x", "a/down"])
def test_soft_links_in_a_circle(image: Image, tree: Tree, path: str) -> None:
    with pytest.raises(LimitError, match="in a circle"):
        follow(image, tree, tree.root, path)


def test_the_number_of_soft_links_is_limited(image: Image, tree: Tree) -> None:
    path = "a/up/" * 5 + "a/x"
    assert follow(image, tree, tree.root, path, limits=Limits(soft_links=5)) == tree.leaf
    with pytest.raises(LimitError):
        follow(image, tree, tree.root, path, limits=Limits(soft_links=4))


def test_the_last_link_itself(image: Image, tree: Tree) -> None:
    def last(start: int, path: str) -> LinkTarget:
        return walk(image, find_link, start, path, root_address=tree.root)[0]

    assert last(tree.root, "a/dangling") == SoftTarget(b"nothing")
    assert last(tree.a, "/soft") == SoftTarget(b"a")
    assert last(tree.a, "x") == HardTarget(tree.leaf)
    assert last(tree.a, "/") == HardTarget(tree.root)
    assert last(tree.a, "") == HardTarget(tree.a)


def test_a_user_defined_link_is_not_followed(image: Image) -> None:
    root = compact(image, [Link(b"away", UserDefinedTarget(99, b"?"))], tracked=False)
    with pytest.raises(UnsupportedError) as caught:
        walk(image, locate, root, "away")
    assert caught.value.section == "IV.A.2.g"


# -- other files


class Shelf:
    """Opens the one other file that there is; its bytes follow those of the first."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    async def open_hdf5(self, name: str) -> Reader:
        if name != "other.h5":
            raise FileNotFoundError(name)
        return self.reader

    async def open_raw(self, name: str) -> Reader:
        raise FileNotFoundError(name)


@pytest.mark.parametrize(
    ("filename", "path", "error"),
    [
        (b"other.h5", b"/a/x", None),
        (b"other.h5", b"a/absolute", None),
        (b"other.h5", b"/nothing", LinkNotFoundError),
        (b"missing.h5", b"/a/x", LinkNotFoundError),
    ],
)
def test_an_external_link(filename: bytes, path: bytes, error: type[Exception] | None) -> None:
    first, other = Image(Context(8, 8)), Image(Context(4, 4), base=512)
    root = compact(first, [Link(b"away", ExternalTarget(filename, path))], tracked=False)
    tree = Tree(other)
    shelf = Shelf(other.reader(shift=len(first.data), root_address=tree.root))
    source = BytesSource(bytes(first.data + other.data))
    walker = locate(first.reader(opener=shelf, root_address=root), root, "away")
    if error is None:
        assert run(walker, source) == (shelf.reader, tree.leaf)
    else:
        with pytest.raises(error, match="leads nowhere"):
            run(walker, source)


def test_other_files_need_an_opener(image: Image) -> None:
    root = compact(image, [Link(b"away", ExternalTarget(b"f.h5", b"/x"))], tracked=False)
    with pytest.raises(ExternalAccessError):
        walk(image, locate, root, "away")


# -- all of them


def test_all_paths(image: Image, tree: Tree) -> None:
    """Soft links are no paths of objects; of two hard links the shorter path counts."""
    outer = image.group({"deep": tree.root, "leaf": tree.leaf})
    found, _ = walk(image, all_paths, outer)
    assert found == {outer: "/", tree.leaf: "/leaf", tree.root: "/deep", tree.a: "/deep/a"}


def test_all_paths_of_groups_that_contain_each_other(image: Image) -> None:
    one = len(image.data)
    image.add(bytes(40))  # room for the first header, which is made again when both are there
    two = image.group({"back": one})
    inner = image.group({"there": two, "itself": one})
    image.put(one, bytes(image.data[inner : inner + 40]))
    found, _ = walk(image, all_paths, one)
    assert found == {one: "/", two: "/there"}


def test_all_paths_leaves_out_what_cannot_be_read(image: Image) -> None:
    good, bad = image.group({}), image.add(b"\xff" * 16)
    root = image.group({"good": good, "bad": bad, "gone": 1 << 40})
    found, _ = walk(image, all_paths, root)
    assert found == {root: "/", good: "/good", bad: "/bad", 1 << 40: "/gone"}
