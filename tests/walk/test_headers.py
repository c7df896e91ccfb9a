"""Object headers: continuation blocks, and messages that lie elsewhere."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError, LimitError, PureHDFError, UnsupportedError
from purehdf.format.context import Context
from purehdf.format.messages.attribute import Part
from purehdf.format.messages.dataspace import Dataspace
from purehdf.limits import Limits
from purehdf.walk.headers import ObjectHeader, object_header
from purehdf.walk.messages import decode_part, find_message, find_messages
from purehdf.walk.need import gather, together
from purehdf.walk.reader import Reader
from tests.format import encode
from tests.format.encode_messages import dataspace

from .image import Image, walk

COMMENT, CONTINUATION, DATASPACE, DATATYPE = 0x0D, 0x10, 0x01, 0x03
SPACE = Dataspace((4,), (4,))
WIDTHS = [Context(o, n) for o in (2, 4, 8) for n in (2, 4, 8)]


class Chain:
    """An object header with `count` continuation blocks, each named in the one before.

    Every block holds one comment, its number.
    """

    def __init__(self, image: Image, version: int, count: int) -> None:
        self.image, self.version = image, version
        place, size = 0, 0
        for i in range(count, 0, -1):
            block = self.block(self.messages(i, place, size))
            place, size = image.add(block), len(block)
        messages = self.messages(0, place, size)
        self.address = self.header(messages, 1 + 2 * count)

    def header(self, messages: list[bytes], total: int) -> int:
        if self.version == 1:
            return self.image.header(messages, total)
        return self.image.header_v2(messages)

    def messages(self, number: int, place: int, size: int) -> list[bytes]:
        made = [self.message(COMMENT, b"%d\0" % number)]
        if size:
            made.append(self.message(CONTINUATION, self.image.continuation(place, size)))
        return made

    def message(self, kind: int, body: bytes) -> bytes:
        if self.version == 1:
            return encode.message_v1(kind, body)
        return encode.message_v2(kind, body)

    def block(self, messages: list[bytes]) -> bytes:
        if self.version == 1:
            return encode.continuation_v1(messages)
        return encode.continuation_v2(messages, gap=3)


def comments(header: ObjectHeader) -> list[int]:
    return [int(m.body.rstrip(b"\0")) for m in header.messages if m.type == COMMENT]


@pytest.mark.parametrize("context", WIDTHS)
@pytest.mark.parametrize("version", [1, 2])
def test_a_chain_of_blocks(version: int, context: Context) -> None:
    image = Image(context, base=512)
    chain = Chain(image, version, 20)
    header, _ = walk(image, object_header, chain.address)
    assert comments(header) == list(range(21))
    assert header.block.version == version


def test_blocks_side_by_side_are_read_together() -> None:
    image = Image()
    blocks = [encode.message_v1(COMMENT, b"%d\0" % i) for i in range(50)]
    places = [(image.add(block), len(block)) for block in blocks]
    address = image.header(
        [encode.message_v1(CONTINUATION, image.continuation(*place)) for place in places],
        total=100,
    )
    header, source = walk(image, object_header, address)
    assert comments(header) == list(range(50))
    assert len(source.waves) == 3 + 1  # prefix twice, messages, all blocks


def test_many_headers_are_read_in_step() -> None:
    image = Image()
    addresses = [Chain(image, 1, 2).address for _ in range(40)]
    headers, source = walk(
        image, lambda reader: gather(object_header(reader, a) for a in addresses)
    )
    assert [comments(h) for h in headers if isinstance(h, ObjectHeader)] == [[0, 1, 2]] * 40
    assert len(source.waves) == 3 + 2


def circle(image: Image, version: int, length: int) -> int:
    """A header whose continuation blocks lead back to the first of them."""
    chain = Chain(image, version, 0)
    size = len(chain.block(chain.messages(1, 8, 8)))
    places = [image.add(bytes(size)) for _ in range(length)]
    for here, there in zip(places, places[1:] + places[:1], strict=True):
        image.put(here, chain.block(chain.messages(1, there, size)))
    return chain.header(chain.messages(0, places[0], size), 0xFFFF)


@pytest.mark.parametrize("length", [1, 2, 5])
@pytest.mark.parametrize("version", [1, 2])
def test_a_circle_of_blocks(version: int, length: int) -> None:
    image = Image()
    address = circle(image, version, length)
    with pytest.raises(LimitError, match="in a circle") as caught:
        walk(image, object_header, address)
    assert (caught.value.section, caught.value.offset) == ("IV.A.1", address)


def test_the_same_block_twice_in_one_level() -> None:
    image = Image()
    place = image.add(encode.message_v1(COMMENT, b"1\0"))
    again = encode.message_v1(CONTINUATION, image.continuation(place, 16))
    with pytest.raises(LimitError):
        walk(image, object_header, image.header([again, again]))


def test_too_many_blocks() -> None:
    image = Image()
    address = Chain(image, 2, 5).address
    header, _ = walk(image, object_header, address, limits=Limits(header_chunks=5))
    assert comments(header) == list(range(6))
    with pytest.raises(LimitError):
        walk(image, object_header, address, limits=Limits(header_chunks=4))


def test_more_messages_than_the_header_states() -> None:
    image = Image(base=512)
    place = image.add(encode.message_v1(COMMENT, b"1\0"))
    more = encode.message_v1(CONTINUATION, image.continuation(place, 16))
    assert comments(walk(image, object_header, image.header([more], total=2))[0]) == [1]
    address = image.header([more], total=1)
    with pytest.raises(FormatError) as caught:
        walk(image, object_header, address)
    error = caught.value
    assert (error.field, error.found) == ("number of header messages", 2)
    assert error.offset == 512 + address


def test_unknown_messages() -> None:
    image = Image()
    unknown = encode.message_v1(0x66, b"what?")
    header, _ = walk(image, object_header, image.header([unknown]))
    assert [m.type for m in header.messages] == [0x66]
    essential = encode.message_v1(0x66, b"what?", flags=0x80)
    with pytest.raises(UnsupportedError, match="0x66") as caught:
        walk(image, object_header, image.header([essential]))
    assert caught.value.offset is not None


# -- messages


def space_message(image: Image, flags: int = 0) -> bytes:
    return encode.message_v1(DATASPACE, dataspace(image.context, SPACE, 2), flags)


def shared(image: Image, address: int) -> bytes:
    return bytes([3, 2]) + encode.address(image.context, address)


async def message_of(reader: Reader, address: int, number: int) -> object:
    return await find_message(reader, await object_header(reader, address), number)


def test_a_message_of_the_header() -> None:
    image = Image()
    address = image.header([encode.message_v1(COMMENT, b"x\0"), space_message(image)])
    assert walk(image, message_of, address, DATASPACE)[0] == SPACE
    assert walk(image, message_of, address, DATATYPE)[0] is None


def test_a_message_in_another_header() -> None:
    image = Image(Context(4, 2), base=1024)
    there = image.header([space_message(image)])
    address = image.header([encode.message_v1(DATASPACE, shared(image, there), flags=2)])
    assert walk(image, message_of, address, DATASPACE)[0] == SPACE


def test_a_shared_message_that_leads_to_itself() -> None:
    image = Image()
    address = len(image.data)
    made = image.header([encode.message_v1(DATASPACE, shared(image, address), flags=2)])
    assert made == address
    with pytest.raises(FormatError, match="without a dataspace message"):
        walk(image, message_of, address, DATASPACE)


def test_a_part_of_an_attribute() -> None:
    image = Image()
    there = image.header([space_message(image)])

    async def parts(reader: Reader) -> list[object]:
        here = Part(dataspace(image.context, SPACE, 2), 0x700, False)
        away = Part(shared(image, there), 0x800, True)
        return await together(decode_part(reader, part, DATASPACE) for part in (here, away))

    assert walk(image, parts)[0] == [SPACE, SPACE]


def test_an_unreadable_message_says_which_it_is() -> None:
    image = Image()
    address = image.header(
        [encode.message_v1(COMMENT, b"x\0"), encode.message_v1(DATASPACE, b"\x09")]
    )
    with pytest.raises(FormatError) as caught:
        walk(image, message_of, address, DATASPACE)
    assert caught.value.within == "message 2 of 2, dataspace"
    assert caught.value.section == "IV.A.2.b"


def test_of_many_messages_the_unreadable_are_errors_in_their_place() -> None:
    image = Image()
    address = image.header(
        [space_message(image), encode.message_v1(DATASPACE, b"\x09"), space_message(image)]
    )

    async def all_of_them(reader: Reader) -> list[object]:
        return await find_messages(reader, await object_header(reader, address), DATASPACE)

    first, second, third = walk(image, all_of_them)[0]
    assert (first, third) == (SPACE, SPACE)
    assert isinstance(second, PureHDFError)
