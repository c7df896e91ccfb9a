"""HDF5's own filters as codecs of Zarr format 3; they decode only.

See :mod:`purehdf.zarr_bridge.own_codecs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from zarr.abc.codec import BytesBytesCodec
from zarr.core.buffer import Buffer
from zarr.registry import register_codec

from .own_codecs import OWN, OwnCodec

__all__ = ["OwnBytesCodec", "register"]

_NAMES = {each.codec_id: each for each in OWN.values()}
_LIMIT = 1 << 31


@dataclass(frozen=True)
class OwnBytesCodec(BytesBytesCodec):
    """Undoes one filter of HDF5: that of the numcodecs codec which is called `name`."""

    is_fixed_size = False

    name: str
    parameters: tuple[int, ...] = ()
    limit: int = _LIMIT

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Make the codec from its metadata."""
        name, configuration = data["name"], data.get("configuration", {})
        if name not in _NAMES:
            raise ValueError(f"expected one of {', '.join(_NAMES)}, found {name}")
        parameters = tuple(map(int, configuration.get("parameters", ())))
        return cls(name, parameters, int(configuration.get("limit", _LIMIT)))

    def to_dict(self) -> dict[str, Any]:
        """Return the codec's metadata."""
        configuration = {"parameters": list(self.parameters), "limit": self.limit}
        return {"name": self.name, "configuration": configuration}

    def _decode_sync(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer:
        codec: OwnCodec = _NAMES[self.name](self.parameters, self.limit)
        plain = codec.decode_bytes(memoryview(chunk_bytes.to_bytes()))
        return chunk_spec.prototype.buffer.from_bytes(plain)  # type: ignore[no-any-return]

    async def _decode_single(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer:
        return self._decode_sync(chunk_bytes, chunk_spec)

    def _encode_sync(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer | None:
        raise NotImplementedError(f"{self.name} only decodes")

    async def _encode_single(self, chunk_bytes: Buffer, chunk_spec: Any) -> Buffer | None:
        return self._encode_sync(chunk_bytes, chunk_spec)

    def compute_encoded_size(self, input_byte_length: int, chunk_spec: Any) -> int:
        """Refuse: it depends on the data."""
        raise NotImplementedError


# What the entry points name.
Shuffle = Fletcher32 = Szip = Nbit = ScaleOffset = LZF = LZ4 = Bitshuffle = OwnBytesCodec


def register() -> None:
    """Make the codecs known to Zarr, whether or not entry points do."""
    for name in _NAMES:
        register_codec(name, OwnBytesCodec)
