"""The reader: decodes structures at addresses, asking for the bytes it lacks.

It is the one place that runs decoders.  It catches ``ShortRead`` and asks for more, it
tells an error where it happened, it keeps what was decoded, and it lets a tracer see
every field.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..errors import LimitError, PureHDFError
from ..format.buffer import Buffer
from ..format.columns import Checksums, Cursors
from ..format.context import Context
from ..format.cursor import Checksum, Cursor, ShortRead
from ..format.structure import Structure, structure_of
from ..limits import DEFAULT_LIMITS, Limits
from .budget import Budget
from .cache import MISSING, Cache
from .chunk_cache import ChunkCache
from .need import Need
from .opener import Opener
from .overlay import Overlay
from .places import ended, mismatches, placed, verify_waiting
from .tracer import Tracer, recording_cursor

if TYPE_CHECKING:
    from ..format.recording import RecordingCursor

__all__ = ["Reader", "Wanted"]

T = TypeVar("T")
Wanted = tuple[Callable[..., Any], int, tuple[Any, ...]]
"""A structure: its decoder, its address, and what else the decoder must be told."""

AtHand = Callable[[Sequence[tuple[int, int]]], list[Buffer] | None]
"""Bytes of ranges that need not be waited for; None where some of them must be."""

_CACHED_RECORDS = 65_536
_CACHED_WALKS = 16_384
_CACHED_PARTS = 4_096
_NOWHERE = 1 << 64  # no file has so many bytes


class Reader:
    """Decodes structures of one file.

    Parameters
    ----------
    context : Context
        The file's sizes of offsets and lengths.
    base_address : int
        File offset that addresses are relative to.
    resident : Buffer, optional
        The whole file, where it is in memory already: then nothing is ever asked for.
    limits : Limits
        Budgets for what the file may make the reader do.
    tracer : Tracer, optional
        Sees every structure that is decoded.
    opener : Opener, optional
        Opens the other files that this one names.
    shift : int
        Added to the file offsets that are asked for, where several files are read by way
        of one source.
    root_address : int
        Address of the root group's object header.
    extension_address : int, optional
        Address of the superblock extension's object header.

    Attributes
    ----------
    memory : Cache
        What decoders have made of bytes that files repeat.
    """

    def __init__(
        self,
        context: Context,
        base_address: int = 0,
        *,
        resident: Buffer | None = None,
        limits: Limits = DEFAULT_LIMITS,
        tracer: Tracer | None = None,
        opener: Opener | None = None,
        shift: int = 0,
        root_address: int = 0,
        extension_address: int | None = None,
    ) -> None:
        self.opener = opener
        self.shift = shift
        self.root_address = root_address
        self.extension_address = extension_address
        self.context = context
        self.base_address = base_address
        self.resident = resident
        self.overlay: Overlay | None = None
        self.at_hand: AtHand | None = None
        self.limits = limits
        self.tracer = tracer
        self._cursor_type = Cursor if tracer is None else recording_cursor()
        self.chunks = ChunkCache(limits.chunk_cache_bytes)
        self._records = Cache(_CACHED_RECORDS)
        self._walked = Cache(_CACHED_WALKS)
        self.memory = Cache(_CACHED_PARTS)
        self._waiting: list[tuple[Structure, Checksums]] | None = None

    def another(self, tracer: Tracer | None = None) -> Reader:
        """Return a reader of the same file that has nothing decoded yet."""
        other = Reader(
            self.context,
            self.base_address,
            resident=self.resident,
            limits=self.limits,
            tracer=tracer,
            opener=self.opener,
            shift=self.shift,
            root_address=self.root_address,
            extension_address=self.extension_address,
        )
        other.overlay = self.overlay
        other.at_hand = self.at_hand
        return other

    def lay_over(self, overlay: Overlay | None) -> None:
        """From now on read what `overlay` holds in place of what stands in the file."""
        if overlay is not None:
            self.overlay = overlay
            self.resident = None  # all bytes go by way of `_need`

    # -- structures at addresses

    async def load(self, decode: Callable[..., T], address: int, *args: Any) -> T:
        """Decode the structure at `address`; `decode` is called with a cursor and `args`."""
        record = self._records.get((decode, address, args))
        if record is MISSING:
            (record,) = await self.load_all(decode, [address], *args)
        found: T = record
        return found

    async def load_all(
        self, decode: Callable[..., T], addresses: Sequence[int], *args: Any
    ) -> list[T]:
        """Decode a structure at each address, all in as few waves as one of them takes."""
        found = await self.load_each([(decode, address, args) for address in addresses])
        for record in found:
            if isinstance(record, PureHDFError):
                raise record
        return found

    async def load_each(self, wanted: Sequence[Wanted], *, keep: bool = True) -> list[Any]:
        """Decode structures, each a decoder, an address and further arguments, like `load_all`.

        A structure that cannot be decoded comes as its error, in its place.  Unless told to
        `keep` them the reader forgets what it has decoded.
        """
        found = {key: self._records.get(key) for key in wanted}
        missing = [key for key, record in found.items() if record is MISSING]
        windows: dict[int, Buffer] = {}
        budget = Budget(self.limits.metadata_bytes) if len(missing) > 1 else None
        while missing:
            outcomes = dict(zip(missing, self._decode_each(missing, windows, budget), strict=True))
            short = {key: o.ranges for key, o in outcomes.items() if isinstance(o, ShortRead)}
            problems = await self._widen(windows, [r for ranges in short.values() for r in ranges])
            for key, ranges in short.items():
                error = next((problems[start] for start, _ in ranges if start in problems), None)
                outcomes[key] = error and placed(error, structure_of(key[0]), ranges[0][0])
            missing = [key for key in short if outcomes[key] is None]
            found |= outcomes
            for key, outcome in outcomes.items() if keep else ():
                if outcome is not None and not isinstance(outcome, PureHDFError):
                    self._records.put(key, outcome)
        return [found[key] for key in wanted]

    def _decode_each(
        self, wanted: Sequence[Wanted], windows: dict[int, Buffer], budget: Budget | None
    ) -> list[Any]:
        """What comes of each structure: its record, its error, or its ``ShortRead``."""
        outcomes: list[Any] = []
        cursors: list[Cursor] = []
        later: list[Checksum] = []
        together = len(wanted) > 1 and self.tracer is None  # a tracer is told at once
        for key in wanted:
            cursor = self._cursor(key[1], windows)
            cursor.checksums = later if together else None
            cursors.append(cursor)
            try:
                outcomes.append(self._decode(key, cursor, budget))
            except (ShortRead, PureHDFError) as error:
                outcomes.append(error)
        if wrong := dict(mismatches(later)):
            for i, (key, cursor) in enumerate(zip(wanted, cursors, strict=True)):
                if cursor in wrong:
                    place = self.base_address + key[1]
                    outcomes[i] = placed(wrong[cursor], structure_of(key[0]), place)
        return outcomes

    def _decode(self, key: Wanted, cursor: Cursor, budget: Budget | None) -> Any:
        decode, address, args = key
        try:
            record = decode(cursor, *args)
            if budget is not None:
                budget.spend(cursor.origin + cursor.start, cursor.origin + cursor.position)
        except PureHDFError as error:
            self._trace(decode, cursor, error)
            place = self.base_address + address
            raise placed(error, structure_of(decode), place) from error.__cause__
        if self.tracer is not None:
            self._trace(decode, cursor)
        return record

    async def load_level(self, decode: Callable[..., T], addresses: Sequence[int], *args: Any) -> T:
        """Decode the structures at all of `addresses` together, as columns.

        `decode` is called with :class:`~purehdf.format.columns.Cursors` and `args`, and its
        result is not kept.
        """
        structure = structure_of(decode)
        furthest = self.base_address + max(addresses)
        if furthest >= (_NOWHERE if self.resident is None else len(self.resident)):
            raise placed(ended((furthest, furthest + 1), 0), structure, furthest)
        windows: dict[int, Buffer] = {}
        while True:
            cursors = self._cursors(addresses, windows)
            cursors.checksums = None if self._waiting is None else []
            try:
                record = decode(cursors, *args)
                Budget(self.limits.metadata_bytes).spend(*cursors.extent)
            except ShortRead as short:
                for start, problem in (await self._widen(windows, short.ranges)).items():
                    raise placed(problem, structure, start) from None
            except PureHDFError as error:
                for cursor in cursors.each:
                    self._trace(decode, cursor, error)
                place = self.base_address + addresses[0]
                raise placed(error, structure, place) from error.__cause__
            else:
                for cursor in cursors.each:
                    self._trace(decode, cursor)
                if self._waiting is not None:
                    self._waiting += [(structure, found) for found in cursors.checksums or ()]
                return record

    def patient(self) -> Reader:
        """Return this reader, but one that lets the checksums of levels wait for `verify`.

        Many small levels take much longer one by one than all together.
        """
        other = copy(self)
        other._waiting = None if self.tracer else []  # a tracer is told at once
        return other

    def verify(self) -> None:
        """Compare the checksums that wait."""
        waiting, self._waiting = self._waiting or [], None
        verify_waiting(waiting)

    async def read(self, ranges: Sequence[tuple[int, int]]) -> list[Buffer]:
        """Return the bytes of file offsets `ranges`, each cut short where the file ends."""
        if self.resident is None:
            return await self._need(ranges)
        # Each its own view: other threads may let go of it, and it must be no copy.
        return [memoryview(self.resident)[start:stop] for start, stop in ranges]

    # -- bytes that lie inside a structure that was decoded before

    def decode_body(self, decode: Callable[..., T], body: bytes, offset: int, *args: Any) -> T:
        """Decode `body`, bytes that were read at file offset `offset`."""
        cursor = self._cursor_type(body, self.context, offset, bounded=True, limits=self.limits)
        cursor.memory = self.memory
        try:
            record = decode(cursor, *args)
        except PureHDFError as error:
            self._trace(decode, cursor, error)
            raise placed(error, structure_of(decode), offset) from error.__cause__
        if self.tracer is not None:
            self._trace(decode, cursor)
        return record

    def decode_same(self, decode: Callable[[Cursor], T], body: bytes, offset: int) -> T:
        """Like :meth:`decode_body`, for a record that does not depend on where `body` lies.

        Files repeat such bytes over and over: they are decoded once.
        """
        record = self.memory.get((decode, body))
        if record is MISSING or self.tracer is not None:
            record = self.decode_body(decode, body, offset)
            self.memory.put((decode, body), record)
        found: T = record
        return found

    # -- the machinery

    async def _need(self, ranges: Sequence[tuple[int, int]]) -> list[Buffer]:
        shift, overlay = self.shift, self.overlay
        buffers = None if self.at_hand is None else self.at_hand(ranges)
        if buffers is None:
            buffers = await Need([(a + shift, b + shift) for a, b in ranges] if shift else ranges)
        if overlay is None:
            return buffers
        return [overlay.applied(r[0], b) for r, b in zip(ranges, buffers, strict=True)]

    def _cursor(self, address: int, windows: dict[int, Buffer]) -> Cursor:
        offset = self.base_address + address
        kind = self._cursor_type
        if self.resident is not None:
            cursor = kind(self.resident, self.context, 0, offset, limits=self.limits)
        else:
            window = windows.get(offset, b"")
            cursor = kind(window, self.context, offset, limits=self.limits)
        cursor.memory = self.memory
        return cursor

    def _cursors(self, addresses: Sequence[int], windows: dict[int, Buffer]) -> Cursors:
        if self.tracer is not None:
            return Cursors.of([self._cursor(address, windows) for address in addresses])
        offsets = [self.base_address + address for address in addresses]
        if self.resident is not None:
            return Cursors.inside(self.resident, self.context, offsets, self.limits)
        found = [windows.get(offset, b"") for offset in offsets]
        return Cursors.at(offsets, found, self.context, self.limits)

    async def _widen(
        self, windows: dict[int, Buffer], ranges: Sequence[tuple[int, int]]
    ) -> dict[int, PureHDFError]:
        """Make the windows reach as far as `ranges` say.

        Returns why one cannot, by the start of its range.
        """
        limit = self.limits.structure_bytes
        problems: dict[int, PureHDFError] = {
            start: LimitError("too large", expected=f"at most {limit} bytes", found=stop - start)
            for start, stop in ranges
            if stop - start > limit
        }
        rest = [r for r in ranges if r[0] not in problems]
        if self.resident is not None:
            return problems | {r[0]: ended(r, len(self.resident)) for r in rest}
        found = await self._need(rest) if rest else []
        for (start, stop), buffer in zip(rest, found, strict=True):
            if len(buffer) < stop - start:
                problems[start] = ended((start, stop), start + len(buffer))
            windows[start] = buffer
        return problems

    async def once(
        self,
        walk: Callable[[Reader, Any], Coroutine[Any, Any, T]],
        subject: Any,
        alike: Any = None,
    ) -> T:
        """Return ``await walk(self, subject)``, or what it returned for `subject` before.

        Or for another one that is `alike`.  The result is shared between callers and
        threads: nobody may change it.
        """
        key = (walk, subject if alike is None else alike)
        result = self._walked.get(key)
        if result is MISSING:
            result = await walk(self, subject)
            self._walked.put(key, result)
        found: T = result
        return found

    def at_once(self, walk: Callable[[Reader, Any], Any], subject: Any, missing: Any) -> Any:
        """What :meth:`once` or `once_each` has for `subject`; `missing` if that is nothing yet."""
        return self._walked.get((walk, subject), missing)

    async def once_each(
        self,
        walk: Callable[[Reader, Sequence[Any]], Coroutine[Any, Any, list[T | PureHDFError]]],
        subjects: Sequence[Any],
    ) -> list[T | PureHDFError]:
        """Like :meth:`once` for many subjects, of which `walk` takes those that are new.

        One that has failed is tried again the next time.
        """
        found = {subject: self._walked.get((walk, subject)) for subject in subjects}
        missing = [subject for subject, result in found.items() if result is MISSING]
        results = await walk(self, missing) if missing else []
        for subject, result in zip(missing, results, strict=True):
            found[subject] = result
            if not isinstance(result, PureHDFError):
                self._walked.put((walk, subject), result)
        return [found[subject] for subject in subjects]

    def _trace(
        self, decode: Callable[..., Any], cursor: Cursor, error: PureHDFError | None = None
    ) -> None:
        if self.tracer is None:
            return
        recorded = cast("RecordingCursor", cursor)
        if error is None:
            self.tracer.decoded(structure_of(decode), recorded)
        else:
            self.tracer.failed(structure_of(decode), recorded, error)
