"""The namespaces that an NWB file brings along: the specifications of its types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hdmf.spec.namespace import SpecReader

from .marks import REFERENCE

__all__ = ["SPECIFICATIONS", "cached_namespaces", "load_namespaces"]

SPECIFICATIONS = ".specloc"
_OLD_NAMES = ("unversioned", "None")  # of versions: any other is newer


class _CachedSpecs(SpecReader):  # type: ignore[misc]  # hdmf has no types
    """Reads the specifications of one namespace: text with JSON, by name."""

    def __init__(self, group: Any, source: str) -> None:
        super().__init__(source=f"{source}:{group.name}")
        self._group = group

    def read_spec(self, spec_path: str) -> Any:
        """Return one file of a specification."""
        return json.loads(str(self._group[spec_path][()]))

    def read_namespace(self, ns_path: str) -> Any:
        """Return the namespaces that a file defines."""
        return self.read_spec(ns_path)["namespaces"]


def cached_namespaces(zgroup: Any) -> dict[str, Any]:
    """Return the group with the newest version of each namespace, by name."""
    place = zgroup.attrs.get(SPECIFICATIONS)
    if not isinstance(place, Mapping):
        return {}
    found = {}
    for name, versions in zgroup[place[REFERENCE]["path"].strip("/")].groups():
        groups = dict(versions.groups())
        newest = max(groups, key=lambda version: (version not in _OLD_NAMES, version))
        found[name] = groups[newest]
    return found


def load_namespaces(
    zgroup: Any, catalog: Any, names: Iterable[str] | None, source: str
) -> dict[str, Any]:
    """Load cached namespaces, all or those of `names`, into a catalog or a TypeMap of hdmf."""
    cached = cached_namespaces(zgroup)
    wanted = cached if names is None else names
    readers = {name: _CachedSpecs(cached[name], source) for name in wanted}
    loaded: dict[str, Any] = catalog.load_namespaces("namespace", reader=readers)
    return loaded
