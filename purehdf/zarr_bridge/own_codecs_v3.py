"""HDF5's own filters as codecs of Zarr format 3; they decode only.

See :mod:`purehdf.zarr_bridge.own_codecs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from zarr.abc.codec import BytesBytesCodec
from zarr.core.buffer import Buffer
from zarr.registry import register_codec

from . import own_codecs

__all__ = [
    "LZ4",
    "LZF",
    "Bitshuffle",
    "Fletcher32",
    "Nbit",
    "ScaleOffset",
    "Shuffle",
    "Szip",
    "register",
]


@dataclass(frozen=True)
class _Codec(BytesBytesCodec):
    """Undoes one filter of HDF5."""

    codec: ClassVar[type[own_codecs.OwnCodec]]
    is_fixed_size = False

    parameters: tuple[int, ...] = ()
    limit: int = 1 << 31

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Make the codec from its metadata."""
        name, configuration = data["name"], data.get("configuration", {})
        if name != cls.codec.codec_id:
            raise ValueError(f"expected the codec {cls.codec.codec_id}, found {name}")
        parameters = tuple(map(int, configuration.get("parameters", ())))
        return cls(parameters, int(configuration.get("limit", 1 << 31)))

    def to_dict(self) -> dict[str, Any]:
        """Return the codec's metadata."""
        configuration = {"parameters": list(self.parameters), "limit": self.limit}
        return {"name": self.codec.codec_id, "configuration": configuration}

    def _decode_sync(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer:
        data = memoryview(chunk_bytes.to_bytes())
        plain = self.codec(self.parameters, self.limit).decode_bytes(data)
        return chunk_spec.prototype.buffer.from_bytes(plain)  # type: ignore[no-any-return]

    async def _decode_single(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer:
        return self._decode_sync(chunk_bytes, chunk_spec)

    def _encode_sync(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer | None:
        raise NotImplementedError(f"{self.codec.codec_id} only decodes")

    async def _encode_single(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer | None:
        return self._encode_sync(chunk_bytes, chunk_spec)

    def compute_encoded_size(self, input_byte_length: int, chunk_spec: Any) -> int:
        """Refuse: it depends on the data."""
        raise NotImplementedError


class Shuffle(_Codec):
    """Filter 2, for lengths that are no multiple of the element's."""

    codec = own_codecs.Shuffle


class Fletcher32(_Codec):
    """Filter 3, as HDF5 computes it for odd lengths too."""

    codec = own_codecs.Fletcher32


class Szip(_Codec):
    """Filter 4."""

    codec = own_codecs.Szip


class Nbit(_Codec):
    """Filter 5."""

    codec = own_codecs.Nbit


class ScaleOffset(_Codec):
    """Filter 6."""

    codec = own_codecs.ScaleOffset


class LZF(_Codec):
    """Filter 32000."""

    codec = own_codecs.LZF


class LZ4(_Codec):
    """Filter 32004."""

    codec = own_codecs.LZ4


class Bitshuffle(_Codec):
    """Filter 32008."""

    codec = own_codecs.Bitshuffle


def register() -> None:
    """Make the codecs known to Zarr, whether or not entry points do."""
    for each in (Shuffle, Fletcher32, Szip, Nbit, ScaleOffset, LZF, LZ4, Bitshuffle):
        register_codec(each.codec.codec_id, each)
