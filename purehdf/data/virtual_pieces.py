"""What the mappings of a virtual dataset say (III.F): names and regions, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..datatype.regions import Region, check_rank, select_region
from ..format.lattice import Lattice
from ..format.selection import HyperslabSelection, Selection
from ..format.virtual_mapping import VirtualMapping

__all__ = ["MappedPiece", "pieces", "source_names", "stop_of", "unlimited_axis"]


@dataclass(frozen=True, slots=True)
class MappedPiece:
    """What one source dataset provides: a region of the virtual dataset, and where from."""

    filename: str
    dataset: str
    virtual: Region
    source: Selection
    along: int | None  # the axis of the virtual region that has no limit

    def of(self, shape: tuple[int, ...]) -> Region:
        """The region of the source, of which only so much counts as the virtual one has."""
        axis = unlimited_axis(self.source)
        if axis is None or self.along is None or not isinstance(self.source, HyperslabSelection):
            return select_region(self.source, shape)
        axes = _axes(self.source, shape)
        axes[axis] = axes[axis].head((self.virtual.axes or ())[self.along].length)
        return _grid(axes)

    def limited(self, shape: tuple[int, ...]) -> MappedPiece:
        """The piece with no more of the virtual region than a source of `shape` provides."""
        axis = unlimited_axis(self.source)
        if axis is None or self.along is None or not isinstance(self.source, HyperslabSelection):
            return self
        axes = list(self.virtual.axes or ())
        axes[self.along] = axes[self.along].head(_axes(self.source, shape)[axis].length)
        return replace(self, virtual=_grid(axes))


def unlimited_axis(selection: Selection) -> int | None:
    """The axis along which a selection has no limit, if there is one."""
    if not isinstance(selection, HyperslabSelection):
        return None
    sizes = zip(selection.count, selection.block, strict=True)
    return next((i for i, (count, block) in enumerate(sizes) if None in (count, block)), None)


def pieces(mapping: VirtualMapping, shape: tuple[int, ...]) -> Iterator[MappedPiece]:
    """Yield what a mapping says of a virtual dataset of `shape`.

    A mapping whose names hold "%b" has a source for each block along its unlimited axis.
    """
    along = unlimited_axis(mapping.virtual)
    if along is None or not isinstance(mapping.virtual, HyperslabSelection):
        yield _piece(mapping, 0, select_region(mapping.virtual, shape), None)
        return
    check_rank(mapping.virtual, shape)
    if unlimited_axis(mapping.source) is not None:
        yield _piece(mapping, 0, _grid(_axes(mapping.virtual, shape)), along)
    else:
        for number in range(_block_count(mapping.virtual, along, shape[along])):
            one = _nth_block(mapping.virtual, along, number)
            yield _piece(mapping, number, select_region(one, shape), None)


def _axes(selection: HyperslabSelection, shape: tuple[int, ...]) -> list[Lattice]:
    check_rank(selection, shape)
    return [selection.along(i, n) for i, n in enumerate(shape)]


def _grid(axes: Sequence[Lattice]) -> Region:
    return Region(tuple(axis.length for axis in axes), tuple(axes))


def _piece(mapping: VirtualMapping, number: int, virtual: Region, along: int | None) -> MappedPiece:
    filename, dataset = source_names(mapping, number)
    return MappedPiece(filename, dataset, virtual, mapping.source, along)


def source_names(mapping: VirtualMapping, number: int) -> tuple[str, str]:
    """File and dataset of block `number`: "%b" stands for the number, "%%" for "%"."""
    names = (mapping.filename, mapping.dataset)
    file, dataset = (name.decode("utf-8", "surrogateescape") for name in names)
    return _formatted(file, number), _formatted(dataset, number)


def _formatted(name: str, number: int) -> str:
    return "%".join(part.replace("%b", str(number)) for part in name.split("%%"))


def _nth_block(selection: HyperslabSelection, axis: int, number: int) -> HyperslabSelection:
    """The selection with block `number` alone along `axis`."""
    start, count = list(selection.start), list(selection.count)
    start[axis] += number * selection.stride[axis]
    count[axis] = 1
    return selection.__replace__(start=tuple(start), count=tuple(count))


def _block_count(selection: HyperslabSelection, axis: int, extent: int) -> int:
    """Blocks that lie wholly inside an extent along `axis`."""
    room = extent - selection.start[axis] - (selection.block[axis] or 0)
    return 0 if room < 0 else room // selection.stride[axis] + 1


def stop_of(
    selection: HyperslabSelection, axis: int, slices: int, *, with_gap: bool = False
) -> int:
    """One past the last of the first `slices` positions along the unlimited axis.

    With the gap behind it, where those slices end a block: so far nothing is missing.
    """
    start, stride, block = selection.start[axis], selection.stride[axis], selection.block[axis]
    if slices == 0:
        return start if with_gap else 0
    if block is None or block == stride:
        return start + slices
    whole, rest = divmod(slices, block)
    if rest:
        return start + whole * stride + rest
    return start + (whole * stride if with_gap else (whole - 1) * stride + block)
