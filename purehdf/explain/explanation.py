"""One byte in words: its field, the structures around it, the object it belongs to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ..errors import PureHDFError
from ..format.messages import MESSAGES
from ..format.recording import Field
from ..limits import DEFAULT_LIMITS, Limits
from .byte_map import ByteMap, Hit, byte_map
from .elements import element_at, element_value
from .regions import RawData, Region, base_name
from .values import is_address, value_in_words

__all__ = ["Explanation", "Part", "explain", "explain_byte"]

_RAW_BYTES = 256  # of a field, that an explanation carries


class Part(NamedTuple):
    """Something around a field: bytes ``start`` to ``stop``, and the section that defines it."""

    title: str
    start: int
    stop: int
    section: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the byte at file offset ``offset`` is.

    Attributes
    ----------
    kind : str
        "structure", "raw data", "user block" or "gap".
    field, value : str
        The innermost field that holds the byte, and its value in words.
    start, stop : int
        File offsets of that field.
    section : str
        The section of the specification that defines it.
    chain : tuple of Part
        What the field lies in, the innermost first.
    paths : tuple of str
        All paths of the objects that it belongs to.
    raw : bytes
        The bytes of the field, at most 256 of them.
    notes : tuple of str
        More that is known, for example what an address leads to.
    """

    offset: int
    kind: str
    field: str
    value: str
    start: int
    stop: int
    section: str
    chain: tuple[Part, ...] = ()
    paths: tuple[str, ...] = ()
    raw: bytes = b""
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON holds it; bytes are hexadecimal digits."""
        found = asdict(self)
        found["raw"] = self.raw.hex()
        found["chain"] = [part._asdict() for part in self.chain]
        return found

    def __str__(self) -> str:
        value = f" = {self.value}" if self.value else ""
        parts = [f"{part.title} ({part.section})" for part in self.chain]
        of = [", ".join(self.paths)] if self.paths else []
        return " < ".join([f"byte {self.offset:#x}: {self.field}{value}", *parts, *of])


def explain(target: Any, offset: int, *, limits: Limits = DEFAULT_LIMITS) -> Explanation:
    """Say what the byte at file offset `offset` is.

    `target` is whatever ``purehdf.File`` takes, or a File that is open.  For many bytes
    of one file, make a :func:`byte_map` once and use :func:`explain_byte`.

    Raises
    ------
    ValueError
        The file has no such byte.
    SignatureError
        The target is not an HDF5 file.
    """
    with byte_map(target, limits=limits) as found:
        return explain_byte(found, offset)


def explain_byte(map: ByteMap, offset: int) -> Explanation:
    """Say what the byte at file offset `offset` is, by a map of the file."""
    if not 0 <= offset < map.size:
        raise ValueError(f"no byte {offset:#x}: the file has {map.size:#x} ({map.size}) bytes")
    hits = map.at(offset)
    if not hits:
        return _unclaimed(map, offset)
    inner = hits[0]
    chain = [hit for hit in hits if hit.start <= inner.start and hit.stop >= inner.stop]
    found = _raw_data(map, chain, offset) if isinstance(inner.what, RawData) else None
    if found is None:
        found = _field(map, chain, offset)
    notes = [f"also claimed by: {hit.title}" for hit in hits if hit not in chain]
    return _with(map, found, notes)


def _with(map: ByteMap, found: Explanation, notes: list[str]) -> Explanation:
    """Add the bytes, and what is wrong with them."""
    overlay = map.survey.overlay
    if overlay is not None and any(overlay.over(found.start, found.stop)):
        notes.append("not what is read: the metadata cache image has this structure, and it counts")
    notes += [str(e) for e in map.problems if e.offset is not None and _about(found, e)]
    values = {name: getattr(found, name) for name in Explanation.__slots__}
    stop = min(found.stop, found.start + _RAW_BYTES)
    values["raw"] = map.read(found.start, stop)
    values["notes"] = (*found.notes, *notes)
    return Explanation(**values)


def _about(found: Explanation, error: PureHDFError) -> bool:
    start, stop = found.start, found.stop
    if found.kind == "structure":
        start, stop = found.chain[0].start, found.chain[0].stop
    return error.offset is not None and start <= error.offset < stop


# -- bytes that no structure claims


def _unclaimed(map: ByteMap, offset: int) -> Explanation:
    if offset < map.base_address:
        found = Explanation(
            offset,
            "user block",
            "user block",
            f"byte {offset} of {map.base_address} before the superblock, which belong to the user",
            0,
            map.base_address,
            "II.A",
        )
        return _with(map, found, [])
    start, stop = next((a, b) for a, b in map.gaps() if a <= offset < b)
    notes = _neighbours(map, start, stop)
    end = map.survey.superblock.end_of_file_address if map.survey.superblock else None
    if end is not None and start >= end:
        notes.append("after the end of the file that the superblock states")
    field = "unaccounted for"
    value = "no structure that was reached claims this byte"
    notes += [f"not reached: {e}" for e in map.problems if e.offset is None]
    return _with(map, Explanation(offset, "gap", field, value, start, stop, ""), notes)


def _neighbours(map: ByteMap, start: int, stop: int) -> list[str]:
    notes = []
    for word, place in (("before", start - 1), ("after", stop)):
        hits = map.at(place) if 0 <= place < map.size else []
        if hits:
            of = f" of {hits[-1].paths[0]}" if hits[-1].paths else ""
            notes.append(f"{word} it: {hits[-1].title}{of}")
    return notes


# -- bytes of structures and of raw data


def _raw_data(map: ByteMap, chain: list[Hit], offset: int) -> Explanation:
    inner = chain[0]
    raw = inner.what
    if not isinstance(raw, RawData):
        raise TypeError("not raw data")
    element = element_at(raw, inner.row, offset, map.survey.reader(), map.source)
    parts = [Part(inner.title, inner.start, inner.stop, raw.section)]
    if element.start == inner.start and element.stop == inner.stop and not element.value:
        parts = []
    parts += _parts(map, chain[1:], offset)
    return Explanation(
        offset,
        "raw data",
        element.name,
        element.value,
        element.start,
        min(element.stop, map.size),
        raw.section,
        tuple(parts),
        inner.paths,
        notes=element.notes,
    )


def _field(map: ByteMap, chain: list[Hit], offset: int) -> Explanation:
    region = chain[0].what
    if not isinstance(region, Region):
        raise TypeError("not a structure")
    field = region.field_at(offset) or _hole(region, offset)
    field = _rest(map, chain[0], field, offset)
    section = field.section or region.section
    return Explanation(
        offset,
        "structure",
        field.name,
        _value(map, region, field, section),
        field.offset,
        field.offset + field.length,
        section,
        tuple(_parts(map, chain, offset)),
        chain[0].paths,
        notes=tuple(_notes(map, region, field)),
    )


def _hole(region: Region, offset: int) -> Field:
    start, stop = next((a, b) for a, b in region.holes() if a <= offset < b)
    return Field("unused bytes", start, stop - start, None, region.title, region.section)


def _rest(map: ByteMap, hit: Hit, field: Field, offset: int) -> Field:
    """Of a field with structures inside, none of which holds the byte: the part between them."""
    end = field.offset + field.length
    inside = [h for h in map.inside(field.offset, end) if h.stop - h.start < hit.stop - hit.start]
    if not inside:
        return field
    start = max([h.stop for h in inside if h.stop <= offset], default=field.offset)
    stop = min([h.start for h in inside if h.start > offset], default=end)
    if (start, stop) == (field.offset, end):
        return field
    return field._replace(
        name=f"rest of the {field.name}", offset=start, length=stop - start, value=None
    )


def _value(map: ByteMap, region: Region, field: Field, section: str) -> str:
    datatype = region.owner.datatype
    if field.name == "fill value" and datatype is not None and datatype.size == field.length:
        return element_value(datatype, field.value, map.survey.reader(), map.source)
    return value_in_words(field, section, map.survey.context)


def _parts(map: ByteMap, chain: list[Hit], offset: int) -> list[Part]:
    parts = []
    for hit in chain:
        if isinstance(hit.what, Region):
            parts += _within(hit.what, offset)
        parts.append(Part(hit.title, hit.start, hit.stop, hit.what.section))
    return parts


# Structure -> the field that begins each of its items, and the one that ends it.
_ITEMS = {
    "object header": ("message type", "message"),
    "object header continuation block": ("message type", "message"),
    "global heap collection": ("heap object index", "object data"),
}


def _within(region: Region, offset: int) -> list[Part]:
    """The message of a header, or the object of a heap, that holds the byte."""
    if region.title not in _ITEMS:
        return []
    first, last = _ITEMS[region.title]
    heads = [field for field in region.fields() if field.name == first]
    ends = [(f.offset, f.offset + f.length) for f in region.fields() if f.name == last]
    number = sum(field.offset <= offset for field in heads)
    if not number:
        return []
    head = heads[number - 1]
    limit = heads[number].offset if number < len(heads) else region.stop
    stop = max((end for start, end in ends if head.offset < start <= limit), default=0)
    if not head.offset <= offset < stop:
        return []
    if first == "heap object index":
        return [Part(f"object {head.value}", head.offset, stop, "III.E")]
    kind = MESSAGES.get(head.value)
    title = f"message {number} of {len(heads)}, {kind.title if kind else f'type {head.value:#x}'}"
    return [Part(title, head.offset, stop, kind.section if kind else "IV.A.2")]


def _notes(map: ByteMap, region: Region, field: Field) -> list[str]:
    notes = []
    if is_address(field) and isinstance(field.value, int):
        place = field.value + map.base_address
        starts = [hit for hit in map.at(place) if hit.start == place]
        if starts:
            of = f" of {starts[-1].paths[0]}" if starts[-1].paths else ""
            notes.append(f"leads to: {starts[-1].title}{of}")
    row = {base_name(f.name): f.value for f in region.row_at(field.offset)}
    if "link name offset" in row:
        name = region.owner.heap_names.get(row["link name offset"])
        if name:
            notes.append(f"link {name.decode('utf-8', 'backslashreplace')!r}")
    corner = [value for name, value in row.items() if name.startswith("chunk offset")]
    if corner:
        notes.append(f"chunk that begins at element {corner[:-1]}")
    return notes
