"""``purehdf explain``: what a byte is, and the map of all bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from warnings import catch_warnings, simplefilter

from ..api.file import File
from ..errors import FileStateWarning
from ..explain import ByteMap, Explanation, Span, byte_map, explain_byte
from .output import Output, printable
from .words import plural

__all__ = ["explain_bytes", "header_offset"]

_ROW = 16
_AROUND = 3  # rows before and after the byte


def explain_bytes(
    out: Output, target: str, offsets: Sequence[int], *, map: bool, nested: bool, json: bool
) -> int:
    """Explain each byte, then print the map if asked; return 1 if a part was unreadable."""
    with byte_map(target) as found:
        explained = [explain_byte(found, offset) for offset in offsets]
        if json:
            out.json(_as_dict(found, explained, map, nested))
        else:
            for i, each in enumerate(explained):
                if i:
                    out.line()
                _print_byte(out, found, each)
            if map:
                if explained:
                    out.line()
                _print_map(out, found, nested)
        return int(map and bool(found.problems))


def header_offset(target: str, path: str) -> int:
    """File offset of the header of the object at `path`.

    Raises ValueError if it lies in another file.
    """
    with catch_warnings():
        simplefilter("ignore", FileStateWarning)  # of a file at fault each byte is explained
        with File(target) as file:
            found = file[path]
            session = found._session
            if session is not file._session:
                raise ValueError(f"{path} lies in another file: explain {found.file.filename}")
            return int(session.base_address + found._header.address)


def _as_dict(
    found: ByteMap, explained: list[Explanation], map: bool, nested: bool
) -> dict[str, object]:
    result: dict[str, object] = {"size": found.size, "base_address": found.base_address}
    result["bytes"] = [each.as_dict() for each in explained]
    if map:
        result["map"] = [span._asdict() for span in found.spans(nested=nested)]
        result["problems"] = [str(error) for error in found.problems]
    return result


# -- one byte


def _print_byte(out: Output, found: ByteMap, each: Explanation) -> None:
    head = f"byte {each.offset:#x} ({each.offset})"
    of = "".join(f" of {printable(path)}" for path in each.paths[:1])
    out.line(out.style("title", head) + of)
    for label, text in _facts(out, each):
        out.line(f"  {out.style('dim', f'{label:<8}')} {text}")
    out.line()
    for line in _hex_rows(out, found, each):
        out.line(f"  {line}")


def _facts(out: Output, each: Explanation) -> Iterator[tuple[str, str]]:
    yield "field", out.style("field", printable(each.field))
    if each.value:
        yield "value", out.style("value", printable(each.value))
    yield "range", _range(each.start, each.stop)
    if each.section:
        yield "section", f"{each.section} of the HDF5 file format specification"
    width = max((len(printable(part.title)) for part in each.chain), default=0)
    for i, part in enumerate(each.chain):
        text = f"{printable(part.title):<{width}}  {_range(part.start, part.stop)}, {part.section}"
        yield "in" if not i else "", text
    for i, path in enumerate(each.paths[1:4]):
        yield "also of" if not i else "", printable(path)
    if len(each.paths) > 4:
        yield "", f"and {len(each.paths) - 4} more"
    for i, note in enumerate(each.notes):
        yield "note" if not i else "", printable(note)


def _range(start: int, stop: int) -> str:
    return f"{start:#x} to {stop - 1:#x} ({plural(stop - start, 'byte')})"


def _hex_rows(out: Output, found: ByteMap, each: Explanation) -> Iterator[str]:
    """The rows around the byte; the field is marked by brackets, or by colour."""
    row = each.offset // _ROW * _ROW
    first = max(each.start // _ROW * _ROW - _ROW, row - _AROUND * _ROW, 0)
    last = min(-(-each.stop // _ROW) * _ROW + _ROW, row + (_AROUND + 1) * _ROW)
    data = found.read(first, last)
    width = max(len(f"{last:x}"), 6)
    for begin in range(0, len(data), _ROW):
        place = first + begin
        piece = data[begin : begin + _ROW]
        yield f"{out.style('dim', f'{place:0{width}x}')} {_hex(out, each, place, piece)}"
        if place == row and not out.colour:
            yield " " * (width + 2 + 3 * (each.offset - row)) + "^^"


def _hex(out: Output, each: Explanation, place: int, piece: bytes) -> str:
    numbers, text = [], []
    for i, value in enumerate(piece):
        offset = place + i
        inside = each.start <= offset < each.stop
        style = "here" if offset == each.offset else "field" if inside else "dim"
        character = chr(value) if 32 <= value < 127 else "."
        numbers.append(_mark(out, each, offset) + out.style(style, f"{value:02x}"))
        text.append(out.style(style, character))
    end = "]" if not out.colour and place + len(piece) == each.stop else " "
    return "".join(numbers) + end + "   " * (_ROW - len(piece)) + " " + "".join(text)


def _mark(out: Output, each: Explanation, offset: int) -> str:
    """The character before a byte."""
    if out.colour:
        return " "
    if offset == each.stop and offset % _ROW:
        return "]"
    return "[" if offset == each.start else " "


# -- the map


def _print_map(out: Output, found: ByteMap, nested: bool) -> None:
    lines = list(_merged(found.spans(nested=nested)))
    width = len(f"{found.size:#x}")
    titles = [("  " * span.depth + title, span) for title, span in lines]
    room = min(max([len(title) for title, _ in titles], default=0), 60)
    out.line(
        out.style(
            "dim", f"{'start':>{width}}  {'stop':>{width}}  {'size':>10}  {'what':<{room}}  object"
        )
    )
    for title, span in titles:
        style = {"gap": "bad", "raw data": "dim", "user block": "dim"}.get(span.kind)
        text = f"{printable(title):<{room}}"
        paths = printable(span.paths[0]) if span.paths else ""
        if len(span.paths) > 1:
            paths += f" and {len(span.paths) - 1} more"
        out.line(
            f"{span.start:#{width}x}  {span.stop:#{width}x}  {span.stop - span.start:>10}  "
            f"{out.style(style, text) if style else text}  {paths}"
        )
    gaps = [stop - start for start, stop in found.gaps()]
    out.line()
    out.line(
        f"{plural(found.size, 'byte')}, {sum(gaps)} of them unaccounted for, "
        f"in {plural(len(gaps), 'gap')}"
    )
    for error in found.problems:
        out.line(out.style("bad", f"! {printable(str(error))}"))


def _merged(spans: Iterator[Span]) -> Iterator[tuple[str, Span]]:
    """Chunks of one dataset that lie together become one line: title and span."""
    run: list[Span] = []
    count = 0
    for span in spans:
        chunk = span.kind == "raw data" and span.title.startswith("chunk ")
        if run and chunk and run[-1].stop == span.start and run[-1].paths == span.paths:
            run = [run[0], span]
            count += 1
            continue
        yield from _line(run, count)
        run, count = ([span], 1) if chunk else ([], 0)
        if not chunk:
            yield span.title, span
    yield from _line(run, count)


def _line(run: list[Span], count: int) -> Iterator[tuple[str, Span]]:
    if count == 1:
        yield run[0].title, run[0]
    elif count:
        first, last = run[0].title.removeprefix("chunk "), run[-1].title.removeprefix("chunk ")
        yield f"{count} chunks, {first} to {last}", run[0]._replace(stop=run[-1].stop)
