"""An HDF5 file seen as netCDF-4: groups with dimensions, variables and attributes.

What the attributes of dimension scales mean is said in netCDF-4's file format specification
and in that of the HDF5 dimension scales; where files go beyond both, this follows h5netcdf.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..api import Dataset, Datatype, File, Group
from ..datatype.metadata import check_enum_dtype
from ..datatype.reference import Reference
from ..errors import LinkNotFoundError, PureHDFError
from ..lazy import lazy_property
from ..walk.need import result_of
from .attributes import Attributes, read_attributes
from .dimensions import Dimension, Numbering, PhonyDims, phony_dimensions

__all__ = ["NetCDFGroup", "Variable", "open_netcdf"]

_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable"
_RENAMED = "_nc4_non_coord_"  # netCDF's prefix for a variable that only looks like a coordinate


class Member(NamedTuple):
    """A dataset of a group under the name of its link, and its attributes."""

    name: str
    dataset: Dataset
    attributes: Attributes


@dataclass(frozen=True)
class Variable:
    """A variable: its ``shape`` is that of its dimensions, which may be more than is stored."""

    path: str
    dimensions: tuple[str, ...]
    shape: tuple[int, ...]
    dataset: Dataset
    attributes: Attributes
    enum_name: str | None = None


class NetCDFGroup:
    """A group: its datasets are read at once, those of its subgroups when they are asked for."""

    def __init__(
        self, group: Group, path: str, numbering: Numbering, parent: NetCDFGroup | None = None
    ) -> None:
        self.group = group
        self._numbering = numbering
        self.path = path
        self.parent = parent
        self._children: dict[str, NetCDFGroup] = {}
        objects = dict(_objects(group))
        self._subgroups = {k: v for k, v in objects.items() if isinstance(v, Group)}
        self._types = {k: v for k, v in objects.items() if isinstance(v, Datatype)}
        datasets = {k: v for k, v in objects.items() if isinstance(v, Dataset)}
        found = read_attributes([*datasets.values()])
        self._members = [
            Member(name, dataset, result_of(attributes))
            for (name, dataset), attributes in zip(datasets.items(), found, strict=True)
        ]
        # Of several links to one dataset the first by name counts, as where libhdf5 looks it up.
        self._by_address = {m.dataset.ref.address: m for m in self._by_name()}
        self.dimensions = {dim.name: dim for dim in self._dimensions()}
        self.all_dimensions: ChainMap[str, Dimension] = (
            ChainMap(self.dimensions)
            if parent is None
            else parent.all_dimensions.new_child(self.dimensions)
        )

    # -- groups

    @property
    def groups(self) -> Iterator[tuple[str, NetCDFGroup]]:
        """Names and subgroups, in the order of the file."""
        return ((name, self.child(name)) for name in self._subgroups)

    def child(self, name: str) -> NetCDFGroup:
        """The subgroup `name`.  Raises KeyError if there is none."""
        if name not in self._children:
            path = f"{self.path.rstrip('/')}/{name}"
            self._children[name] = NetCDFGroup(self._subgroups[name], path, self._numbering, self)
        return self._children[name]

    def descend(self, path: str) -> NetCDFGroup:
        """The group at `path` below this one.  Raises OSError if there is none."""
        group = self
        for name in filter(None, path.split("/")):
            try:
                group = group.child(name)
            except KeyError:
                raise OSError(f"group not found: {name}") from None
        return group

    def walk(self) -> Iterator[NetCDFGroup]:
        """This group and all below it, each before those inside it."""
        yield self
        for _, group in self.groups:
            yield from group.walk()

    # -- dimensions

    def _dimensions(self) -> Iterator[Dimension]:
        real = [self._dimension(m) for m in self._members if m.attributes.is_scale]
        yield from real
        bare = (m.dataset.shape or () for m in self._members if not _has_dimensions(m))
        yield from phony_dimensions(real, bare, self._numbering)

    def _dimension(self, member: Member) -> Dimension:
        number = member.attributes.get("_Netcdf4Dimid", self._numbering.next_real())
        size = (member.dataset.shape or (0,))[0]
        unlimited = member.dataset.maxshape == (None,)
        if unlimited:  # variables along it may reach beyond its scale
            entries = member.attributes.get("REFERENCE_LIST")
            for reference, axis in () if entries is None else entries:
                shape = self._target(reference).shape or ()
                size = max([size, *shape[axis : axis + 1]])
        return Dimension(member.name, size, int(number), unlimited)

    def _target(self, reference: Reference) -> Any:
        member = self._by_address.get(reference.address)
        return self.group.file[reference] if member is None else member.dataset

    def _by_name(self) -> list[Member]:
        return sorted(self._members, key=lambda member: member.name, reverse=True)

    # -- variables

    def variables(self, dropped: frozenset[str] = frozenset()) -> Iterator[tuple[str, Variable]]:
        """Names and variables, without those of `dropped`."""
        for member in self._members:
            name = member.name.replace(_RENAMED, "")
            if name not in dropped and not member.attributes.text("NAME").startswith(_NO_VARIABLE):
                yield name, self._variable(member)

    def _variable(self, member: Member) -> Variable:
        own_shape = member.dataset.shape or ()
        dimensions = self._names(member)
        known = self.all_dimensions
        shape = tuple(
            known[name].size if name in known else size
            for name, size in zip(dimensions, own_shape, strict=True)
        )
        path = f"{self.path.rstrip('/')}/{member.name}"
        enum = self._enum_name(member.dataset)
        return Variable(path, dimensions, shape, member.dataset, member.attributes, enum)

    def _names(self, member: Member) -> tuple[str, ...]:
        """The names of the dimensions of a dataset."""
        numbers = member.attributes.get("_Netcdf4Coordinates")
        if numbers is not None and member.attributes.is_scale:
            return tuple(self._by_number[number] for number in numbers.tolist())
        if _is_labelled(member):
            # Of several scales for one axis the last one counts, as in netCDF's own library.
            lists = member.attributes.get("DIMENSION_LIST")
            return tuple(self._name(references[-1]) for references in lists)
        if member.dataset.ndim == 1 and member.name in self.all_dimensions:
            return (member.name,)
        return tuple(self._by_length(member.dataset.shape or ()))

    @lazy_property
    def _by_number(self) -> dict[int | None, str]:
        return {dim.number: name for name, dim in self.all_dimensions.items()}

    def _name(self, reference: Reference) -> str:
        here: NetCDFGroup | None = self
        while here is not None:
            if (member := here._by_address.get(reference.address)) is not None:
                return member.name
            here = here.parent
        name: str = self.group.file[reference].name
        return name.rpartition("/")[2]

    def _by_length(self, shape: tuple[int, ...]) -> Iterator[str]:
        used: Counter[int] = Counter()
        for size in shape:
            names = [dim.name for dim in self.dimensions.values() if dim.size == size]
            yield names[used[size]]
            used[size] += 1

    # -- enumerations

    def _enum_name(self, dataset: Dataset) -> str | None:
        """The name of the committed datatype that is the dataset's enumeration."""
        values = check_enum_dtype(dataset.dtype)
        here: NetCDFGroup | None = self
        while here is not None and values is not None:
            for name, known in here._types.items():
                if known.dtype == dataset.dtype and check_enum_dtype(known.dtype) == values:
                    return name
            here = here.parent
        return None


