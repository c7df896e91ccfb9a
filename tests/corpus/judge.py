"""What became of one file on its way through Zarr, set against what h5py reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from purehdf import PureHDFError
from purehdf.zarr_bridge import HDF5Store
from purehdf.zarr_bridge.chunk_references import references
from purehdf.zarr_bridge.kerchunk import kerchunk_dict
from tests.zarr_bridge.compare import RAISES, _differences
from tests.zarr_bridge.reference_store import open_references
from tests.zarr_bridge.seen_by_h5py import UNREADABLE, Seen

__all__ = ["LeftOut", "Look", "Outcome", "judge", "through_references", "through_store"]

Look = Callable[[Path], Any]


class LeftOut(NamedTuple):
    """A path, the reason, and whether h5py reads what is there."""

    path: str
    reason: str
    by_h5py: bool


class Outcome(NamedTuple):
    """A verdict; the differences or errors; and what was left out.

    The verdict is *equal*; or *reported*, equal but for what the report leaves out with a
    reason; or *different*, which must never be; or *raises*, where reading an array ends in
    an error that no report announced; or *refused*, where the file does not open.
    """

    verdict: str
    details: list[str]
    left_out: list[LeftOut]


def through_store(zarr_format: int) -> Look:
    """The live store."""
    return lambda path: HDF5Store(path, zarr_format=zarr_format)


def through_references(zarr_format: int, *, own_codecs: bool) -> Look:
    """Exported references, which fsspec and zarr read."""

    def look(path: Path) -> Any:
        found = references(path, zarr_format=zarr_format, own_codecs=own_codecs)
        return open_references(kerchunk_dict(found), found)

    return look


def judge(seen: dict[str, Seen], look: Look, path: Path) -> Outcome:
    """Compare a file with what h5py saw in it."""
    try:
        store = look(path)
        found = list(_differences(seen, store))
        entries = [entry for entry in store.report() if entry.how == "refused"]
        store.close()
    except PureHDFError as error:
        return Outcome("refused", [_shown(error)], [])
    except Exception as error:
        return Outcome("different", [_shown(error)], [])
    left = [LeftOut(e.path, e.reason, _has(seen, e.path)) for e in entries]
    if found and all(RAISES in each for each in found):
        return Outcome("raises", found, left)
    return Outcome("different" if found else "reported" if left else "equal", found, left)


def _has(seen: dict[str, Seen], path: str) -> bool:
    """Whether h5py reads an object or an attribute: its path as in a report."""
    if path[1:] in seen:
        return True
    owner, _, name = path[1:].rpartition("@")
    attributes = seen[owner].attributes if owner in seen else {}
    return attributes.get(name, UNREADABLE) is not UNREADABLE


def _shown(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
