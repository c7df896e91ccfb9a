"""Everything that a reader sees in one file, facet by facet, in a form that can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from fixtures.expected import describe

__all__ = ["Failure", "Seen", "see"]

Errors = type[Exception] | tuple[type[Exception], ...]
Seen = dict[tuple[str, str], Any]  # (path of an object, facet) -> form

OBJECTS, WHOLE = 1000, 8 << 20  # objects of a file; bytes of a dataset that is read whole
REFERENCES = ("Reference", "RegionReference")


class Failure:
    """A facet that raised: what, and that is all."""

    def __init__(self, error: BaseException) -> None:
        self.error = f"{type(error).__name__}: {error}"

    def __repr__(self) -> str:
        return f"<{self.error}>"


def see(file: Any, expected: Errors) -> Seen:
    """Look at all objects that hard links reach; `expected` is what may be raised."""
    return dict(_objects(file["/"], expected))


def _objects(root: Any, expected: Errors) -> Iterator[tuple[tuple[str, str], Any]]:
    todo, known = [("/", root)], {root}
    for path, obj in todo:
        for facet, look in _facets(obj):
            yield (path, facet), _try(look, expected)
        if not hasattr(obj, "keys"):
            continue
        names = _try(lambda obj=obj: sorted(obj), expected)
        for name in () if isinstance(names, Failure) else names[: OBJECTS - len(todo)]:
            where = f"{path.rstrip('/')}/{name}"
            link = _try(lambda obj=obj, name=name: _link(obj, name), expected)
            yield (where, "link"), link
            if link == "hard":
                child = _try(lambda obj=obj, name=name: obj[name], expected)
                yield (where, "object"), child if isinstance(child, Failure) else _kind(child)
                if not isinstance(child, Failure) and child not in known:
                    known.add(child)
                    todo.append((where, child))


def _try(look: Callable[[], Any], expected: Errors) -> Any:
    try:
        return look()
    except expected as error:
        return Failure(error)


def _kind(obj: Any) -> str:
    return "dataset" if hasattr(obj, "chunks") else "group" if hasattr(obj, "keys") else "datatype"


def _link(group: Any, name: str) -> Any:
    link = group.get(name, getlink=True)
    if hasattr(link, "filename"):
        return "external", link.filename, link.path
    return ("soft", link.path) if hasattr(link, "path") else "hard"


def _facets(obj: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    kind = _kind(obj)
    if kind == "group":
        yield "names", lambda: sorted(obj)
    if kind == "datatype":
        yield "dtype", lambda: describe(obj.dtype)
    if kind == "dataset":
        yield from _dataset(obj)
    yield "attributes", lambda: sorted(obj.attrs)
    names = _try(lambda: list(obj.attrs), Exception)
    for name in () if isinstance(names, Failure) else names:
        yield f"@{name} type", lambda name=name: describe(obj.attrs.get_id(name).dtype)
        yield f"@{name}", lambda name=name: form(obj.attrs[name])


def _dataset(obj: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name in ("shape", "maxshape", "chunks", "compression", "shuffle", "fletcher32"):
        yield name, lambda name=name: getattr(obj, name)
    yield "dtype", lambda: describe(obj.dtype)
    yield "fillvalue", lambda: form(obj.fillvalue, fill=True)
    yield "values", lambda: _values(obj)


def _values(dataset: Any) -> Any:
    if dataset.shape is None or dataset.nbytes <= WHOLE:
        return form(dataset[()])
    corners = [(0,) * dataset.ndim, tuple(n - 1 for n in dataset.shape)]
    return [form(dataset[corner]) for corner in corners]


def form(value: Any, *, fill: bool = False) -> Any:
    """A value as plain data; references only say whether they are null.

    In `fill` values h5py has null pointers, None, for what is empty elsewhere.
    """
    kind = type(value).__name__
    if kind == "Empty":
        return "empty", describe(value.dtype)
    if fill and _is_null(value):
        return None
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    if isinstance(value, np.ndarray | np.generic) and not isinstance(value, bytes):
        return _array(np.asarray(value), fill)
    return (kind, bool(value)) if kind in REFERENCES else value


def _is_null(value: Any) -> bool:
    if type(value).__name__ in REFERENCES:
        return not value
    if isinstance(value, np.ndarray):
        return value.size == 0
    return value is None or (isinstance(value, bytes) and value == b"")


def _array(array: np.ndarray[Any, Any], fill: bool) -> Any:
    if array.dtype.names:
        return {name: _array(array[name], fill) for name in array.dtype.names}
    if array.dtype.kind == "O":
        items = repr([form(item, fill=fill) for item in array.flat])
        digest = hashlib.sha256(items.encode("utf-8", "backslashreplace"))
        return "objects", array.shape, digest.hexdigest()
    flat = np.frombuffer(array.tobytes(), "u1")
    if array.dtype.char in "gG" and np.finfo(np.longdouble).nmant == 63:  # six bytes mean nothing
        flat = flat.reshape(-1, 16)[:, :10]
    return array.dtype.str, array.shape, hashlib.sha256(flat.tobytes()).hexdigest()
