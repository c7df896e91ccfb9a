"""Imports inside purehdf run one way, and the core stands on NumPy alone.

The files are parsed, not imported, so imports inside functions and under ``TYPE_CHECKING``
count too: what a module knows of is an arrow, whenever it gets to know it.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

_BASE = {"errors", "limits", "lazy", "extras"}
_FORMAT = _BASE | {"format"}
_WALK = _FORMAT | {"filters", "walk"}
_READING = _WALK | {"datatype", "index", "data"}

# ring -> the rings that it may import.  A ring may always import itself.
ARROWS = {
    "errors": set(),
    "limits": {"errors"},
    "lazy": set(),
    "extras": set(),
    "format": _BASE,
    # Filters stand below the walkers because the blocks of a fractal heap may be filtered.
    "filters": _FORMAT,
    "walk": _FORMAT | {"filters"},
    "source": _BASE,
    "datatype": _READING,
    "index": _READING,
    "data": _READING,
    "session": _WALK | {"source"},
    "api": _READING | {"session", "source"},
    "aio": _READING | {"session", "source"},
    "xarray_backend": _READING | {"api", "session", "source"},
    "explain": _READING | {"source"},
    # The bridge stands on the index, not on the h5py-like API: it is async all the way.
    "zarr_bridge": _READING | {"session", "source"},
    "__init__": _READING | {"aio", "api", "session", "source", "explain"},
    "cli": _READING | {"__init__", "api", "source", "explain", "zarr_bridge"},
    "__main__": _READING | {"__init__", "api", "source", "explain", "zarr_bridge", "cli"},
}

# The rings that turn bytes into records wait for nothing and open nothing.
NO_IO = {"asyncio", "http", "io", "mmap", "os", "pathlib", "socket", "ssl", "subprocess", "urllib"}
FORBIDDEN_STDLIB = {"format": NO_IO | {"threading"}, "walk": NO_IO}

# Optional packages that a ring may import at the top of its modules.
OPTIONAL_AT_TOP = {"zarr_bridge": {"zarr", "numcodecs", "hdmf"}, "xarray_backend": {"xarray"}}


def optional_packages() -> set[str]:
    """The packages that the extras for users bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    return {
        re.split(r"[^\w-]", requirement)[0].replace("-", "_")
        for name, extra in extras.items()
        if name not in ("all", "test", "dev")
        for requirement in extra
    }


@dataclass(frozen=True)
class Import:
    """One imported module, as seen by the file that imports it."""

    module: str  # the importing module, dotted
    target: str  # the imported module, dotted
    line: int
    at_top: bool  # runs when the importing module is imported

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def ring(module: str) -> str:
    """The ring of a module of purehdf: the first name below the package."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def modules_of(root: Path) -> dict[str, Path]:
    """Dotted name -> file, of every module of the package ``root/purehdf``."""
    names = {}
    for path in sorted((root / "purehdf").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def imports_of(module: str, path: Path, modules: dict[str, Path]) -> Iterator[Import]:
    """Every import in one file, ``from package import name`` resolved to a module if it is one."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node, at_top in _import_nodes(ast.parse(path.read_text()), True):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        else:
            up = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
            targets = [name if name in modules else base for name in names]
        for target in dict.fromkeys(targets):
            yield Import(module, target, node.lineno, at_top)


