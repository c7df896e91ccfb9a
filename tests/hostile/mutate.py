"""Damaging good files on purpose: a mutant is a function of its seed and a number.

Fields and checksums are where the reader's own tracer saw them, so most changes hit what is
read, and half of the mutants get their checksums right again, to get past them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from purehdf.explain import byte_map
from purehdf.explain.regions import Region
from purehdf.format.checksum import lookup3

__all__ = ["Seed", "mutant", "seed_of"]


@dataclass(frozen=True)
class Sealed:
    """A structure that begins at ``start``, with a checksum at ``at`` of what is before it.

    That of a heap's direct block covers what comes behind it as well, up to ``stop``.
    """

    start: int
    stop: int
    at: int

    def seal(self, data: bytearray) -> None:
        covered = bytes(data[self.start : self.at])
        if data[self.start : self.start + 4] == b"FHDB":  # it counts as zero itself
            covered += bytes(4) + bytes(data[self.at + 4 : self.stop])
        struct.pack_into("<I", data, self.at, lookup3(covered))


@dataclass(frozen=True)
class Seed:
    """A good file: its bytes, its fields (offset, length), and what carries a checksum.

    ``names`` are those of the fields.
    """

    name: str
    data: bytes
    fields: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    sealed: tuple[Sealed, ...]
    starts: tuple[int, ...]  # of structures

    def counts(self, words: tuple[str, ...]) -> dict[int, int]:
        """Offset and width of the fields whose names have one of these words."""
        found = zip(self.fields, self.names, strict=True)
        return dict(field for field, name in found if any(word in name for word in words))


def seed_of(path: Path) -> Seed:
    with byte_map(path) as found:
        hits = [found.hit(i).what for i in range(len(found))]
    regions = [what for what in hits if isinstance(what, Region)]
    data = path.read_bytes()
    seen = {(f.offset, f.length): f.name for region in regions for f in region.fields()}
    fields = sorted((at, length) for at, length in seen if length and at + length <= len(data))
    return Seed(
        path.name,
        data,
        tuple(fields),
        tuple(seen[field] for field in fields),
        tuple(sealed for region in regions for sealed in _sealed(region)),
        tuple(sorted({region.start for region in regions})),
    )


def _sealed(region: Region) -> list[Sealed]:
    return [
        Sealed(region.start, region.stop, field.offset)
        for field in region.fields()
        if field.name == "checksum" and not field.structure
    ]


# -- ways to damage: each changes `data` in place


def flip_bits(random: Random, seed: Seed, data: bytearray) -> None:
    for _ in range(random.choice((1, 1, 2, 4))):
        offset, length = random.choice(seed.fields)
        data[offset + random.randrange(length)] ^= 1 << random.randrange(8)


def set_bytes(random: Random, seed: Seed, data: bytearray) -> None:
    for _ in range(random.choice((1, 2, 8))):
        at = random.randrange(len(data))
        data[at] = random.choice((0, 1, 2, 0x7F, 0x80, 0xFF, random.randrange(256)))


def set_fields(random: Random, seed: Seed, data: bytearray) -> None:
    """Values at the boundaries of what a field can hold, or that mean something elsewhere."""
    for _ in range(random.choice((1, 1, 1, 2))):
        offset, length = random.choice(seed.fields)
        length = min(length, 8)
        top = 1 << 8 * length
        old = int.from_bytes(data[offset : offset + length], "little")
        near = (old - 1, old + 1, old * 2, old << 4 * length, old // 2)
        far = (0, 1, 2, top - 1, top - 2, top // 2, top // 2 - 1, len(data), len(data) - 1, 1 << 20)
        value = random.choice((*near, *far, random.choice(seed.starts), offset))
        data[offset : offset + length] = (value % top).to_bytes(length, "little")


def swap_blocks(random: Random, seed: Seed, data: bytearray) -> None:
    size = min(random.choice((8, 16, 48, 128, 512)), len(data) // 3)
    first = min(random.choice(seed.starts), len(data) - size)
    second = min(random.choice(seed.starts), len(data) - size)
    one, other = bytes(data[first : first + size]), bytes(data[second : second + size])
    data[second : second + size] = random.choice((one, bytes(size), b"\xff" * size))
    data[first : first + size] = other


def move_addresses(random: Random, seed: Seed, data: bytearray) -> None:
    """Make an address lead to another structure, which may be the one that it lies in."""
    starts = set(seed.starts)
    addresses = [
        (offset, length)
        for offset, length in seed.fields
        if length in (2, 4, 8)
        and int.from_bytes(data[offset : offset + length], "little") in starts
    ]
    if not addresses:
        return set_fields(random, seed, data)
    offset, length = random.choice(addresses)
    target = random.choice(seed.starts) % (1 << 8 * length)
    data[offset : offset + length] = target.to_bytes(length, "little")


def truncate(random: Random, seed: Seed, data: bytearray) -> None:
    offset, length = random.choice(seed.fields)
    del data[random.choice((offset, offset + length, random.randrange(len(data)))) :]


_WAYS: tuple[tuple[Callable[[Random, Seed, bytearray], None], int], ...] = (
    (flip_bits, 5),
    (set_bytes, 3),
    (set_fields, 8),
    (swap_blocks, 2),
    (move_addresses, 4),
    (truncate, 1),
)


def mutant(seed: Seed, number: int) -> bytes:
    """Mutant `number` of a seed."""
    random = Random(f"{seed.name} {number}")
    data = bytearray(seed.data)
    ways, weights = zip(*_WAYS, strict=True)
    random.choices(ways, weights)[0](random, seed, data)
    if random.random() < 0.6 and len(data) == len(seed.data):
        # Innermost first: what lies inside another structure counts there.
        for sealed in sorted(seed.sealed, key=lambda s: s.stop - s.start):
            if data[sealed.start : sealed.stop] != seed.data[sealed.start : sealed.stop]:
                sealed.seal(data)
    return bytes(data)
