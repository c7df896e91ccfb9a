"""The fixtures and what must be found in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.expected import canonical, differences, unexcused

__all__ = ["DAMAGED", "SOUND", "Entry", "wrong"]

ROOT = Path(__file__).parents[2] / "fixtures"


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
    want, got = entry.expected, json.loads(json.dumps(canonical(file)))
    objects, forms = want.pop("objects"), got.pop("objects")
    found = differences(want, got)
    for path in {*objects, *forms}:
        here = differences(objects.get(path), forms.get(path))
        found += [f"{path}: {line}" for line in unexcused(entry.name, path, here)]
    return found
