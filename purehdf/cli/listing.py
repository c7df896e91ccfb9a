"""``purehdf ls``: the tree of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from ..api.file import File
from .output import Output, printable
from .progress import progress_line, reading_line
from .tree import Node, tree_of
from .values import Values
from .words import plural, shape_words, size_words

__all__ = ["list_objects"]

_GLYPHS = {True: ("├── ", "└── ", "│   ", "    "), False: ("|-- ", "`-- ", "|   ", "    ")}
_LONGEST = 48  # characters of a name or type that the columns after it make room for


def list_objects(
    out: Output,
    target: str,
    path: str,
    *,
    depth: int | None,
    attributes: bool,
    long: bool,
    json: bool,
) -> int:
    """Print the tree below `path`; return 1 if a part of it could not be read, else 0."""
    with ExitStack() as stack:
        with reading_line() as reading, progress_line("links") as progress:
            file = stack.enter_context(File(target, progress=reading))
            root = tree_of(file[path], depth=depth, attributes=attributes, progress=progress)
        if json:
            out.json(root.as_dict(Values(file)))
        else:
            out.line(out.style("dim", _headline(file)))
            _Printer(out, Values(file), long).print(root)
    return int(any(node.error is not None for node in root.walk()))


def _fit(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ..."


def _headline(file: File) -> str:
    session = file._session
    text = f"{printable(file.filename)}: {size_words(session.files.size)}"
    text += f", superblock version {session.superblock.version}"
    if file.userblock_size:
        text += f", user block of {size_words(file.userblock_size)}"
    return text


class _Printer:
    def __init__(self, out: Output, values: Values, long: bool) -> None:
        self.out = out
        self.values = values
        self.long = long

    def print(self, root: Node) -> None:
        """Print all lines, with the columns of datasets under each other."""
        lines = list(self._lines(root, "", ""))
        rows = [(lead, node, self._cells(node)) for lead, node, _ in lines]
        widths = [
            max(
                [min(len(cells[i]), _LONGEST) for _, n, cells in rows if n.kind == "dataset"] or [0]
            )
            for i in range(5)
        ]
        names = [len(lead) + len(self._name(n)) for lead, n, _ in rows if n.kind == "dataset"]
        indent = max([min(n, _LONGEST) for n in names] or [0])
        for (_, _, below), (lead, node, cells) in zip(lines, rows, strict=True):
            row = self._row(lead, node, cells, indent, widths)
            self.out.line(row if self.long or node.error else self.out.cut(row))
            for text in self._below(node):
                line = f"{below}  {text}"
                self.out.line(line if self.long else self.out.cut(line))

    def _lines(self, node: Node, lead: str, below: str) -> Iterator[tuple[str, Node, str]]:
        """What stands before each name, the node, and what stands before lines under it."""
        tee, corner, bar, space = _GLYPHS[self.out.unicode]
        stack = [(lead, node, below)]
        while stack:
            lead, node, below = stack.pop()
            yield lead, node, below + (bar if node.children else space)
            last = len(node.children) - 1
            for i in range(last, -1, -1):
                end = i == last
                stack.append(
                    (
                        below + (corner if end else tee),
                        node.children[i],
                        below + (space if end else bar),
                    )
                )

    def _name(self, node: Node) -> str:
        return printable(node.name) + ("/" if node.kind == "group" and node.name != "/" else "")

    def _cells(self, node: Node) -> list[str]:
        """Shape, type, storage, filters, sizes."""
        if node.kind != "dataset" or node.same_as is not None:
            return [""] * 5
        storage, size = "", ""
        if node.storage is not None:
            storage = node.storage.layout
            if node.chunks is not None:
                storage += f" {shape_words(node.chunks)}"
            size = self._size(node)
        # What comes before the part that could not be read is known.
        shape = shape_words(node.shape) if node.dtype or node.shape is not None else ""
        return [shape, _fit(node.dtype), storage, ", ".join(node.filters), size]

    def _size(self, node: Node) -> str:
        storage = node.storage
        if storage is None or storage.stored is None:
            return ""
        stored, logical = size_words(storage.stored), size_words(storage.logical)
        if storage.stored == storage.logical:
            return stored
        times = "×" if self.out.unicode else "x"
        ratio = f" ({storage.ratio:.3g}{times})" if storage.ratio else ""
        return f"{stored} of {logical}{ratio}"

    def _row(self, lead: str, node: Node, cells: list[str], indent: int, widths: list[int]) -> str:
        out = self.out
        name = self._name(node)
        style = {"unreadable": "bad"}.get(
            node.kind, node.kind if node.kind != "datatype" else "type"
        )
        text = out.style("dim", lead) + out.style(style, name)
        if node.target is not None:
            return f"{text} {out.style('link', '-> ' + printable(node.target))}"
        if node.same_as is not None:
            return f"{text} {out.style('link', '= ' + printable(node.same_as))}"
        tail = []
        if node.kind == "dataset":
            padding = " " * (indent - len(lead) - len(name))
            columns = [
                out.style("type" if i == 1 else "dim", cell) + " " * (width - len(cell))
                for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
                if width
            ]
            text += padding + "  " + "  ".join(columns)
        elif node.kind == "datatype":
            tail.append(f"datatype {out.style('type', _fit(node.dtype))}")
        if node.attribute_count:
            tail.append(out.style("dim", plural(node.attribute_count, "attribute")))
        if node.error is not None:
            tail.append(out.style("bad", f"! {printable(node.error)}"))
        return "  ".join([text, *tail])

    def _below(self, node: Node) -> Iterator[str]:
        """Lines under a node: with --long its details, with --attributes these."""
        if self.long:
            yield from (self.out.style("dim", detail) for detail in node.details)
        for name, value in (node.attributes or {}).items():
            text = self.values.line(value)
            shown = text if self.long or len(text) <= 72 else text[:69] + "..."
            yield f"@{printable(name)} = {self.out.style('value', shown)}"
