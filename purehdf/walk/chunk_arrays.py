"""Walking fixed and extensible arrays (VII.C, VII.D): all their elements, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import LimitError
from ..format.block import layout_of
from ..format.checksum import CHECKSUM
from ..format.columns import Integers
from ..format.cursor import Table
from ..format.extensible_array import (
    DataBlock,
    ExtensibleArrayHeader,
    data_block_prefix_size,
    decode_extensible_array_data_blocks,
    decode_extensible_array_header,
    decode_extensible_array_index_block,
    decode_extensible_array_super_block,
)
from ..format.fixed_array import (
    FixedArrayHeader,
    FixedArrayPrefix,
    decode_fixed_array_data_block,
    decode_fixed_array_header,
    decode_pages,
)
from .need import together
from .reader import Reader

__all__ = ["Elements", "extensible_array_elements", "fixed_array_elements"]


class Elements:
    """Elements with their numbers: ``numbers[i]`` is the place of ``table[i]`` in the array.

    ``size_width`` is the width of the column ``chunk_size`` in bytes, 0 where there is none.
    """

    def __init__(
        self, numbers: Sequence[Integers], tables: Sequence[Table], size_width: int
    ) -> None:
        self.numbers = _joined(numbers)
        self.table = _joined(tables)
        self.size_width = size_width


async def fixed_array_elements(reader: Reader, address: int) -> Elements:
    """Return the elements of the fixed array at `address`, without pages never written."""
    header = await reader.load(decode_fixed_array_header, address)
    if header.data_block_address is None:
        return Elements([_run(0, 0)], [_none(reader, header.element)], header.size_width)
    start = header.data_block_address
    block = await reader.load(decode_fixed_array_data_block, start, header)
    if not isinstance(block, FixedArrayPrefix):
        return Elements([_run(0, header.count)], [block], header.size_width)
    return await _fixed_pages(reader, header, start + block.size, block.initialized)


async def _fixed_pages(
    reader: Reader, header: FixedArrayHeader, start: int, pages: tuple[int, ...]
) -> Elements:
    """Pages follow each other, whole ones but for the last; the unwritten take space too."""
    each = header.page_elements
    size = each * layout_of(header.element, reader.context).size + CHECKSUM
    counts = [min(each, header.count - page * each) for page in pages]
    numbers = [_run(page * each, count) for page, count in zip(pages, counts, strict=True)]
    addresses = [start + page * size for page in pages]
    table = await _pages(reader, addresses, counts, header.element)
    return Elements([_run(0, 0), *numbers], [table], header.size_width)


async def extensible_array_elements(reader: Reader, address: int) -> Elements:
    """Return the elements of the extensible array at `address` that were ever written."""
    header = await reader.load(decode_extensible_array_header, address)
    if header.index_block_address is None:
        return Elements([_run(0, 0)], [_none(reader, header.element)], header.size_width)
    index = await reader.load(
        decode_extensible_array_index_block, header.index_block_address, header
    )
    blocks = list(index.data_blocks)
    for more in await together(
        reader.load(decode_extensible_array_super_block, address, header, shape)
        for address, shape in index.super_blocks
    ):
        blocks += more
    _check_count(reader, address, len(blocks))
    numbers, tables = [_run(0, len(index.elements))], [index.elements]
    if blocks:
        at = [block.address for block in blocks]
        decode = decode_extensible_array_data_blocks
        tables.append(await reader.load_level(decode, at, blocks, header))
        numbers += [_run(b.first, b.elements) for b in blocks if b.pages is None]
    paged = await _extensible_pages(reader, header, [b for b in blocks if b.pages])
    return Elements([*numbers, *paged[0]], [*tables, paged[1]], header.size_width)


async def _extensible_pages(
    reader: Reader, header: ExtensibleArrayHeader, blocks: list[DataBlock]
) -> tuple[list[Integers], Table]:
    each = header.page_elements
    size = each * layout_of(header.element, reader.context).size + CHECKSUM
    prefix = data_block_prefix_size(reader.context, header)
    places = [(block, page) for block in blocks for page in block.pages or ()]
    _check_count(reader, header.index_block_address or 0, len(places))
    addresses = [block.address + prefix + page * size for block, page in places]
    numbers = [_run(block.first + page * each, each) for block, page in places]
    return numbers, await _pages(reader, addresses, [each] * len(places), header.element)


async def _pages(
    reader: Reader, addresses: list[int], counts: list[int], element: type[Any]
) -> Table:
    if not addresses:
        return _none(reader, element)
    return await reader.load_level(decode_pages, addresses, np.array(counts, np.int64), element)


def _joined(parts: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """One array of all parts, without a copy if there is one alone."""
    some = [part for part in parts if len(part)] or parts[:1]
    return some[0] if len(some) == 1 else np.concatenate(some)


def _run(first: int, count: int) -> Integers:
    return np.arange(first, first + count, dtype=np.int64)


def _none(reader: Reader, element: type[Any]) -> Table:
    return np.empty(0, layout_of(element, reader.context).dtype)


def _check_count(reader: Reader, address: int, count: int) -> None:
    if count > reader.limits.btree_nodes:
        raise LimitError(
            "too many blocks",
            structure="chunk index",
            section="VII",
            expected=f"at most {reader.limits.btree_nodes}",
            found=count,
            offset=reader.base_address + address,
        )
