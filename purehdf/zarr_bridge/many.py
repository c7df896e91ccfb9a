"""References for many files at once: on threads or on a Dask cluster, joined on demand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..extras import naming_extras
from .array_references import References
from .chunk_references import references
from .join import join
from .joined import Joined
from .kerchunk import kerchunk_dict, write_references

__all__ = ["Failure", "ManyReferences", "index_many"]

Progress = Callable[[int, int], None]


class Failure(NamedTuple):
    """A file that could not be indexed, and why."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class ManyReferences:
    """The references of many files.

    Attributes
    ----------
    found : dict of str to References
        By URL, in the order in which the files were given.
    failures : list of Failure
        Files that could not be indexed.
    concat_dim : str or None
        The dimension along which ``to_kerchunk`` joins them.
    """

    found: dict[str, References]
    failures: list[Failure]
    concat_dim: str | None

    def __repr__(self) -> str:
        return f"<References to {len(self.found)} files, and {len(self.failures)} failures>"

    def to_kerchunk(self) -> dict[str, Any]:
        """Return one set of references, in which the files follow each other.

        Arrays without the dimension are taken from the first file.

        Raises
        ------
        ValueError
            No dimension was given, a file failed, or the arrays do not fit: other shapes
            along the other dimensions, another type, other codecs or units; or a file but
            the last ends within a chunk.
        """
        return kerchunk_dict(self._joined())

    def write_kerchunk(self, path: str | os.PathLike[str], *, record_size: int = 100_000) -> None:
        """Write what :meth:`to_kerchunk` returns, as JSON or as Parquet.

        See ``purehdf.zarr_bridge.write_kerchunk``.
        """
        write_references(self._joined(), path, record_size)

    def _joined(self) -> Joined:
        if self.concat_dim is None:
            raise ValueError("concat_dim= says along which dimension files are joined")
        if self.failures:
            first = self.failures[0]
            raise ValueError(f"a file is missing: {first.url} ({first.reason})")
        return join(list(self.found.values()), self.concat_dim)


def index_many(
    urls: Sequence[str],
    *,
    workers: int = 8,
    client: Any = None,
    concat_dim: str | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> ManyReferences:
    """Index many files side by side.

    Parameters
    ----------
    urls : sequence of str
        Paths or URLs.
    workers : int
        Threads, without a `client`.
    client : dask.distributed.Client, optional
        The cluster that does the work; its workers must reach the files.
    concat_dim : str, optional
        The dimension along which ``to_kerchunk`` of the result joins the files.
    progress : callable, optional
        Called with the number of files done, and of all files.
    **options
        As ``references`` takes them, but for ``url=``.

    Raises
    ------
    ValueError
        A file is given twice, or there is no worker.
    """
    urls = list(map(str, urls))
    if len(set(urls)) < len(urls):
        raise ValueError("a file is given twice")
    if workers < 1:
        raise ValueError("workers is a number of threads, at least 1")
    done: dict[str, References | Failure] = {}
    run = _on_threads(urls, options, workers) if client is None else _on(client, urls, options)
    for url, result in run:
        done[url] = result
        if progress is not None:
            progress(len(done), len(urls))
    found: dict[str, References] = {}
    failures = []
    for url in urls:
        result = done[url]
        if isinstance(result, Failure):
            failures.append(result)
        else:
            found[url] = result
    return ManyReferences(found, failures, concat_dim)


def _one(url: str, options: dict[str, Any]) -> tuple[str, References | Failure]:
    """Index one file; whatever is wrong with it is no reason to stop the others."""
    try:
        return url, references(url, **options)
    except Exception as error:
        return url, Failure(url, f"{type(error).__name__}: {error}")


def _on_threads(
    urls: list[str], options: dict[str, Any], workers: int
) -> Iterator[tuple[str, References | Failure]]:
    with ThreadPoolExecutor(workers) as pool:
        for each in as_completed([pool.submit(_one, url, options) for url in urls]):
            yield each.result()


def _on(
    client: Any, urls: list[str], options: dict[str, Any]
) -> Iterator[tuple[str, References | Failure]]:
    with naming_extras("client="):
        import distributed

    completed: Any = distributed.as_completed  # it comes without types
    # Not pure: a file may have changed since it was indexed under the same name.
    futures = client.map(_one, urls, [options] * len(urls), pure=False)
    place = {future.key: url for future, url in zip(futures, urls, strict=True)}
    for future in completed(futures):
        error = future.exception()
        if error is None:
            yield future.result()
        else:  # the worker died, or could not load this package
            url = place[future.key]
            yield url, Failure(url, f"{type(error).__name__}: {error}")
