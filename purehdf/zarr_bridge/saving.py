"""Metadata on its way into a Zarr store, a mapping or a JSON file, and back."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, MutableMapping
from itertools import groupby
from pathlib import Path
from typing import Any

from zarr.abc.store import Store
from zarr.core.buffer import default_buffer_prototype
from zarr.core.sync import sync
from zarr.storage import FsspecStore, LocalStore, MemoryStore

from .nodes import Documents
from .saved_documents import key_of

__all__ = ["load_store", "save"]

_AT_ONCE = 64  # documents that are written side by side
_MODES = ("a", "r+", "w", "w-", "x")


def save(documents: Documents, target: Any, prefix: str, mode: str) -> None:
    """Write documents into a Zarr store, a mapping, a directory, a URL, or a .json file.

    Raises FileExistsError and FileNotFoundError as `mode` asks for: "w-" and "x" want
    nothing there, "r+" something.
    """
    if mode not in _MODES:
        raise ValueError(f"store_mode is 'r' or one of {_MODES}, not {mode!r}")
    named = {key_of(prefix, name): document for name, document in documents.items()}
    if _is_json_file(target):
        path = Path(target)
        old: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        _save_mapping(named, old, prefix, mode)
        # Beside it and then in its place: whoever reads meanwhile finds the old one, whole.
        beside = path.with_name(path.name + ".part")
        beside.write_text(json.dumps(old))
        os.replace(beside, path)
    elif isinstance(target, MutableMapping):
        _save_mapping(named, target, prefix, mode)
    else:
        sync(_save_store(named, _as_store(target), prefix, mode))


def _save_mapping(
    named: Documents, target: MutableMapping[str, Any], prefix: str, mode: str
) -> None:
    start = f"{prefix}/" if prefix else ""
    old = [key for key in target if key.startswith(start)]
    _check_mode(bool(old), mode)
    for key in old:
        del target[key]
    # A mapping of fsspec takes bytes, any other keeps JSON.
    target.update({k: _as_bytes(v) for k, v in named.items()} if hasattr(target, "fs") else named)


async def _save_store(named: Documents, store: Store, prefix: str, mode: str) -> None:
    _check_mode(not await store.is_empty(prefix), mode)
    await store.delete_dir(prefix)
    for _, level in groupby(sorted(named, key=_from_below), _from_below):
        keys = list(level)
        for i in range(0, len(keys), _AT_ONCE):
            await asyncio.gather(*(_set(store, key, named[key]) for key in keys[i : i + _AT_ONCE]))


def _from_below(key: str) -> int:
    """The order of keys: the root's come last, so that what is incomplete does not open."""
    return -key.count("/")


async def _set(store: Store, key: str, document: Any) -> None:
    await store.set(key, default_buffer_prototype().buffer.from_bytes(_as_bytes(document)))


def _check_mode(there: bool, mode: str) -> None:
    if there and mode in ("w-", "x"):
        raise FileExistsError("there is something at this place of the store already")
    if not there and mode == "r+":
        raise FileNotFoundError("nothing was saved at this place of the store")


def load_store(target: Any) -> Store:
    """Return the Zarr store that saved metadata is read from."""
    if _is_json_file(target):
        target = json.loads(Path(target).read_text())
    if not isinstance(target, Mapping):
        return _as_store(target)
    buffer = default_buffer_prototype().buffer
    values = {key: buffer.from_bytes(_as_bytes(value)) for key, value in target.items()}
    return MemoryStore(values, read_only=True)


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def _is_json_file(target: Any) -> bool:
    return isinstance(target, str | os.PathLike) and os.fspath(target).endswith(".json")


def _as_store(target: Any) -> Store:
    if isinstance(target, Store):
        return target
    if isinstance(target, str) and "://" in target:
        found: Store = FsspecStore.from_url(target)
        return found
    if isinstance(target, str | os.PathLike):
        return LocalStore(Path(target))
    raise TypeError(f"not a Zarr store, mapping or path: {type(target).__name__}")