def open_netcdf(file: File, mode: PhonyDims) -> NetCDFGroup:
    """Return the root group of a file; `mode` says how phony dimensions are numbered."""
    root = NetCDFGroup(file, "/", Numbering(mode))
    if mode == "sort":  # numbers are given in the order of the file, not of what is asked for
        for _ in root.walk():
            pass
    return root


def _objects(group: Group) -> Iterator[tuple[str, Any]]:
    """The members of a group; links that lead nowhere are passed over."""
    for name, found in group.members():
        if isinstance(found, LinkNotFoundError):
            continue
        if isinstance(found, PureHDFError):
            raise found
        yield name, found


def _has_dimensions(member: Member) -> bool:
    """Whether the file says what the dimensions are."""
    attributes = member.attributes
    if attributes.is_scale:
        return member.dataset.ndim < 2 or attributes.get("_Netcdf4Coordinates") is not None
    return _is_labelled(member)


def _is_labelled(member: Member) -> bool:
    """Whether each axis has a scale.  Raises ValueError if only some have."""
    lists = member.attributes.get("DIMENSION_LIST")
    if lists is None:
        return False
    labelled = {len(references) > 0 for references in lists}
    if len(labelled) > 1:
        raise ValueError(f"{member.dataset.name}: some axes have a dimension scale, others none")
    return True in labelled
