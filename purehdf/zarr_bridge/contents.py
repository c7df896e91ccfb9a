"""What the store holds: keys and their values, as walks."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from ..data.storage import Stored
from ..format.buffer import Buffer
from ..walk.need import together
from .chunks import chunk_data, find_chunk, is_stored_whole, stored_chunks
from .hierarchy import Hierarchy
from .nodes import ArrayNode, Documents, Format, GroupNode, Key, Node
from .report import ReportEntry
from .stored_bytes import stored_bytes

__all__ = ["Contents"]


class Contents:
    """The keys of the store and their values; all walks."""

    def __init__(self, hierarchy: Hierarchy, form: Format, *, consolidated: bool) -> None:
        self.hierarchy = hierarchy
        self.form = form
        self._consolidated = consolidated
        self._root_documents: Documents | None = None

    async def get(self, key: str, part: slice) -> Buffer | None:
        """Return a part of the value of a key; None if there is no such key."""
        found = self.form.parse_key(key)
        if found is None:
            return None
        if found.chunk is None:
            document = await self._document(found)
            return None if document is None else document[part]
        node = await self.hierarchy.node(found.path)
        if not isinstance(node, ArrayNode):
            return None
        return await self._chunk(node, self._position(node, found.chunk), part)

    async def size(self, key: str) -> int | None:
        """Return the number of bytes of a value; None if there is no such key."""
        found = self.form.parse_key(key)
        if found is not None and found.chunk is not None:
            node = await self.hierarchy.node(found.path)
            if not isinstance(node, ArrayNode):
                return None
            place = await self._whole(node, self._position(node, found.chunk))
            if place is not None:
                return place.size
        data = await self.get(key, slice(None))
        return None if data is None else len(data)

    async def names(self, path: str) -> list[str]:
        """Return the names directly below a path."""
        node = await self.hierarchy.node(path)
        if isinstance(node, ArrayNode):
            chunks = await stored_chunks(self.hierarchy, node)
            first = (self.form.chunk_name(chunk).partition("/")[0] for chunk in chunks)
            return [*node.documents, *dict.fromkeys(first)]
        if node is None:
            return await self._names_inside(path)
        children = await self.hierarchy.children(node)
        names = [child.path.rpartition("/")[2] for child in children]
        return [*await self._documents(node), *names]

    async def keys(self, prefix: str) -> list[str]:
        """Return all keys that begin with `prefix`."""
        nodes = await self.hierarchy.everything()
        found = await together(self._keys_of(node) for node in nodes)
        return [key for keys in found for key in keys if key.startswith(prefix)]

    async def report(self) -> list[ReportEntry]:
        """Return all entries of the report, by path."""
        await self.hierarchy.everything()
        return sorted(self.hierarchy.entries.values())

    def shared(self, key: str) -> list[tuple[Any, Callable[[], Coroutine[Any, Any, Any]]]]:
        """Walks that prepare for a key, in order, with a name for what each prepares."""
        found = self.form.parse_key(key)
        if found is None:
            return []
        steps: list[tuple[Any, Callable[[], Coroutine[Any, Any, Any]]]] = [
            ("root", self.hierarchy.root),
            (("node", found.path), lambda: self.hierarchy.node(found.path)),
        ]
        if found.chunk is not None:
            steps.append((("blocks", found.path), lambda: self._load_blocks(found.path)))
        return steps

    async def _load_blocks(self, path: str) -> None:
        node = await self.hierarchy.node(path)
        if isinstance(node, ArrayNode):
            await self.hierarchy.blocks(node)

    # -- documents

    async def _document(self, key: Key) -> bytes | None:
        node = await self.hierarchy.node(key.path)
        if node is None:
            return None
        document = (await self._documents(node)).get(key.document)
        return None if document is None else json.dumps(document).encode()

    async def _documents(self, node: Node) -> Documents:
        if not self._consolidated or node.path or not isinstance(node, GroupNode):
            return node.documents
        if self._root_documents is None:
            below = (await self.hierarchy.everything())[1:]
            documents = {each.path: each.documents for each in below}
            self._root_documents = self.form.consolidated(node.documents, documents)
        return self._root_documents

    # -- chunks

    def _position(self, node: ArrayNode, chunk: tuple[int, ...]) -> tuple[int, ...]:
        """The position that a key says; the one chunk of a scalar may be written as any other."""
        same = self.form.chunk_name(()) == self.form.chunk_name(chunk)
        return () if same and not node.mapping.shape else chunk

    async def _chunk(self, node: ArrayNode, chunk: tuple[int, ...], part: slice) -> Buffer | None:
        place = None if part == slice(None) else await self._whole(node, chunk)
        if place is None:
            data = await chunk_data(self.hierarchy, node, chunk)
            return None if data is None else data[part]
        return await stored_bytes(node.reader.read, place.offset, place.size, part)

    async def _whole(self, node: ArrayNode, chunk: tuple[int, ...]) -> Stored | None:
        """Where a chunk lies, if it is a value as it lies in the file."""
        place = await find_chunk(self.hierarchy, node, chunk)
        if place is None:
            return None
        blocks = await self.hierarchy.blocks(node)
        return place if is_stored_whole(node, blocks, chunk, place) else None

    # -- listing

    async def _keys_of(self, node: Node) -> list[str]:
        names = list(await self._documents(node))
        if isinstance(node, ArrayNode):
            chunks = await stored_chunks(self.hierarchy, node)
            names += map(self.form.chunk_name, chunks)
        return [f"{node.path}/{name}".lstrip("/") for name in names]

    async def _names_inside(self, path: str) -> list[str]:
        """Names below a path that leads into the chunks of an array, ``array/c/0``."""
        parts = path.split("/")
        for i in reversed(range(len(parts))):
            node = await self.hierarchy.node("/".join(parts[:i]))
            if isinstance(node, ArrayNode):
                inside = "/".join(parts[i:]) + "/"
                keys = map(self.form.chunk_name, await stored_chunks(self.hierarchy, node))
                below = (key.removeprefix(inside) for key in keys if key.startswith(inside))
                return list(dict.fromkeys(name.partition("/")[0] for name in below))
        return []
