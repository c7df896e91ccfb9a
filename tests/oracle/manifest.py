"""The fixtures and what must be found in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.expected import canonical, differences

__all__ = ["DAMAGED", "SOUND", "Entry", "wrong"]

ROOT = Path(__file__).parents[2] / "fixtures"

# What h5py gives here is not what the file says, and purehdf does not follow it.
H5PY_ERRS = {
    # A default fill value of variable-length type is a null pointer to h5py: None, where the
    # same kind of type by itself, or as an element, gives an empty string or sequence.
    "datatype_compound.h5": {"objects:/text:fillvalue:name"},
    "datatype_compound_v3.h5": {"objects:/text:fillvalue:name"},
    # The same; and h5py takes big-endian members of sequences for little-endian ones.
    "datatype_vlen_sequence.h5": {
        "objects:/little i4:fillvalue",
        "objects:/big f8:fillvalue",
        "objects:/big f8:values",
    },
}


@dataclass(frozen=True)
class Entry:
    """One file of the manifest."""

    name: str
    requires: tuple[str, ...]
    damage: dict[str, Any] | None

    @property
    def path(self) -> Path:
        return ROOT / "files" / self.name

    @property
    def expected(self) -> Any:
        return json.loads((ROOT / "expected" / f"{self.name}.json").read_text("utf-8"))


def _entries() -> list[Entry]:
    manifest = json.loads((ROOT / "MANIFEST.json").read_text("utf-8"))
    return [
        Entry(item["name"], tuple(item["requires"]), item.get("damage"))
        for item in manifest["files"]
    ]


SOUND = [entry for entry in _entries() if entry.damage is None]
DAMAGED = [entry for entry in _entries() if entry.damage is not None]


def wrong(entry: Entry, file: Any) -> list[str]:
    """All that `file` shows otherwise than expected, but for where h5py itself is wrong."""
    excused = H5PY_ERRS.get(entry.name, set())
    found = differences(entry.expected, json.loads(json.dumps(canonical(file))))
    used = {line.split(": expected")[0] for line in found} & excused
    if used != excused:
        found += [f"{where}: excused, but it is as expected" for where in excused - used]
    return [line for line in found if line.split(": expected")[0] not in excused]
