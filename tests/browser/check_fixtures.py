"""Compare what purehdf reads of every fixture with what h5py read, without h5py.

Runs inside Pyodide and in the ordinary interpreter alike.  An object that raises
``UnsupportedError`` counts as unsupported; whatever else differs is a failure.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import purehdf
from fixtures import expected
from purehdf.errors import UnsupportedError

Result = dict[str, Any]
# A path is read by position, piece by piece; bytes lie in memory whole.
WAYS: dict[str, Callable[[Path], Any]] = {"path": str, "bytes": Path.read_bytes}


def run(folder: str | Path) -> dict[str, dict[str, Result]]:
    """``{way: {name of the file: result of check}}``, for each file with an expected form."""
    fixtures = Path(folder)
    wanted = {form.stem: form for form in sorted((fixtures / "expected").glob("*.json"))}
    return {
        way: {name: check(source(fixtures / "files" / name), wanted[name]) for name in wanted}
        for way, source in WAYS.items()
    }


def check(source: Any, form: Path) -> Result:
    """What came out for one file.

    ``unsupported`` and ``failures`` map the path of an object to what was wrong with it; the
    path is empty where the file as a whole is at fault.
    """
    start = time.perf_counter()
    result: Result = {"unsupported": {}, "failures": {}}
    want = json.loads(form.read_text(encoding="utf-8"))
    files = form.parent.parent / "files"  # those that it names are found by path alone

    def beside(name: str) -> str:
        return str(files / name)

    with _noting("", result), purehdf.File(source, external=beside) as file:
        _note("", result, expected.differences(want["userblock_size"], file.userblock_size))
        _compare(file, form.stem, want["objects"], result)
    result["seconds"] = time.perf_counter() - start
    return result


def _compare(file: Any, name: str, want: dict[str, Any], result: Result) -> None:
    paths: dict[Any, str] = {}
    for path in want:
        with _noting(path, result):
            paths[file[path]] = path

    def resolve(reference: Any) -> str | None:
        return paths[file[reference]] if reference else None

    for obj, path in paths.items():
        with _noting(path, result):
            form = expected._object(obj, paths, resolve, lambda dataset: dataset[()])
            got = json.loads(json.dumps(form))  # the recorded form went the same way
            found = expected.differences(want[path], got)
            _note(path, result, expected.unexcused(name, path, found))
    seen = {*paths.values(), *result["unsupported"], *result["failures"]}
    for path in want.keys() - seen:
        _note(path, result, ["is taken for another object of the file"])


def _note(path: str, result: Result, differences: list[str]) -> None:
    if differences:
        result["failures"][path] = "; ".join(differences)


@contextmanager
def _noting(path: str, result: Result) -> Iterator[None]:
    """Turn an error into an entry of the result, so that the next object is still read."""
    try:
        yield
    except UnsupportedError as error:
        result["unsupported"][path] = str(error)
    except Exception as error:
        result["failures"][path] = f"{type(error).__name__}: {error}"
