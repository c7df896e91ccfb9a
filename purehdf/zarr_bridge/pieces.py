"""Cutting an array that lies in one run into chunks, each of which is one range of bytes."""

from __future__ import annotations

__all__ = ["piece_shape"]


def piece_shape(
    shape: tuple[int, ...], element_size: int, max_chunksize: int | None
) -> tuple[int, ...]:
    """Return the shape of pieces of at most `max_chunksize` bytes, cut along the slowest axes.

    A piece has one element along the axes before the one that is cut, and all along those
    after it.  Axes are cut evenly where that makes no more than twice the pieces needed;
    otherwise the last piece of a row is shorter.
    """
    whole = tuple(max(n, 1) for n in shape)
    if max_chunksize is None:
        return whole
    room = max(max_chunksize // element_size, 1)
    piece = [1] * len(whole)
    for i in reversed(range(len(whole))):
        piece[i] = whole[i] if whole[i] <= room else _cut(whole[i], room)
        if piece[i] < whole[i]:
            break
        room //= whole[i]
    return tuple(piece)


def _cut(length: int, room: int) -> int:
    fewest = -(-length // room)
    for count in range(fewest, min(2 * fewest, length) + 1):
        if length % count == 0:
            return length // count
    return -(-length // fewest)
