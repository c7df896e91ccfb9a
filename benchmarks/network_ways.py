"""How each library lists, indexes and reads a file behind HTTP or S3."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["WORKS", "Place"]

BUCKET, REGION = "bucket", "us-east-1"


@dataclass(frozen=True)
class Place:
    """A file on a server, reached by ``"http"`` or ``"s3"``."""

    endpoint: str
    dialect: str
    name: str

    @property
    def url(self) -> str:
        """Where it is."""
        start = f"{self.endpoint}/" if self.dialect == "http" else "s3://"
        return f"{start}{BUCKET}/{self.name}"

    @property
    def options(self) -> dict[str, Any]:
        """What fsspec must be told."""
        if self.dialect == "http":
            return {}
        return {"anon": True, "endpoint_url": self.endpoint}

    def store(self) -> Any:
        """The store of obstore that the file is in."""
        from obstore.store import HTTPStore, S3Store

        options: Any = {"allow_http": True}
        if self.dialect == "http":
            return HTTPStore(f"{self.endpoint}/{BUCKET}", client_options=options)
        return S3Store(
            BUCKET,
            endpoint=self.endpoint,
            region=REGION,
            skip_signature=True,
            client_options=options,
        )

    def file(self, cache: str) -> Any:
        """The file, opened by fsspec with one of its caches of 4 MB blocks."""
        import fsspec

        fs = fsspec.filesystem(self.dialect, **self.options)
        fs.invalidate_cache()
        path = self.url.removeprefix("s3://")
        return fs.open(path, "rb", block_size=4 << 20, cache_type=cache)

    def registry(self) -> Any:
        """The registry that VirtualiZarr finds the store in."""
        from obspec_utils.registry import ObjectStoreRegistry

        start = f"{self.endpoint}/{BUCKET}" if self.dialect == "http" else f"s3://{BUCKET}"
        return ObjectStoreRegistry({start: self.store()})


# -- what is done with an open file


def _listed(file: Any) -> Any:
    return [(name, tuple(each.shape), each.dtype.str) for name, each in file.items()]


def _read(file: Any) -> Any:
    return file["d"][...]


def _h5py_chunks(file: Any) -> Any:
    def rows(dataset: Any) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        dataset.id.chunk_iter(lambda chunk: found.append((chunk.byte_offset, chunk.size)))
        return found

    return {name: _columns(rows(dataset)) for name, dataset in file.items()}


def _pyfive_chunks(file: Any) -> Any:
    return {
        name: _columns([(each.byte_offset, each.size) for each in dataset.id.index.values()])
        for name, dataset in file.items()
    }


def _own_chunks(file: Any) -> Any:
    tables = file.chunk_tables().items()
    return {name: np.sort(table.file_offset) for name, table in tables}


def _columns(rows: Any) -> Any:
    return np.sort(np.array([offset for offset, _ in rows], "i8"))


# -- ways to open it


def _through_fsspec(library: str, cache: str) -> Callable[[Callable[[Any], Any]], Any]:
    def opened(work: Callable[[Any], Any]) -> Callable[[Place], Any]:
        def run(place: Place) -> Any:
            module = importlib.import_module(library)
            with place.file(cache) as raw, module.File(raw, "r") as file:
                return work(file)

        return run

    return opened


def _purehdf(work: Callable[[Any], Any]) -> Callable[[Place], Any]:
    def run(place: Place) -> Any:
        import purehdf

        with purehdf.File(place.url, storage_options=place.options) as file:
            return work(file)

    return run


def _purehdf_obstore(work: Callable[[Any], Any]) -> Callable[[Place], Any]:
    def run(place: Place) -> Any:
        import purehdf
        from purehdf.source import ObstoreSource

        with purehdf.File(ObstoreSource(place.store(), place.name)) as file:
            return work(file)

    return run


def _purehdf_signed(work: Callable[[Any], Any]) -> Callable[[Place], Any]:
    """Of S3: by a URL that s3fs signs, which is then read with the standard library."""

    def run(place: Place) -> Any:
        import purehdf

        url = place.url
        if place.dialect == "s3":
            import s3fs

            keys = {"key": "name", "secret": "word", "endpoint_url": place.endpoint}
            fs = s3fs.S3FileSystem(**keys, config_kwargs={"signature_version": "s3v4"})
            url = fs.sign(url, expiration=3600)
        with purehdf.File(url) as file:
            return work(file)

    return run


async def _async_root(place: Place) -> Any:
    from async_hdf5 import HDF5File

    return await (await HDF5File.open(place.name, store=place.store())).root_group()


def _async_listed(place: Place) -> Any:
    async def walk() -> Any:
        root = await _async_root(place)
        datasets = [(name, await root.dataset(name)) for name in await root.children()]
        return [(n, tuple(d.shape), np.dtype(d.numpy_dtype).str) for n, d in datasets]

    return asyncio.run(walk())


def _async_chunks(place: Place) -> Any:
    async def walk() -> Any:
        root, found = await _async_root(place), {}
        for name in await root.children():
            index = await (await root.dataset(name)).chunk_index()
            found[name] = _columns([(each.byte_offset, each.byte_length) for each in index])
        return found

    return asyncio.run(walk())


def _kerchunk_chunks(place: Place) -> Any:
    from kerchunk.hdf import SingleHdf5ToZarr

    with place.file("blockcache") as raw:
        refs = SingleHdf5ToZarr(raw, place.url, inline_threshold=0).translate()["refs"]
    rows: dict[str, list[tuple[int, int]]] = {}
    for key, value in refs.items():
        if not key.rpartition("/")[2].startswith("."):
            rows.setdefault(key.rpartition("/")[0], []).append(value[1:])
    return {name: _columns(found) for name, found in rows.items()}


def _manifest(parser: Any, place: Place) -> Any:
    arrays = parser()(place.url, place.registry())._group.arrays
    return {name: np.sort(arrays[name].manifest._offsets.ravel().astype("i8")) for name in arrays}


def _virtualizarr_chunks(place: Place) -> Any:
    from virtualizarr.parsers import HDFParser

    return _manifest(HDFParser, place)


_FILES = {
    "purehdf": _purehdf,
    "purehdf, signed": _purehdf_signed,
    "purehdf, obstore": _purehdf_obstore,
    "h5py, fsspec": _through_fsspec("h5py", "blockcache"),
    "pyfive, fsspec": _through_fsspec("pyfive", "blockcache"),
}
_CHUNKS = {"h5py, fsspec": _h5py_chunks, "pyfive, fsspec": _pyfive_chunks}
WORKS: dict[str, dict[str, Callable[[Place], Any]]] = {
    "list": {name: way(_listed) for name, way in _FILES.items()} | {"async-hdf5": _async_listed},
    "index": {name: way(_CHUNKS.get(name, _own_chunks)) for name, way in _FILES.items()}
    | {
        "async-hdf5": _async_chunks,
        "kerchunk": _kerchunk_chunks,
        "VirtualiZarr": _virtualizarr_chunks,
    },
    "read": {name: way(_read) for name, way in _FILES.items()},
}
"""Work -> library -> how it does the work."""
