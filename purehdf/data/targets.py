"""The other files that a file names, found without opening any of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..errors import PureHDFError
from ..format.messages.data_layout import Virtual
from ..format.messages.link import ExternalTarget, LinkTarget
from ..walk.datasets import dataset_record, is_dataset
from ..walk.groups import group_links, is_group
from ..walk.headers import ObjectHeader, object_header
from ..walk.reader import Reader
from ..walk.tree import visit_objects
from .external import external_names
from .virtual_sources import virtual_mappings

__all__ = ["ExternalFile", "external_targets"]


class ExternalFile(NamedTuple):
    """One other file that an object names.

    Attributes
    ----------
    kind : str
        "link" (an external link), "storage" (elements in a raw file) or "virtual" (a source
        of a virtual dataset).
    path : str
        The link, or the dataset.
    filename : str
        The name as the file has it; for a virtual dataset "%b" in it stands for a number.
    target : str or None
        The path in the other file; None for a raw file.
    """

    kind: str
    path: str
    filename: str
    target: str | None


async def external_targets(reader: Reader, root: int) -> list[ExternalFile]:
    """List the other files that objects below `root` name; what cannot be read is left out."""
    found: list[ExternalFile] = []

    async def visit(address: int, path: str) -> Mapping[str, LinkTarget]:
        try:
            header = await object_header(reader, address)
            if is_group(header):
                links = await group_links(reader, header)
                found.extend(_links(path, links))
                return links
            if is_dataset(header):
                found.extend(await _of_dataset(reader, header, path))
        except PureHDFError:
            pass  # Problems are listed by another walk.
        return {}

    await visit_objects(root, visit)
    return found


def _links(path: str, links: Mapping[str, LinkTarget]) -> list[ExternalFile]:
    return [
        ExternalFile(
            "link", f"{path.rstrip('/')}/{name}", _text(target.filename), _text(target.path)
        )
        for name, target in links.items()
        if isinstance(target, ExternalTarget)
    ]


async def _of_dataset(reader: Reader, header: ObjectHeader, path: str) -> list[ExternalFile]:
    record = await dataset_record(reader, header)
    if record.external is not None:
        names = await external_names(reader, record.external)
        return [ExternalFile("storage", path, name, None) for name, _, _ in names]
    if not isinstance(record.layout, Virtual):
        return []
    sources = [
        ExternalFile("virtual", path, _text(mapping.filename), _text(mapping.dataset))
        for mapping in await virtual_mappings(reader, record)
        if mapping.filename != b"."  # this file
    ]
    return list(dict.fromkeys(sources))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
