"""An object of an obstore store as a source.  obstore itself is the caller's."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .parallel import CONNECTIONS, ParallelSource
from .protocol import Buffer, Range
from .retries import DEFAULT_RETRIES, Refusal, Retries, Transient, naming
from .version import Version, version_of

__all__ = ["ObstoreSource"]

# By name, as they are the same in all packages of this kind.
_MISSING = {"FileNotFoundError", "NotFoundError"}
_HOPELESS = {
    "InvalidPathError",
    "NotSupportedError",
    "PermissionDeniedError",
    "PermissionError",
    "UnauthenticatedError",
}


class ObstoreSource(ParallelSource):
    """The object at ``path`` of ``store``: of obstore, or of another package with its ``get``.

    The first answer tells the object's size and ETag; later ones must be of that version.
    obstore repeats requests that failed by itself, and each is repeated here where it still
    fails, or where too few bytes came.

    Parameters
    ----------
    store
        With the method ``get(path, options=...)`` of obspec, as all stores of obstore have it.
    path
        Of the object in the store.
    connections
        Requests that may be under way together.
    retries
        How often and how patiently a request is tried.
    """

    resident = None

    def __init__(
        self,
        store: Any,
        path: str,
        *,
        connections: int = CONNECTIONS,
        retries: Retries | None = None,
    ) -> None:
        super().__init__(path, connections)
        self._store = store
        self._path = path
        self._retries = retries or DEFAULT_RETRIES
        self._version: Version | None = None

    def _known_size(self) -> int | None:
        return self._version.size if self._version else None

    def _fetch(self, wanted: Range) -> Buffer:
        with naming(self.name, [wanted]):
            return self._retries.run(lambda: self._attempt(*wanted))

    def _attempt(self, start: int, stop: int) -> Buffer:
        with self._judging():
            try:
                answer = self._store.get(self._path, options={"range": (start, stop)})
            except Exception:
                if self._version is None and self._ends_before(start):
                    return b""
                raise
            self._accept(answer.meta)
            data = memoryview(answer.bytes())
        expected = min(stop, answer.meta["size"]) - start
        if len(data) != expected:
            raise Transient(f"{len(data)} bytes came in place of {expected}")
        return data

    def _ends_before(self, start: int) -> bool:
        """Whether the first range that was asked for lies past the end: stores differ there."""
        meta = self._store.head(self._path)
        if start >= meta["size"]:
            self._accept(meta)
            return True
        return False

    @contextmanager
    def _judging(self) -> Iterator[None]:
        """Tell failures that may pass from those that stay."""
        try:
            yield
        except Refusal:
            raise
        except Exception as error:  # packages of stores raise what they like
            kind = type(error).__name__
            if kind in _MISSING and self._version is None:
                missing = (errno.ENOENT, os.strerror(errno.ENOENT), self.name)
                raise FileNotFoundError(*missing) from error
            raise (Refusal if kind in _MISSING | _HOPELESS else Transient)(error) from error

    def _accept(self, meta: Mapping[str, Any]) -> None:
        version = version_of(meta)
        with self._lock:
            if self._version is None:
                self._version = version
            elif difference := self._version.differs(version):
                raise Refusal(f"the file changed while it was read: {difference}")
