"""An object of an obstore store as a source.  obstore itself is the caller's."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .parallel import CONNECTIONS, ParallelSource
from .protocol import Buffer, Range
from .retries import DEFAULT_RETRIES, Refusal, Retries, Transient, naming
from .version import Version, version_of

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

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
        self._threads: ThreadPoolExecutor | None = None

    def close(self) -> None:
        """Start no more requests; those under way come to their end."""
        super().close()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _known_size(self) -> int | None:
        return self._version.size if self._version else None

    def _fetch_all(self, wanted: Sequence[Range]) -> list[Buffer]:
        if len(wanted) < 2 or self.connections == 1:
            return [self._fetch(pair) for pair in wanted]
        return list(self._pool().map(self._fetch, wanted))

    def _pool(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor  # late: brings logging and more

        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self.connections, "purehdf-source")
            return self._threads

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