def _import_nodes(
    tree: ast.AST, at_top: bool
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, at_top
        else:
            yield from _import_nodes(node, at_top and not _runs_later(node))


def _runs_later(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def complaints(root: Path, optional: set[str]) -> list[str]:
    """All that is wrong with the imports of ``root/purehdf``; an empty list is a clean tree."""
    modules = modules_of(root)
    imports = [
        each for module, path in modules.items() for each in imports_of(module, path, modules)
    ]
    found = []
    for each in imports:
        inside = each.target.split(".")[0] == "purehdf"
        problem = _inside(each) if inside else _outside(each, optional)
        if problem:
            found.append(f"{each}: {problem}")
    found += _suspensions(modules)
    return found + _cycles(imports, modules)


def _inside(each: Import) -> str | None:
    here, there = ring(each.module), ring(each.target)
    if here not in ARROWS:
        return f"{here} is no ring of the design"
    if there not in ARROWS[here] | {here}:
        return f"{here} must not know {there}"
    return None


def _outside(each: Import, optional: set[str]) -> str | None:
    here, package = ring(each.module), each.target.split(".")[0]
    if package == "numpy":
        return None
    if package in sys.stdlib_module_names:
        if package in FORBIDDEN_STDLIB.get(here, set()):
            return f"{here} does no I/O"
        return None
    if package not in optional:
        return "neither the standard library, nor numpy, nor of an extra"
    if each.at_top and package not in OPTIONAL_AT_TOP.get(here, set()):
        return "an optional package is imported where it is used, not at the top"
    return None


def _suspensions(modules: dict[str, Path]) -> list[str]:
    """Decoders are plain functions: nothing in format/ is a coroutine."""
    return [
        f"{module}:{node.lineno}: format never waits"
        for module, path in modules.items()
        if ring(module) == "format"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]


def _cycles(imports: list[Import], modules: dict[str, Path]) -> list[str]:
    graph: dict[str, set[str]] = {module: set() for module in modules}
    for each in imports:
        # A package imports its own modules to re-export them, and is itself half made by then:
        # what counts is that those modules do not import from the package.
        if each.at_top and each.target in modules and each.target != each.module:
            graph[each.module].add(each.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return ["modules import each other: " + " <- ".join(error.args[1])]
    return []


def test_imports_run_one_way() -> None:
    assert complaints(ROOT, optional_packages()) == []


def test_every_ring_of_the_package_is_in_the_table() -> None:
    assert {ring(module) for module in modules_of(ROOT)} <= set(ARROWS)


def test_the_table_of_arrows_has_no_way_back() -> None:
    """Rings of one column (datatype, filters, index, data) may know each other; no others."""
    column = {"datatype", "filters", "index", "data"}
    for here, others in ARROWS.items():
        for there in others - column:
            assert here not in ARROWS[there], f"{here} <-> {there}"


def test_the_extras_are_found() -> None:
    assert optional_packages() == {
        *("zarr", "numcodecs", "rich", "xarray", "fsspec", "s3fs", "aiohttp"),
        *("lz4", "blosc2", "zfpy", "imagecodecs", "colorama"),
        *("pyarrow", "virtualizarr", "obspec_utils", "obstore", "icechunk", "distributed"),
        *("pynwb", "hdmf", "deflate"),
    }


# What each line does wrong in a module of a synthetic tree, and the words of the complaint.
WRONG = {
    "format knows walk": ("format/node.py", "from purehdf.walk import need", "must not know walk"),
    "format knows source": ("format/node.py", "import purehdf.source.http", "not know source"),
    "source knows format": ("source/http.py", "from ..format import node", "not know format"),
    "source knows walk": ("source/http.py", "from purehdf.walk.need import Need", "not know walk"),
    "walk knows source": ("walk/need.py", "from purehdf.source import http", "not know source"),
    "walk knows data": ("walk/need.py", "def f():\n    import purehdf.data", "not know data"),
    "data knows api": ("data/__init__.py", "from purehdf import api", "must not know api"),
    "data knows source": ("data/__init__.py", "import purehdf.source", "must not know source"),
    "explain knows api": ("explain/__init__.py", "from ..api import f", "must not know api"),
    "bridge knows api": ("zarr_bridge/__init__.py", "from ..api import f", "not know api"),
    "api knows bridge": ("api/__init__.py", "import purehdf.zarr_bridge", "not know zarr_bridge"),
    "api knows the root": ("api/__init__.py", "import purehdf", "must not know __init__"),
    "types count too": (
        "format/node.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import purehdf.api",
        "must not know api",
    ),
    "an unknown ring": ("other/__init__.py", "import purehdf.errors", "no ring of the design"),
    "format reads files": ("format/node.py", "import io", "does no I/O"),
    "walk knows asyncio": ("walk/need.py", "def f():\n    import asyncio", "does no I/O"),
    "format waits": ("format/node.py", "async def f(): ...", "format never waits"),
    "zarr at the top": ("data/__init__.py", "import zarr.codecs", "where it is used"),
    "zarr in a try": ("data/__init__.py", "try:\n    import zarr\nexcept E: ...", "where it is"),
    "h5py": ("api/__init__.py", "def f():\n    import h5py", "neither the standard library"),
    "a cycle": ("errors.py", "import purehdf.limits\n", "modules import each other"),
    "a cycle of rings": ("index/__init__.py", "import purehdf.data", "modules import each other"),
}

CLEAN = {
    "__init__.py": "from purehdf.api import f\nfrom .errors import PureHDFError",
    "__main__.py": "import purehdf\ndef main():\n    import rich\n    import purehdf.zarr_bridge",
    "errors.py": "import typing",
    "limits.py": "from purehdf.errors import LimitError",
    "format/__init__.py": "",
    "format/node.py": "import struct\nimport numpy as np\nfrom .. import errors",
    "walk/__init__.py": "",
    "walk/need.py": "from purehdf.format.node import Node\nasync def f(): ...",
    "source/__init__.py": "",
    "source/http.py": "import asyncio\nimport urllib.request\ndef f():\n    import fsspec",
    "index/__init__.py": "import purehdf.walk.need",
    "data/__init__.py": "from purehdf.index import f\ndef f():\n    import numcodecs",
    "api/__init__.py": "import purehdf.data\nimport purehdf.source.http",
    "explain/__init__.py": "from ..walk import need\nfrom ..source import http",
    "zarr_bridge/__init__.py": "import zarr\nimport purehdf.index",
}


def make_tree(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / "purehdf" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_clean_tree_has_no_complaints(tmp_path: Path) -> None:
    make_tree(tmp_path, CLEAN)
    assert complaints(tmp_path, {"zarr", "numcodecs", "fsspec", "rich"}) == []


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_arrow_is_found(case: str, tmp_path: Path) -> None:
    name, line, words = WRONG[case]
    make_tree(tmp_path, CLEAN | {name: f"{CLEAN.get(name, '')}\n{line}"})
    if case.startswith("a cycle"):
        (tmp_path / "purehdf" / "limits.py").write_text("import purehdf.errors")
    found = complaints(tmp_path, {"zarr", "numcodecs", "fsspec", "rich"})
    assert len([each for each in found if words in each]) == 1, found
