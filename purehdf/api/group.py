"""Groups: mappings from names to objects."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from ..datatype.reference import Reference
from ..errors import LinkNotFoundError, PureHDFError, UnsupportedError
from ..format.messages.link import HardTarget, LinkTarget
from ..lazy import lazy_property
from ..session import Session
from ..walk.datasets import is_dataset, is_datatype
from ..walk.groups import group_links, is_group
from ..walk.headers import ObjectHeader, object_header, object_headers
from ..walk.need import gather, result_of, together
from ..walk.paths import find_link, locate
from ..walk.reader import Reader
from .dataset import Dataset
from .datatype import Datatype
from .links import link_of
from .mapping_views import GroupItems, GroupValues, Names
from .objects import HDFObject

if TYPE_CHECKING:
    from ..index.chunk_table import ChunkTable

__all__ = ["Group", "make_object"]

_TOGETHER = 1024  # children whose headers are read side by side


class Group(HDFObject, Mapping[str, Any]):
    """A group, read-only: ``group[path]``, iteration over names, ``in``, ``len``, ``get``.

    Names come in the order of creation where the file keeps it, else sorted.  The links
    are read when they are first asked for, the objects they lead to when each is.
    """

    @lazy_property
    def _links(self) -> Mapping[str, LinkTarget]:
        return self._session.run(group_links(self._session.reader, self._header), self._name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._links)

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self._links))

    def __len__(self) -> int:
        return len(self._links)

    def __getitem__(self, name: str | bytes | Reference) -> Any:
        if isinstance(name, Reference):
            return self._dereference(name)
        path = _path(name)
        where = _joined(self.name, path)
        walk = _open(self._session, self._header.address, path)
        return self._child(where, self._session.run(walk, where))

    def __contains__(self, name: object) -> bool:
        """Whether `name` is a link here, wherever it leads; a path must lead to its last link."""
        if not isinstance(name, str | bytes):
            return False
        try:
            self._link(_path(name))
        except (LinkNotFoundError, UnsupportedError):
            return False
        return True

    def _link(self, path: str) -> LinkTarget:
        session = self._session
        walk = find_link(session.reader, self._header.address, path)
        return session.run(walk, _joined(self.name, path))

    def _dereference(self, reference: Reference) -> Any:
        address, session = reference.address, self._session
        if address is None:
            raise ValueError("a null reference leads nowhere")
        reader = session.reader
        if reference.file is not None:
            reader = session.run(session.open_hdf5(reference.file))
        header = session.run(object_header(reader, address))
        return self._child("", (reader, header), named=False)

    def get(
        self, name: str, default: Any = None, *, getclass: bool = False, getlink: bool = False
    ) -> Any:
        """Return the object `name`, or `default` if there is none.

        With `getclass` its class instead; with `getlink` a ``HardLink``, ``SoftLink`` or
        ``ExternalLink`` (with both, the link's class).
        """
        try:
            found = link_of(self._link(_path(name))) if getlink else self[name]
        except LinkNotFoundError:
            return default
        return type(found) if getclass else found

    def keys(self) -> Names:
        """The names."""
        return Names(self)

    def items(self) -> GroupItems:
        """Pairs of name and object; the headers of many children are read side by side."""
        return GroupItems(self)

    def values(self) -> GroupValues:
        """The objects; the headers of many children are read side by side."""
        return GroupValues(self)

    def members(self) -> Iterator[tuple[str, Any]]:
        """Pairs of name and object, or the ``PureHDFError`` that says why there is none.

        The headers of many children are read side by side.  Raises only where the group's
        own list of links cannot be read.
        """
        for name, found in self._child_headers(self._links):
            try:
                yield name, self._child(name, found)
            except PureHDFError as error:
                yield name, error

    def chunk_tables(self) -> dict[str, ChunkTable]:
        """Return name -> :class:`purehdf.ChunkTable` of each chunked dataset in this group.

        The indexes of all of them are read side by side: over a network that takes about as
        many round trips as one does.
        """
        from ..index.chunk_index import chunk_tables

        found = {name: each for name, each in self.items() if isinstance(each, Dataset)}
        files: dict[Reader, dict[str, Dataset]] = {}
        for name, each in found.items():
            if each.chunks is not None:
                files.setdefault(each._session.reader, {})[name] = each
        walk = together(
            chunk_tables(reader, [each._record for each in some.values()])
            for reader, some in files.items()
        )
        tables = dict(
            zip(chain(*files.values()), chain(*self._session.run(walk, self._name)), strict=True)
        )
        return {name: tables[name] for name in found if name in tables}

    def _children(self) -> Iterator[tuple[str, Any]]:
        """Names with objects; an object that cannot be opened raises in its turn.

        As in h5py there is None for a link that leads nowhere.
        """
        for name, found in self._child_headers(self._links):
            yield name, None if isinstance(found, LinkNotFoundError) else self._child(name, found)

    def _child_headers(self, names: Iterable[str]) -> Iterator[tuple[str, Found | Exception]]:
        """Names with headers, many at a time."""
        names = iter(names)
        session, links = self._session, self._links
        while some := list(islice(names, _TOGETHER)):
            walk = _follow(session, self._header.address, {name: links[name] for name in some})
            yield from zip(some, session.run(walk, self._name), strict=True)

    def _child(self, name: str, found: Found | Exception, *, named: bool = True) -> Any:
        """The object that was found by `name`; not `named`: by a reference."""
        where = _joined(self.name, name) if named else None
        if isinstance(found, PureHDFError):
            raise found.locate(path=where)
        if isinstance(found, Exception):
            raise found
        reader, header = found
        if reader is self._session.reader:
            return make_object(self._session, header, where)
        other = reader.opener  # the session of another file
        if not isinstance(other, Session):
            raise TypeError("a reader that no session has made")
        return make_object(other, header, None)

    def visit(self, func: Callable[[str], Any]) -> Any:
        """Call ``func(path)`` for each object below, once; stop when it returns not None."""
        return self.visititems(lambda name, _: func(name))

    def visititems(self, func: Callable[[str, Any], Any]) -> Any:
        """Call ``func(path, object)`` for each object below, once; stop when it returns not None.

        Paths are relative to this group; only hard links are followed, in the order of
        their names.
        """
        seen = {self._header.address}
        for path, _, found in self._below():
            if found is None:
                continue
            child = self._child(path, found)
            if child._header.address in seen:
                continue
            seen.add(child._header.address)
            answer = func(path, child)
            if answer is not None:
                return answer
        return None

    def visit_links(self, func: Callable[[str], Any]) -> Any:
        """Call ``func(path)`` for each link below; stop when it returns not None."""
        return self.visititems_links(lambda path, _: func(path))

    def visititems_links(self, func: Callable[[str, Any], Any]) -> Any:
        """Call ``func(path, link)`` for each link below; stop when it returns not None.

        Links are what ``get(path, getlink=True)`` gives.  None is followed but hard ones, and
        what a group holds is visited once, whatever number of links leads to it.
        """
        for path, target, _ in self._below():
            answer = func(path, link_of(target))
            if answer is not None:
                return answer
        return None

    def _below(self) -> Iterator[tuple[str, LinkTarget, Found | Exception | None]]:
        """Path, target and, of a hard link, header: of all links below, in the order of names."""
        entered = {self._header.address}
        stack = [("", self._sorted_links())]
        while stack:
            base, links = stack[-1]
            for name, target, found in links:
                path = base + name
                yield path, target, found
                if isinstance(found, tuple) and is_group(found[1]):
                    address = found[1].address
                    if address not in entered:
                        entered.add(address)
                        group = Group(self._session, found[1], None)
                        stack.append((path + "/", group._sorted_links()))
                        break
            else:
                stack.pop()

    def _sorted_links(self) -> Iterator[tuple[str, LinkTarget, Found | Exception | None]]:
        links = sorted(self._links.items())
        headers = self._child_headers(name for name, to in links if isinstance(to, HardTarget))
        for name, target in links:
            yield name, target, next(headers)[1] if isinstance(target, HardTarget) else None

    def __repr__(self) -> str:
        if not self:
            return "<Closed HDF5 group>"
        try:
            members = f"{len(self)} members"
        except PureHDFError as error:
            members = f"unreadable: {error.reason}"
        return f'<HDF5 group "{self.name}" ({members})>'


def make_object(session: Session, header: ObjectHeader, name: str | None) -> Any:
    """Return the Group, Dataset or Datatype whose header is `header`."""
    if is_group(header):
        return Group(session, header, name)
    if is_dataset(header):
        return Dataset(session, header, name)
    if is_datatype(header):
        return Datatype(session, header, name)
    raise UnsupportedError(
        "an object that is neither a group, nor a dataset, nor a datatype",
        structure="object header",
        section="IV.A.1",
        offset=session.base_address + header.address,
        path=name,
    )


Found = tuple[Reader, ObjectHeader]


async def _open(session: Session, start: int, path: str) -> Found:
    found = await locate(session.reader, start, path)
    return found.reader, await object_header(found.reader, found.address)


async def _follow(
    session: Session, group: int, links: Mapping[str, LinkTarget]
) -> list[Found | Exception]:
    """Where the links of a group lead, all side by side."""
    hard = {name: to.address for name, to in links.items() if isinstance(to, HardTarget)}
    others = [name for name in links if name not in hard]
    walks: list[Coroutine[Any, Any, Any]] = [
        object_headers(session.reader, list(hard.values())),
        *(_open(session, group, name) for name in others),
    ]
    headers, *rest = await gather(walks)
    found: dict[str, Found | Exception] = dict(zip(others, rest, strict=True))
    for name, header in zip(hard, result_of(headers), strict=True):
        found[name] = header if isinstance(header, Exception) else (session.reader, header)
    return [found[name] for name in links]


def _path(name: str | bytes) -> str:
    if isinstance(name, bytes):
        return name.decode("utf-8", "surrogateescape")
    if isinstance(name, str):
        if not name:
            raise LinkNotFoundError("an empty name")
        return name
    raise TypeError(f"a path or a reference is wanted, not {type(name).__name__}")


def _joined(base: str, path: str) -> str:
    """The absolute path of `path` as seen from the group at `base`."""
    if "/" not in path and path not in ("", "."):
        return f"{base.rstrip('/')}/{path}"
    start = "" if path.startswith("/") else base
    parts = [part for part in f"{start}/{path}".split("/") if part not in ("", ".")]
    return "/" + "/".join(parts)
