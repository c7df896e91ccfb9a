"""``NWBZARRHDF5IO``: PyNWB's reader of an NWB file, through Zarr."""

from __future__ import annotations

import re
from typing import Any

from hdmf.backends.errors import UnsupportedOperation
from hdmf.backends.io import HDMFIO
from hdmf.build import BuildManager

from ...errors import PureHDFError
from ..capabilities import HAS_MORE_TYPES
from .builders import BuilderReader
from .opening import Opened, open_target
from .specs import load_namespaces

__all__ = ["NWBZARRHDF5IO"]


class NWBZARRHDF5IO(HDMFIO):  # type: ignore[misc]  # hdmf has no types
    """Reads an NWB file of HDF5 into PyNWB's containers, without h5py.

    Data stays in the file until it is sliced; scalars and attributes are read at once.  What
    Zarr cannot hold is left out with a warning.

    Parameters
    ----------
    path
        What ``purehdf.File`` takes: a path, a URL, a binary file object; or an ``HDF5Zarr``,
        its ``zgroup``, or a store.  Saved metadata does if ``HDF5Zarr(..., nwb=True)`` saved it.
    mode : {"r"}
        The file is only read.
    load_namespaces : bool
        Whether types are those of the namespaces in the file, not those of PyNWB; only
        without a `manager`.
    manager : hdmf.build.BuildManager, optional
        Builds the containers; PyNWB's by default.
    file
        The same as `path`, as HDF5Zarr calls it.
    herd_path : str, optional
        A file of references to external resources, as hdmf takes it.
    options
        Others that :class:`HDF5Store` takes: ``storage_options``, ``external``, ``limits``.

    Raises
    ------
    ValueError
        For another mode, two targets or none, or saved metadata without links.
    NotImplementedError
        With zarr-python 3.0, which has too few types.
    """

    def __init__(
        self,
        path: Any = None,
        mode: str = "r",
        load_namespaces: bool = True,
        manager: Any = None,
        *,
        file: Any = None,
        herd_path: str | None = None,
        **options: Any,
    ) -> None:
        # First of all: hdmf closes even what was never opened.
        self._opened: Opened | None = None
        self._reader: BuilderReader | None = None
        self._others: dict[str, tuple[Opened, BuilderReader]] = {}
        if not HAS_MORE_TYPES:
            raise NotImplementedError("zarr-python before 3.1 has no type for the tables of NWB")
        if mode != "r":
            raise ValueError(f"mode {mode!r}: an HDF5 file is read through Zarr, never written")
        if (path is None) == (file is None):
            raise ValueError("give path, or file")
        self._target = path if file is None else file
        self._options = options
        self.open()
        try:
            if manager is None:
                manager = self._make_manager(load_namespaces)
            super().__init__(manager=manager, source=self._current.name, herd_path=herd_path)
        except BaseException:
            self.close()
            raise

    def _make_manager(self, load: bool) -> Any:
        from pynwb import get_type_map  # late: it loads the specification of NWB

        types = get_type_map()
        if load:
            self.load_namespaces_io(types)
        return BuildManager(types)

    # -- the file

    @property
    def _current(self) -> Opened:
        if self._opened is None:
            raise UnsupportedOperation("the file is closed")
        return self._opened

    @property
    def zgroup(self) -> Any:
        """The root of the file as a ``zarr.Group``, in which each object stands once."""
        return self._current.zgroup

    _file = zgroup  # as hdmf's own readers call it, and its validator asks for it

    def open(self) -> None:
        """Open the file, if it is not."""
        if self._opened is None:
            self._opened = open_target(self._target, self._options)

    def close(self) -> None:
        """Close the file, and those that its links lead to."""
        for other, _ in self._others.values():
            other.close()
        self._others.clear()
        self._reader = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def is_open(self) -> bool:
        """Whether the file is open."""
        return self._opened is not None

    @staticmethod
    def can_read(path: Any) -> bool:
        """Whether it is an NWB file of version 2 or later."""
        try:
            opened = open_target(path, {})
        except (PureHDFError, OSError):
            return False
        try:
            return _major_version(opened.zgroup) >= 2
        finally:
            opened.close()

    # -- reading

    def read(self, **kwargs: Any) -> Any:
        """Return the ``NWBFile``; ``skip_version_check=True`` takes any version.

        Raises TypeError for what is no NWB file of version 2 or later.
        """
        if not kwargs.pop("skip_version_check", False) and _major_version(self.zgroup) < 2:
            raise TypeError("not an NWB file of version 2 or later")
        return super().read(**kwargs)

    def read_builder(self) -> Any:
        """Return the builder of the root, with those of all that it holds."""
        if self._reader is None:
            self._reader = self._reader_of(self._current)
        return self._reader.root()

    def _reader_of(self, opened: Opened) -> BuilderReader:
        return BuilderReader(
            opened.zgroup, opened.name, self._construct, self._other, opened.left_out
        )

    def _construct(self, builder: Any) -> Any:
        return self.manager.construct(builder)

    def _other(self, name: str) -> BuilderReader:
        """The reader of another file, which a link was permitted to lead to."""
        if name == self._current.name and self._reader is not None:
            return self._reader
        if name not in self._others:
            opened = open_target(name, self._options)
            self._others[name] = opened, self._reader_of(opened)
        return self._others[name][1]

    # -- namespaces

    @classmethod
    def load_namespaces(
        cls, namespace_catalog: Any, path: Any = None, namespaces: Any = None, **kwargs: Any
    ) -> Any:
        """Load the namespaces in a file into a catalog or a TypeMap; return what they hold."""
        target = kwargs.pop("file", None) if path is None else path
        opened = open_target(target, kwargs)
        try:
            return load_namespaces(opened.zgroup, namespace_catalog, namespaces, opened.name)
        finally:
            opened.close()

    def load_namespaces_io(self, namespace_catalog: Any, namespaces: Any = None) -> Any:
        """Load the namespaces in this file into a catalog or a TypeMap."""
        return load_namespaces(self.zgroup, namespace_catalog, namespaces, self._current.name)

    # -- writing

    def write_builder(self, builder: Any, **kwargs: Any) -> None:
        """Refuse: the file is only read."""
        raise UnsupportedOperation("an HDF5 file is read through Zarr, never written")


def _major_version(zgroup: Any) -> int:
    """First number of the version of NWB; 0 where there is none."""
    version = zgroup.attrs.get("nwb_version")
    found = re.match(r"(?:NWB-)?(\d+)", version) if isinstance(version, str) else None
    return int(found[1]) if found else 0
