"""The extended Rice coder of CCSDS 121.0-B, as szip uses it: decoding.

A scanline is a row of blocks.  Each block begins with the number of its coding:

- all ones: samples as they are;
- k + 1: *split* samples: the upper parts as fundamental sequences (n zeros and a one), then
  the k lower bits of all;
- zero, then a bit 0: a run of blocks of zeros, its length a fundamental sequence;
- zero, then a bit 1: the *second extension*: one fundamental sequence for two samples.

With a predictor, the first sample of a scanline is written as it is (behind the number of
the coding), and the others are differences to the sample before, mapped to unsigned.

Where a block ends is known only when its codes were found, so blocks are found one by
one; what they say is worked out for some 262,144 samples at a time.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError
from ..format.buffer import Buffer
from .bits import sliding_words, take_bits, take_words
from .fundamental import FundamentalStream

__all__ = ["RiceDecoder"]

_BATCH = 1 << 18  # samples worked out at a time
_MANY = 16  # scanlines that are quicker to step through together
_SEGMENT = 64  # blocks; a run of zeros to "the rest of the segment" ends with one
_REST_OF_SEGMENT = 5
_PAIRS = 91  # pairs of samples with a sum of at most 12

Integers = NDArray[np.int64]


class RiceDecoder:
    """Decoder of one stream of samples of `bits` bits, in blocks of `block` samples."""

    def __init__(self, data: Buffer, bits: int, block: int, predict: bool) -> None:
        self._stream = FundamentalStream(data)
        self._words = sliding_words(data)
        self._bits, self._block, self._predict = bits, block, predict
        self._number = 3 if bits <= 8 else 4 if bits <= 16 else 5  # bits of a coding's number
        self._forget()

    def scanlines(self, count: int, line: int, dtype: np.dtype[np.unsignedinteger]) -> Integers:
        """Return `count` samples of scanlines of `line` samples, as an array of `dtype`."""
        out = np.empty(count, dtype)
        padded = -(-line // self._block) * self._block
        step = max(1, _BATCH // padded)
        for first in range(0, -(-count // line), step):
            window = out[first * line : (first + step) * line]
            rows = -(-len(window) // line)
            for row in range(rows):
                samples = min(line, len(window) - row * line)
                self._find_blocks(row * padded, -(-samples // self._block), padded)
            values = self._work_out(rows, padded)
            window[:] = values[:, :line].reshape(-1)[: len(window)]
        return out

    def _forget(self) -> None:
        self._references: list[tuple[int, int]] = []  # (place, sample)
        self._plain: list[tuple[int, int]] = []  # (place, position)
        self._pairs: list[tuple[int, int, Integers]] = []  # (place, position, ends of codes)
        # The same and (k, position of the lower bits); by whether a reference comes first.
        self._split: tuple[list[tuple[int, int, Integers, int, int]], ...] = ([], [])

    def _find_blocks(self, place: int, blocks: int, padded: int) -> None:
        """Find the first `blocks` blocks of the scanline that begins at `place` of the batch."""
        stream, size = self._stream, self._block
        uncompressed = (1 << self._number) - 1
        block = 0
        while block < blocks:
            here = place + block * size
            coding = stream.uint(self._number)
            if coding == uncompressed:
                self._plain.append((here, stream.position))
                stream.position += size * self._bits
            elif coding:
                self._find_split(here, coding - 1, block == 0)
            else:
                second_extension = stream.uint(1)
                self._find_reference(here, block == 0)
                if not second_extension:
                    block += self._zero_blocks(block, padded // size)
                    continue
                start = stream.position
                self._pairs.append((here, start, stream.codes(size // 2)))
            block += 1
        stream.check()

    def _find_reference(self, here: int, first: bool) -> int:
        """Take the first sample of a scanline; 1 if there is one."""
        if not (first and self._predict):
            return 0
        self._references.append((here, self._stream.uint(self._bits)))
        return 1

    def _find_split(self, here: int, k: int, first: bool) -> None:
        stream = self._stream
        reference = self._find_reference(here, first)
        count = self._block - reference
        start = stream.position
        codes = stream.codes(count)
        self._split[reference].append((here + reference, start, codes, k, stream.position))
        stream.position += count * k

    def _zero_blocks(self, block: int, blocks: int) -> int:
        """Number of blocks of zeros; there is nothing to write for them."""
        start = self._stream.position
        count = int(self._stream.codes(1)[0]) - start + 1
        if count == _REST_OF_SEGMENT:
            count = min(blocks - block, _SEGMENT - block % _SEGMENT)
        elif count > _REST_OF_SEGMENT:
            count -= 1
        if count > blocks - block:
            raise FormatError(
                "a run of zeros leaves its scanline",
                structure="szip filter",
                expected=f"at most {blocks - block} blocks",
                found=count,
            )
        return count

    def _work_out(self, rows: int, padded: int) -> Integers:
        """Decode the blocks that were found: samples of the given number of scanlines."""
        out = np.zeros(rows * padded, np.int64)
        for reference in (0, 1):
            if self._split[reference]:
                self._work_out_split(out, self._split[reference], self._block - reference)
        if self._pairs:
            self._work_out_pairs(out)
        if self._plain:
            places, positions = np.array(self._plain).T
            within = np.arange(self._block)
            found = positions[:, None] + self._bits * within
            out[places[:, None] + within] = take_bits(self._words, found, self._bits)
        if self._references:
            places, samples = np.array(self._references).T
            out[places] = samples
        self._forget()
        top = (1 << self._bits) - 1
        if out.max(initial=0) > top:
            raise FormatError("a difference that no samples have", structure="szip filter")
        lines = out.reshape(rows, padded)
        return _undo_prediction(lines, top) if self._predict else lines

    def _work_out_split(
        self, out: Integers, found: list[tuple[int, int, Integers, int, int]], count: int
    ) -> None:
        places, starts, codes, k, lower = zip(*found, strict=True)
        upper = _zeros_before(np.array(starts, np.int64), np.concatenate(codes).reshape(-1, count))
        within, width = np.arange(count), np.array(k, np.int64)[:, None]
        positions = np.array(lower)[:, None] + width * within
        bits = take_words(self._words, positions) >> (64 - width).astype(np.uint64)
        out[np.array(places)[:, None] + within] = (upper << width) + bits.astype(np.int64)

    def _work_out_pairs(self, out: Integers) -> None:
        places, starts, codes = zip(*self._pairs, strict=True)
        count = self._block // 2
        code = _zeros_before(np.array(starts, np.int64), np.concatenate(codes).reshape(-1, count))
        if code.max() >= _PAIRS:
            raise FormatError("no such pair of samples", structure="szip filter")
        samples = _pairs()[code].reshape(-1, self._block)
        out[np.array(places)[:, None] + np.arange(self._block)] = samples


def _zeros_before(starts: Integers, ones: Integers) -> Integers:
    """Lengths of rows of fundamental sequences, from where they start and their ones."""
    return np.diff(ones, axis=1, prepend=starts[:, None] - 1) - 1


@cache
def _pairs() -> Integers:
    """The two samples that each code of the second extension stands for."""
    pairs = [(total - second, second) for total in range(13) for second in range(total + 1)]
    return np.array(pairs)


def _undo_prediction(residuals: Integers, top: int) -> Integers:
    """Samples of scanlines from their first one and mapped differences.

    A difference is mapped as 0, -1, 1, -2, 2, ... as far as both signs are possible, and
    beyond that counts from the border.  Mostly both are, and the samples are sums.
    """
    steps = (residuals >> 1) ^ -(residuals & 1)
    steps[:, 0] = residuals[:, 0]
    samples = np.cumsum(steps, axis=1)
    before = samples[:, :-1]
    possible = (residuals[:, 1:] + 1) >> 1 <= np.minimum(before, top - before)
    rows = np.flatnonzero(~possible.all(axis=1))
    if top < 256 and len(rows) >= _MANY:
        samples[rows] = _undo_columns(residuals[rows], top)
    else:
        for row in rows:
            first = int(possible[row].argmin())
            samples[row, first:] = _undo_row(int(samples[row, first]), residuals[row, first:], top)
    return samples


def _undo_columns(residuals: Integers, top: int) -> Integers:
    """The same step by step, each for all scanlines at once."""
    table = np.frombuffer(b"".join(_followers(top)), np.uint8).astype(np.int64)
    columns = np.ascontiguousarray(residuals.T)
    for i in range(1, len(columns)):
        columns[i] = table[columns[i - 1] * (top + 1) + columns[i]]
    return columns.T


def _undo_row(sample: int, residuals: Integers, top: int) -> list[int]:
    """The same one by one; the first sample is known."""
    out = [sample]
    rest = residuals[1:].tolist()
    if top < 256:
        followers = _followers(top)
        for residual in rest:
            sample = followers[sample][residual]
            out.append(sample)
    else:
        for residual in rest:
            sample = _follower(sample, residual, top)
            out.append(sample)
    return out


def _follower(sample: int, residual: int, top: int) -> int:
    room = sample if sample + sample <= top else top - sample
    if residual + 1 >> 1 <= room:
        return sample - (residual + 1 >> 1) if residual & 1 else sample + (residual >> 1)
    return residual if room == sample else top - residual


@cache
def _followers(top: int) -> list[bytes]:
    """What follows each sample for each residual, up to 256 by 256."""
    every = range(top + 1)
    return [bytes(_follower(sample, residual, top) for residual in every) for sample in every]
