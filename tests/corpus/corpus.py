"""The list of the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["scored"]


def scored(corpus: Path) -> list[dict[str, Any]]:
    """The files that are there to be read."""
    manifest = json.loads((corpus / "manifest.json").read_text("utf-8"))
    return [
        item
        for item in manifest["files"]
        if item["role"] == "scored" and (corpus / item["path"]).is_file()
    ]
