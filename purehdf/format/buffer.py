"""The type of bytes that decoders read."""

from __future__ import annotations

__all__ = ["Buffer"]

Buffer = bytes | memoryview
