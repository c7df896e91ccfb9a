"""The reader: decodes structures at addresses, asking for the bytes it lacks.

It is the one place that runs decoders.  It catches ``ShortRead`` and asks for more, it
tells an error where it happened, it keeps what was decoded, and it lets a tracer see
every field.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from ..errors import LimitError, PureHDFError, TruncatedError
from ..format.buffer import Buffer
from ..format.context import Context
from ..format.cursor import Cursor, ShortRead
from ..format.recording import RecordingCursor
from ..format.structure import Structure, structure_of
from ..limits import DEFAULT_LIMITS, Limits
from .budget import Budget
from .cache import MISSING, Cache
from .need import Need
from .opener import Opener
from .overlay import Overlay

__all__ = ["Reader", "Tracer"]

T = TypeVar("T")
_CACHED_RECORDS = 65_536
_CACHED_WALKS = 4_096


class Tracer(Protocol):
    """Whoever wants to see what is decoded."""

    def decoded(self, structure: Structure, cursor: RecordingCursor) -> None:
        """Take note of a structure that was decoded, with the fields of `cursor`."""

    def failed(self, structure: Structure, cursor: RecordingCursor, error: PureHDFError) -> None:
        """Take note of one that cannot be decoded: `cursor` has the fields before the error."""


class Reader:
    """Decodes structures of one file.

    Parameters
    ----------
    context : Context
        The file's sizes of offsets and lengths.
    base_address : int
        File offset that addresses are relative to.
    resident : memoryview, optional
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
    """

    def __init__(
        self,
        context: Context,
        base_address: int = 0,
        *,
        resident: memoryview | None = None,
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
        self.limits = limits
        self.tracer = tracer
        self._records = Cache(_CACHED_RECORDS)
        self._walked = Cache(_CACHED_WALKS)

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
        return other

    def lay_over(self, overlay: Overlay | None) -> None:
        """From now on read what `overlay` holds in place of what stands in the file."""
        if overlay is not None:
            self.overlay = overlay
            self.resident = None  # all bytes go by way of `_need`

    # -- structures at addresses

    async def load(self, decode: Callable[..., T], address: int, *args: Any) -> T:
        """Decode the structure at `address`; `decode` is called with a cursor and `args`."""
        (record,) = await self.load_all(decode, [address], *args)
        return record

    async def load_all(
        self, decode: Callable[..., T], addresses: Sequence[int], *args: Any
    ) -> list[T]:
        """Decode a structure at each address, all in as few waves as one of them takes."""
        known = {a: self._records.get((decode, a, args)) for a in addresses}
        found: dict[int, T] = {a: record for a, record in known.items() if record is not MISSING}
        missing = [a for a, record in known.items() if record is MISSING]
        windows: dict[int, Buffer] = {}
        budget = Budget(self.limits.metadata_bytes) if len(missing) > 1 else None
        while missing:
            short: list[tuple[int, int]] = []
            waiting = []
            for address in missing:
                try:
                    found[address] = record = self._decode(decode, address, args, windows, budget)
                    self._records.put((decode, address, args), record)
                except ShortRead as error:
                    short.extend(error.ranges)
                    waiting.append(address)
            await self._widen(windows, short, structure_of(decode))
            missing = waiting
        return [found[a] for a in addresses]

    def _decode(
        self,
        decode: Callable[..., T],
        address: int,
        args: Any,
        windows: dict[int, Buffer],
        budget: Budget | None,
    ) -> T:
        structure = structure_of(decode)
        cursor = self._cursor(address, windows)
        try:
            record = decode(cursor, *args)
            if budget is not None:
                budget.spend(cursor)
        except PureHDFError as error:
            self._trace(structure, cursor, error)
            raise _placed(error, structure, self.base_address + address) from error.__cause__
        self._trace(structure, cursor)
        return record

    async def load_level(self, decode: Callable[..., T], addresses: Sequence[int], *args: Any) -> T:
        """Decode the structures at all of `addresses` together, as columns.

        `decode` is called with a list of cursors and `args`, and its result is not kept.
        """
        structure = structure_of(decode)
        windows: dict[int, Buffer] = {}
        while True:
            cursors = [self._cursor(address, windows) for address in addresses]
            try:
                record = decode(cursors, *args)
                budget = Budget(self.limits.metadata_bytes)
                for cursor in cursors:
                    budget.spend(cursor)
            except ShortRead as short:
                await self._widen(windows, short.ranges, structure)
            except PureHDFError as error:
                for cursor in cursors:
                    self._trace(structure, cursor, error)
                place = self.base_address + addresses[0] if addresses else None
                raise _placed(error, structure, place) from error.__cause__
            else:
                for cursor in cursors:
                    self._trace(structure, cursor)
                return record

    async def read(self, ranges: Sequence[tuple[int, int]]) -> list[Buffer]:
        """Return the bytes of file offsets `ranges`, each cut short where the file ends."""
        if self.resident is None:
            return await self._need(ranges)
        return [self.resident[start:stop] for start, stop in ranges]

    # -- bytes that lie inside a structure that was decoded before

    def decode_body(self, decode: Callable[..., T], body: bytes, offset: int, *args: Any) -> T:
        """Decode `body`, bytes that were read at file offset `offset`."""
        structure = structure_of(decode)
        kind = Cursor if self.tracer is None else RecordingCursor
        cursor = kind(body, self.context, offset, bounded=True, limits=self.limits)
        try:
            record = decode(cursor, *args)
        except PureHDFError as error:
            self._trace(structure, cursor, error)
            raise _placed(error, structure, offset) from error.__cause__
        self._trace(structure, cursor)
        return record

    def decode_same(self, decode: Callable[[Cursor], T], body: bytes, offset: int) -> T:
        """Like :meth:`decode_body`, for a record that does not depend on where `body` lies.

        Files repeat such bytes over and over: they are decoded once.
        """
        record = self._records.get((decode, body))
        if record is MISSING or self.tracer is not None:
            record = self.decode_body(decode, body, offset)
            self._records.put((decode, body), record)
        found: T = record
        return found

    # -- the machinery

    async def _need(self, ranges: Sequence[tuple[int, int]]) -> list[Buffer]:
        shift, overlay = self.shift, self.overlay
        buffers = await Need([(a + shift, b + shift) for a, b in ranges] if shift else ranges)
        if overlay is None:
            return buffers
        return [overlay.applied(r[0], b) for r, b in zip(ranges, buffers, strict=True)]

    def _cursor(self, address: int, windows: dict[int, Buffer]) -> Cursor:
        offset = self.base_address + address
        kind = Cursor if self.tracer is None else RecordingCursor
        if self.resident is not None:
            return kind(self.resident, self.context, 0, offset, limits=self.limits)
        window = windows.get(offset, b"")
        return kind(window, self.context, offset, limits=self.limits)

    async def _widen(
        self, windows: dict[int, Buffer], ranges: Sequence[tuple[int, int]], structure: Structure
    ) -> None:
        """Make the windows reach as far as `ranges` say."""
        if not ranges:
            return
        limit = self.limits.structure_bytes
        for start, stop in ranges:
            if stop - start > limit:
                error = LimitError(
                    "too large", expected=f"at most {limit} bytes", found=stop - start
                )
                raise _placed(error, structure, start)
        if self.resident is not None:
            raise _ended(ranges[0], len(self.resident), structure)
        for (start, stop), buffer in zip(ranges, await self._need(ranges), strict=True):
            if len(buffer) < stop - start:
                raise _ended((start, stop), start + len(buffer), structure)
            windows[start] = buffer

    async def once(self, walk: Callable[[Reader, Any], Coroutine[Any, Any, T]], subject: Any) -> T:
        """Return ``await walk(self, subject)``, or what it returned for `subject` before.

        The result is shared between callers and threads: nobody may change it.
        """
        key = (walk, subject)
        result = self._walked.get(key)
        if result is MISSING:
            result = await walk(self, subject)
            self._walked.put(key, result)
        found: T = result
        return found

    def _trace(
        self, structure: Structure, cursor: Cursor, error: PureHDFError | None = None
    ) -> None:
        if self.tracer is None or not isinstance(cursor, RecordingCursor):
            return
        if error is None:
            self.tracer.decoded(structure, cursor)
        else:
            self.tracer.failed(structure, cursor, error)


def _placed(error: PureHDFError, structure: Structure, offset: int | None) -> PureHDFError:
    if error.section is None:
        error.locate(structure=structure.title, section=structure.section)
    return error.locate(offset=offset)


def _ended(wanted: tuple[int, int], end: int, structure: Structure) -> PureHDFError:
    error = TruncatedError(
        "the file ends in it",
        expected=f"{wanted[1] - wanted[0]} bytes",
        found=f"{max(end - wanted[0], 0)} bytes",
    )
    return _placed(error, structure, wanted[0])
