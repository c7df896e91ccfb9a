"""A process that does one case with one library, whenever the parent asks.

A library that crashes or hangs takes only its own process with it.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from .case import Way, fingerprint

__all__ = ["Failure", "Run", "Worker", "measure"]

# What the extra `fast` brings.  "purehdf" does without: NumPy and the standard library alone.
FAST = ("deflate",)
MODULES = {
    "async-hdf5": ("async_hdf5",),
    "VirtualiZarr": ("virtualizarr", "obspec_utils.registry", "obstore.store"),
    "kerchunk": ("kerchunk.hdf", "zarr"),
    "purehdf[fast]": ("purehdf", *FAST),
}
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Run:
    """One run: seconds of wall and of CPU, of all threads and children.

    ``answer`` is the hash of the answer, where it was asked for.
    ``memory`` is the most anonymous memory in bytes that it held over that of before and the
    arrays that it returned; None where it was not watched.
    """

    wall: float
    cpu: float
    answer: str | None
    returned: int
    memory: int | None = None


class Failure(Exception):  # the outcome of a rival: no error of ours
    """Why a library gave no answer."""


def _cpu() -> float:
    own, children = (resource.getrusage(who) for who in (0, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _size(found: Any) -> int:
    """The bytes of the arrays in what a way returned, and of the objects that they hold."""
    if isinstance(found, list) and found and isinstance(found[0], np.ndarray):
        return sum(map(_size, found))
    if not isinstance(found, np.ndarray):
        return 0
    held = sum(map(sys.getsizeof, found.flat)) if found.dtype.hasobject else 0
    return found.nbytes + held


def measure(way: Way, path: Path, check: bool, done: Callable[[], None]) -> Run:
    """Do the work once, and call `done` when only its answer is left to look at, or to forget."""
    gc.collect()
    cpu, wall = _cpu(), time.perf_counter()
    found = way.run(path)
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    done()
    answer = _hashed(way, path, found) if way.checked and check else None
    return Run(wall, cpu, answer, _size(found))


def _hashed(way: Way, path: Path, found: Any) -> str:
    try:
        return fingerprint(way.answer(path, found))
    except Exception as error:  # what was found has not the form of an answer
        raise Failure(f"wrong: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def prepare(library: str) -> None:
    """Import `library`, so that this is not measured."""
    if library == "purehdf":
        sys.modules.update(dict.fromkeys(FAST))  # type: ignore[arg-type]  # None: not there
    for module in MODULES.get(library, (library.split()[0],)):
        importlib.import_module(module)


def serve(connection: Connection, case: str, library: str, path: Path) -> None:
    """Answer each message with "done" and a `Run`, or with why there is none."""
    from .cases import CASES

    try:
        warnings.simplefilter("ignore")
        prepare(library)
        connection.send("ready")
        while True:
            check = connection.recv()
            way = CASES[case].ways[library]
            connection.send(measure(way, path, check, lambda: connection.send("done")))
    except (EOFError, KeyboardInterrupt):
        return
    except ModuleNotFoundError as error:
        connection.send(Failure(f"not installed: {error.name}"))
    except Failure as failure:
        connection.send(failure)
    except BaseException as error:  # a panic in Rust is no Exception
        connection.send(Failure(f"refuses: {_reason(error)}"))


class Worker:
    """The parent's side of such a process: it says when to run."""

    def __init__(self, case: str, library: str, path: Path, timeout: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, case, library, path))
        self._process.start()
        theirs.close()
        self._timeout = timeout

    def prepared(self) -> Worker:
        """Wait until the library is imported; raise `Failure`."""
        self._receive()
        return self

    def run(self, check: bool = False, watch: bool = False) -> Run:
        """Do the work once; raise `Failure`.  `watch` measures memory, at some cost of time."""
        before = _anonymous(self._process.pid)
        self._connection.send(check)
        peak = self._peak() if watch else None
        self._receive()
        run: Run = self._receive()
        if peak is not None and before is not None:
            run = replace(run, memory=max(0, peak - before - run.returned))
        return run

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.terminate()
        self._process.join()

    def _receive(self) -> Any:
        if not self._connection.poll(self._timeout):
            raise Failure(f"gives no answer in {self._timeout:g} s")
        try:
            message = self._connection.recv()
        except EOFError:
            self._process.join()
            raise Failure(f"crashes: exit code {self._process.exitcode}") from None
        if isinstance(message, Failure):
            raise message
        return message

    def _peak(self) -> int | None:
        """The most memory until the worker says something."""
        peak, end = 0, time.monotonic() + self._timeout
        while not self._connection.poll(0.001) and time.monotonic() < end:
            now = _anonymous(self._process.pid)
            if now is None:
                return None
            peak = max(peak, now)
        return peak


def _anonymous(pid: int | None) -> int | None:
    """Bytes of memory of a process that are no pages of files; None where Linux's /proc is not."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return None
    return (int(resident) - int(shared)) * PAGE
