"""Following paths through hard and soft links."""

from __future__ import annotations

import pytest

from purehdf.errors import LimitError, LinkNotFoundError, UnsupportedError
from purehdf.format.messages.link import (
    ExternalTarget,
    HardTarget,
    Link,
    LinkTarget,
    SoftTarget,
    UserDefinedTarget,
)
from purehdf.limits import Limits
from purehdf.walk.paths import all_paths, find_link, follow_path

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


@pytest.mark.parametrize(
    "path",
    ["/a/x", "a/x", "a//x/", "./a/./x", "a/relative", "a/absolute", "soft/x", "a/up/a/up/soft/x"],
)
def test_paths_that_lead_somewhere(image: Image, tree: Tree, path: str) -> None:
    assert walk(image, follow_path, tree.root, tree.root, path)[0] == tree.leaf


def test_where_a_path_begins(image: Image, tree: Tree) -> None:
    assert walk(image, follow_path, tree.root, tree.a, "x")[0] == tree.leaf
    assert walk(image, follow_path, tree.root, tree.a, "/a")[0] == tree.a
    assert walk(image, follow_path, tree.root, tree.a, "/")[0] == tree.root
    assert walk(image, follow_path, tree.root, tree.a, ".")[0] == tree.a


@pytest.mark.parametrize("path", ["b", "a/y", "a/x/y", "a/dangling", "a/..", "/x"])
def test_paths_that_lead_nowhere(image: Image, tree: Tree, path: str) -> None:
    with pytest.raises(LinkNotFoundError):
        walk(image, follow_path, tree.root, tree.root, path)


def test_a_near_name_is_offered(image: Image, tree: Tree) -> None:
    with pytest.raises(LinkNotFoundError, match="did you mean 'relative'"):
        walk(image, follow_path, tree.root, tree.a, "relativ")


@pytest.mark.parametrize("path", ["a/self", "a/ping", "a/pong/x", "a/down"])
def test_soft_links_in_a_circle(image: Image, tree: Tree, path: str) -> None:
    with pytest.raises(LimitError, match="in a circle"):
        walk(image, follow_path, tree.root, tree.root, path)


def test_the_number_of_soft_links_is_limited(image: Image, tree: Tree) -> None:
    path = "a/up/" * 5 + "a/x"
    follow = (image, follow_path, tree.root, tree.root, path)
    assert walk(*follow, limits=Limits(soft_links=5))[0] == tree.leaf
    with pytest.raises(LimitError):
        walk(*follow, limits=Limits(soft_links=4))


@pytest.mark.parametrize(
    ("path", "target"),
    [("a/dangling", SoftTarget(b"nothing")), ("soft", SoftTarget(b"a"))],
)
def test_the_last_link_itself(image: Image, tree: Tree, path: str, target: LinkTarget) -> None:
    assert walk(image, find_link, tree.root, tree.root, path)[0] == target
    assert walk(image, find_link, tree.root, tree.a, "/")[0] == HardTarget(tree.root)
    assert walk(image, find_link, tree.root, tree.a, "")[0] == HardTarget(tree.a)


@pytest.mark.parametrize("target", [ExternalTarget(b"f.h5", b"/x"), UserDefinedTarget(99, b"?")])
def test_links_that_are_not_followed(image: Image, target: LinkTarget) -> None:
    root = compact(image, [Link(b"away", target)], tracked=False)
    with pytest.raises(UnsupportedError) as caught:
        walk(image, follow_path, root, root, "away")
    assert caught.value.section == "IV.A.2.g"


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
