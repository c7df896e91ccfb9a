"""``purehdf dump``: all there is to know of one object, and its values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..api.dataset import Dataset
from ..api.datatype import Datatype
from ..api.file import File
from ..api.group import Group
from ..api.links import HardLink, SoftLink
from ..api.objects import HDFObject
from ..errors import PureHDFError
from .output import Output, printable
from .values import Values, corners
from .words import Storage, dtype_words, filter_words, plural, shape_words, size_words, storage_of

__all__ = ["dump_object"]


def dump_object(
    out: Output,
    target: str,
    path: str,
    *,
    selection: tuple[Any, ...] | None,
    full: bool,
    recursive: bool,
    json: bool,
) -> int:
    """Print one object, or with `recursive` all below it; return 1 if a part was unreadable."""
    with File(target) as file:
        found = file[path]
        if selection is not None and not isinstance(found, Dataset):
            raise ValueError(f"{path} is no dataset: there is nothing to select from")
        values = Values(file, out.width - 4)  # lines begin with 4 spaces
        dumper = _Dumper(out, values, selection, full)
        objects: list[HDFObject] = [found]
        if recursive and isinstance(found, Group):
            objects += dumper.below(found)
        if json:
            everything = [dumper.as_dict(each) for each in objects]
            out.json(everything if recursive else everything[0])
        else:
            for i, each in enumerate(objects):
                if i:
                    out.line()
                dumper.print(each)
    return int(dumper.failed)


class _Dumper:
    def __init__(
        self, out: Output, values: Values, selection: tuple[Any, ...] | None, full: bool
    ) -> None:
        self.out = out
        self.values = values
        self.selection = selection
        self.full = full
        self.failed = False

    def below(self, group: Group) -> list[HDFObject]:
        """All objects below a group, each once."""
        found: dict[HDFObject, None] = {group: None}
        level: list[Group] = [group]
        while level:
            below: list[Group] = []
            for each in level:
                for child in self._children(each):
                    if child not in found:
                        found[child] = None
                        below += [child] if isinstance(child, Group) else []
            level = below
        return sorted(list(found)[1:], key=lambda each: each.name)

    def _children(self, group: Group) -> Iterator[HDFObject]:
        try:
            for name, child in group.members():
                if not isinstance(group.get(name, getlink=True), HardLink):
                    continue
                if isinstance(child, PureHDFError):
                    self.failed = True  # the group's own list of children says why
                else:
                    yield child
        except PureHDFError:
            self.failed = True

    # -- text

    def print(self, found: HDFObject) -> None:
        """Print an object: what it is, its attributes, then its values or its children."""
        kind = "group" if isinstance(found, Group) else type(found).__name__.lower()
        style = self.out.style
        style_of = {"datatype": "type"}.get(kind, kind)
        self.out.line(f"{style(style_of, printable(found.name))}  {kind}")
        if isinstance(found, Dataset):
            self._guard(lambda: self._fields(_dataset_fields(found, self.values)))
        elif isinstance(found, Datatype):
            self._guard(lambda: self._fields([("dtype", dtype_words(found.dtype, full=True))]))
        self._guard(lambda: self._print_attributes(found))
        if isinstance(found, Dataset):
            self._guard(lambda: self._print_values(found))
        elif isinstance(found, Group):
            self._guard(lambda: self._print_children(found))

    def _guard(self, action: Any) -> None:
        try:
            action()
        except PureHDFError as error:
            self._bad(error)

    def _bad(self, error: PureHDFError, lead: str = "  ") -> None:
        self.failed = True
        self.out.line(lead + self.out.style("bad", f"! {printable(str(error))}"))

    def _fields(self, fields: Any) -> None:
        for name, value in fields:
            self.out.line(f"  {self.out.style('dim', f'{name:<11}')} {value}")

    def _print_attributes(self, found: HDFObject) -> None:
        attributes = found.attrs
        if not len(attributes):
            return
        self.out.line(f"  {self.out.style('dim', 'attributes')}")
        width = min(max(len(printable(name)) for name in attributes), 32)
        for name in attributes:
            label = f"    {printable(name):<{width}}  "
            try:
                text = self.values.text(attributes[name], full=self.full)
            except PureHDFError as error:
                self._bad(error, label)
            else:
                lines = text.splitlines()
                self.out.line(label + self.out.style("value", lines[0]))
                for line in lines[1:]:
                    self.out.line(" " * len(label) + self.out.style("value", line))

    def _print_values(self, dataset: Dataset) -> None:
        if dataset.shape is None:
            return
        label = "values" if self.selection is None else f"values of {_index_text(self.selection)}"
        value, cut = self._values(dataset)
        text = self.values.text(value, full=self.full, cut=cut)
        self.out.line(f"  {self.out.style('dim', label)}")
        for line in text.splitlines():
            self.out.line(f"    {line}")

    def _values(self, dataset: Dataset) -> tuple[Any, bool]:
        if self.selection is not None:
            return dataset[self.selection], False
        return (dataset[()], False) if self.full else corners(dataset)

    def _print_children(self, group: Group) -> None:
        self.out.line(f"  {self.out.style('dim', plural(len(group), 'member'))}")
        for name, child in group.members():
            link = group.get(name, getlink=True)
            if not isinstance(link, HardLink):
                target = link.path if isinstance(link, SoftLink) else repr(link)
                self.out.line(f"    {printable(name)} {self.out.style('link', f'-> {target}')}")
                continue
            if isinstance(child, PureHDFError):
                self._bad(child, f"    {printable(name)}  ")
                continue
            slash = "/" if isinstance(child, Group) else ""
            style = "group" if slash else "dataset"
            self.out.line(f"    {self.out.style(style, printable(name) + slash)}")

    # -- JSON

    def as_dict(self, found: HDFObject) -> dict[str, Any]:
        """An object as JSON has it, values in full."""
        kind = "group" if isinstance(found, Group) else type(found).__name__.lower()
        result: dict[str, Any] = {"path": found.name, "kind": kind, "attributes": {}}
        try:
            for name in found.attrs:
                result["attributes"][name] = self.values.json(found.attrs[name])
            if isinstance(found, Group):
                result["members"] = list(found)
            elif isinstance(found, Datatype):
                result["dtype"] = dtype_words(found.dtype, full=True)
            elif isinstance(found, Dataset):
                result |= _dataset_dict(found, self.values)
                whole = found[()] if self.selection is None else found[self.selection]
                result["values"] = self.values.json(whole)
        except PureHDFError as error:
            self.failed = True
            result["error"] = str(error)
        return result


def _index_text(selection: tuple[Any, ...]) -> str:
    words = []
    for part in selection:
        if isinstance(part, slice):
            bounds = [part.start, part.stop] + ([part.step] if part.step is not None else [])
            words.append(":".join("" if bound is None else str(bound) for bound in bounds))
        else:
            words.append("..." if part is Ellipsis else str(part))
    return f"[{', '.join(words)}]"


def _dataset_fields(dataset: Dataset, values: Values) -> Iterator[tuple[str, str]]:
    """Name and text of all that describes a dataset."""
    yield "shape", shape_words(dataset.shape)
    if dataset.maxshape != dataset.shape:
        yield "maxshape", shape_words(dataset.maxshape)
    yield from _dtype_fields(dataset)
    storage = storage_of(dataset)
    layout = storage.layout
    if dataset.chunks is not None:
        layout += f" {shape_words(dataset.chunks)}, {storage.chunk_index}"
        layout += f", {storage.chunks} of {plural(storage.grid or 0, 'chunk')} stored"
    yield "layout", layout
    for i, each in enumerate(dataset.filters):
        yield "filters" if not i else "", filter_words(each, full=True)
    if storage.stored is not None:
        yield "stored", _size_text(storage)
    yield "fill value", _fill_text(dataset, values)


def _size_text(storage: Storage) -> str:
    if storage.stored == storage.logical:
        return size_words(storage.logical)
    ratio = f", ratio {storage.ratio:.3g}" if storage.ratio else ""
    return f"{size_words(storage.stored or 0)} of {size_words(storage.logical)}{ratio}"


def _fill_text(dataset: Dataset, values: Values) -> str:
    fill = dataset._record.fill
    if fill.undefined:
        return "undefined"
    text = values.line(dataset.fillvalue)
    return text + ("" if fill.value is not None else " (default)")


def _dtype_fields(dataset: Dataset) -> Iterator[tuple[str, str]]:
    names = dataset.dtype.names
    if names is None:
        yield "dtype", dtype_words(dataset.dtype, full=True)
        return
    yield "dtype", f"compound of {dataset._record.datatype.size} bytes"
    for name in names:
        yield "", f"{printable(name)}: {dtype_words(dataset.dtype[name], full=True)}"


def _dataset_dict(dataset: Dataset, values: Values) -> dict[str, Any]:
    return {
        "shape": dataset.shape,
        "maxshape": dataset.maxshape,
        "dtype": dtype_words(dataset.dtype, full=True),
        "chunks": dataset.chunks,
        "storage": storage_of(dataset)._asdict(),
        "filters": [
            {"id": f.id, "name": filter_words(f), "parameters": list(f.parameters)}
            for f in dataset.filters
        ],
        "fill_value": values.json(dataset.fillvalue),
    }
