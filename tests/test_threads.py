"""Sixteen threads read the same files: each must see what one thread alone sees.

Needs numpy and the fixtures alone, so that it runs on a Python without a global lock too, for
which few packages are built.  (``tests/api/test_threads.py`` compares with h5py.)
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import purehdf
from fixtures.expected import canonical, differences, unexcused

THREADS = 16
FIXTURES = Path(__file__).parents[1] / "fixtures"
FORMS = sorted((FIXTURES / "expected").glob("*.json"))
WAYS: dict[str, Callable[[Path], Any]] = {
    "memory map": str,
    "bytes": Path.read_bytes,
    "view": lambda path: memoryview(path.read_bytes() + b"behind")[:-6],
    "waves": lambda path: path.open("rb"),
}


@pytest.fixture(autouse=True)
def quick_switches() -> Iterator[None]:
    """Where there is a global lock, threads take turns a hundred times more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python has its global lock"
)
def test_nothing_that_is_imported_brings_the_lock_back() -> None:
    """As a module of C would that is not made for threads."""
    look = """
import importlib, pkgutil, sys
import purehdf
for found in pkgutil.walk_packages(purehdf.__path__, "purehdf."):
    if not found.name.startswith(("purehdf.zarr_bridge", "purehdf.xarray_backend", "purehdf.__")):
        importlib.import_module(found.name)
print(sys._is_gil_enabled())
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", look],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("False\n", "")


def together(work: Callable[[int], list[Any]]) -> None:
    """Let all threads do ``work(number)`` at the same time; none may find anything wrong."""
    start = threading.Barrier(THREADS)

    def run(number: int) -> list[Any]:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(run, range(THREADS))) == [[]] * THREADS


def opened(stack: ExitStack, target: Any) -> purehdf.File:
    if hasattr(target, "close"):
        stack.enter_context(target)
    files = FIXTURES / "files"
    return stack.enter_context(purehdf.File(target, external=lambda name: str(files / name)))


@pytest.mark.parametrize("way", WAYS)
def test_all_of_every_fixture(way: str) -> None:
    """Groups, links, attributes, types and values, of files that all threads share."""
    with ExitStack() as stack:
        files = {f: opened(stack, WAYS[way](FIXTURES / "files" / f.stem)) for f in FORMS}
        wanted = {form: json.loads(form.read_text(encoding="utf-8")) for form in FORMS}

        def work(number: int) -> list[str]:
            wrong = []
            for form in random.Random(number).sample(FORMS, 16):
                found = json.loads(json.dumps(canonical(files[form])))
                for path, obj in wanted[form]["objects"].items():
                    differ = differences(obj, found["objects"].get(path))
                    wrong += unexcused(form.stem, path, differ)
            return wrong

        together(work)


Look = Callable[[dict[str, Any]], Any]
DATASETS = ["temperature", "precipitation", "altitude", "lat", "time", "stations/height"]


def look_at_random(rng: random.Random) -> Look:
    """One look at objects that all threads share, or that are opened for it."""
    name, i, j = rng.choice(DATASETS), rng.randrange(24), rng.randrange(18)
    return rng.choice(
        [
            lambda f: f["climate.nc"][name][...],
            lambda f: f["climate.nc"][name][j % 4 :: 3],
            lambda f: f["kept"][i],
            lambda f: f["kept"][:, j, ::5],
            lambda f: f["kept"][[i, 23 - i], j],
            lambda f: {k: v for k, v in f["kept"].attrs.items() if k != "DIMENSION_LIST"},
            lambda f: list(f["kept"].chunk_table().columns().values()),
            lambda f: f["kept"].dims[1]["lat"][...],
            lambda f: [d.name for d in f["climate.nc"].values()],
            lambda f: f["chunks_3000.h5"]["numbers"][i : i + 100],
            lambda f: f["chunks_3000.h5"]["numbers"].chunk_table().file_offset[i::7],
            lambda f: f["datatype_vlen_chunked.h5"]["words"][i:],
            lambda f: f["datatype_compound.h5"]["nested"][i % 3],
            lambda f: f["dense_attributes_tree.h5"].attrs.keys() >= {"no such name"},
            lambda f: list(f["group_1000.h5"])[i:],
            lambda f: [each.name for each in f["group_1000.h5"].values()],
            lambda f: f["group_1000.h5"].visit(lambda path: path[-2:] == f"{i:02}" or None),
            lambda f: opened_again(name),
        ]
    )


def opened_again(name: str) -> Any:
    with purehdf.File(FIXTURES / "files" / "climate.nc") as file:
        return [file[name][...], file.problems(), list(file)]


def same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return list(found) == list(wanted) and same([*found.values()], [*wanted.values()])
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, np.ndarray | np.generic):
        return bool(found.dtype == wanted.dtype and np.array_equal(found, wanted))
    return bool(found == wanted)


@pytest.mark.parametrize("way", WAYS)
def test_looks_at_random(way: str) -> None:
    names = ["climate.nc", "chunks_3000.h5", "datatype_vlen_chunked.h5", "datatype_compound.h5"]
    names += ["dense_attributes_tree.h5", "group_1000.h5"]
    looks = [look_at_random(random.Random(seed)) for seed in range(50)]

    def shared(stack: ExitStack) -> dict[str, Any]:
        files = {n: opened(stack, WAYS[way](FIXTURES / "files" / n)) for n in names}
        return {**files, "kept": files["climate.nc"]["temperature"]}

    with ExitStack() as stack:
        alone = shared(stack)
        wanted = [look(alone) for look in looks]
    with ExitStack() as stack:
        files = shared(stack)

        def work(number: int) -> list[int]:
            order = random.Random(number).sample(range(len(looks)), len(looks))
            return [i for i in order if not same(looks[i](files), wanted[i])]

        together(work)


def test_of_two_that_open_another_file_the_first_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All threads come to the same objects: here a second one opens it during the first."""
    shutil.copy(FIXTURES / "files" / "group_small.h5", tmp_path / "other.h5")
    shutil.copy(FIXTURES / "files" / "group_small.h5", tmp_path / "first.h5")
    with purehdf.File(tmp_path / "first.h5") as file:
        session = file._session
        open_session, seen = session._open_session, []

        async def interrupted(path: str) -> Any:
            monkeypatch.undo()
            seen.append(await session.open_hdf5("other.h5"))
            return await open_session(path)

        monkeypatch.setattr(session, "_open_session", interrupted)
        seen.append(session.run(session.open_hdf5("other.h5")))
        assert seen[0] is seen[1] is session.run(session.open_hdf5("other.h5"))


def test_an_error_that_is_kept_gathers_no_frames() -> None:
    """Threads, or one, may ask for an attribute that cannot be read as often as they like."""
    with purehdf.File(FIXTURES / "files" / "damaged_version_attribute.h5") as file:
        attrs = file["data"].attrs
        errors = list[purehdf.PureHDFError]()

        def work(number: int) -> list[Any]:
            for ask in (lambda: attrs["<unreadable attribute 0>"], lambda: list(attrs.values())):
                with pytest.raises(purehdf.VersionError, match="of /data: ") as raised:
                    ask()
                errors.append(raised.value)
            return []

        together(work)
    assert len({id(error) for error in errors}) == 2 * THREADS
    assert len({str(error) for error in errors}) == 1
