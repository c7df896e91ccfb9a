"""What is saved of a hierarchy: Zarr's documents, and where the chunks of each array lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import PureHDFError, SourceError
from .chunks import is_stored_whole, stored_chunks
from .hierarchy import Hierarchy
from .nodes import ArrayNode, Documents, Format, Node

__all__ = ["CHUNKS_KEY", "documents_to_save", "key_of", "unmarked_all"]

CHUNKS_KEY = ".zchunkstore"
_MARK = "purehdf.byte_ranges"
_READ = {"read": True}


async def documents_to_save(
    hierarchy: Hierarchy, form: Format, source: dict[str, Any], *, consolidated: bool
) -> Documents:
    """Return all documents of a hierarchy, and where the chunks lie: key -> JSON; a walk.

    An array whose chunks cannot be found is left out, and the report says why.
    """
    nodes = {node.path: node for node in await hierarchy.everything()}
    places = {path: await _places(hierarchy, form, node) for path, node in nodes.items()}
    nodes = {path: node for path, node in nodes.items() if places[path] is not None}
    found: Documents = {}
    for path, node in nodes.items():
        documents = node.documents
        if consolidated and not path and not isinstance(node, ArrayNode):
            below = {path: each.documents for path, each in nodes.items() if path}
            documents = form.consolidated(documents, below)
        for name, document in documents.items():
            found[key_of(path, name)] = _marked_all(document)
        if isinstance(node, ArrayNode):
            named = {**source, "array_name": hierarchy.entries[path].path}
            found[key_of(path, CHUNKS_KEY)] = {"source": named, **(places[path] or {})}
        elif not path:  # where the file is, should there be no array
            found[CHUNKS_KEY] = {"source": {**source, "array_name": None}}
    return found


async def _places(hierarchy: Hierarchy, form: Format, node: Node) -> dict[str, Any] | None:
    """Where the chunks of a node lie; None where that cannot be found."""
    if not isinstance(node, ArrayNode):
        return {}
    try:
        return await _chunks(hierarchy, form, node)
    except SourceError:
        raise
    except PureHDFError as error:
        if not node.path:
            raise
        entry = hierarchy.entries[node.path]
        hierarchy.entries[node.path] = entry._replace(how="refused", reason=str(error))
        return None


def key_of(path: str, name: str) -> str:
    """Return the key of what is called `name` below a path."""
    return f"{path}/{name}".lstrip("/")


async def _chunks(hierarchy: Hierarchy, form: Format, node: ArrayNode) -> dict[str, Any]:
    blocks = await hierarchy.blocks(node)
    positions = await stored_chunks(hierarchy, node)
    rank = len(blocks.shape)
    block = np.array([each[:rank] for each in positions], np.int64).reshape(len(positions), rank)
    found: dict[str, Any] = {}
    for position, place in zip(positions, blocks.locate(block), strict=True):
        whole = place is not None and is_stored_whole(node, blocks, position, place)
        key = key_of(node.path, form.chunk_name(position))
        found[key] = {"offset": place.offset, "size": place.size} if whole and place else _READ
    return found


def _marked(document: dict[str, Any]) -> dict[str, Any]:
    """Return an array's document as it is saved; others are as they are."""
    if document.get("node_type") == "array":
        return {**document, "codecs": [*document["codecs"], {"name": _MARK}]}
    if "compressor" in document:
        return {**document, "filters": [{"id": _MARK}, *(document["filters"] or [])]}
    return document


def _unmarked(document: dict[str, Any]) -> dict[str, Any]:
    """Return a saved document as Zarr is to see it."""
    if document.get("node_type") == "array":
        kept = [each for each in document["codecs"] if each["name"] != _MARK]
        return {**document, "codecs": kept}
    if "compressor" in document:
        kept = [each for each in document["filters"] if each["id"] != _MARK]
        return {**document, "filters": kept or None}
    return document


def _marked_all(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document as it is saved, with those that consolidated metadata holds."""
    return _everywhere(document, _marked)


def _everywhere(document: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    document = change(document)
    inline = document.get("consolidated_metadata")
    if inline:
        below = {path: change(each) for path, each in inline["metadata"].items()}
        return {**document, "consolidated_metadata": {**inline, "metadata": below}}
    if "zarr_consolidated_format" in document:
        return {**document, "metadata": {k: change(v) for k, v in document["metadata"].items()}}
    return document


def unmarked_all(document: dict[str, Any]) -> dict[str, Any]:
    """Return a saved document as Zarr is to see it."""
    return _everywhere(document, _unmarked)
