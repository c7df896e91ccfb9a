"""``purehdf index``: references to the chunks of files, and a table of how each array is served."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from errno import EEXIST
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from .numbers import at_least
from .output import Output, printable
from .progress import progress_line

if TYPE_CHECKING:
    from ..zarr_bridge.chunk_references import References

__all__ = ["EPILOG", "add_options", "index_files", "print_report"]

EPILOG = """\
OUT says by its ending what is written:
  .json            references as kerchunk writes them
  .parq, .parquet  the same as Parquet, in a folder (needs pyarrow)
  .idx             an index of purehdf's own, which opens at once (one FILE)
  .zarr            a folder with Zarr's metadata, and where the chunks lie in FILE (one FILE);
                   HDF5Zarr(None, store=OUT, store_mode="r") opens it
  .icechunk        an Icechunk repository (one FILE; needs icechunk, virtualizarr, obstore)
Several files become one set of references, joined along --concat.

What OUT cannot hold is left out, with its reason in the table; then the exit code is 1.

examples:
  purehdf index climate.nc -o climate.json
  purehdf index climate.nc -o climate.zarr
  purehdf index s3://bucket/day1.nc s3://bucket/day2.nc --concat time -o days.parquet
"""

Reports = Mapping[str, Iterable[Any]]
Progress = Callable[[int, int], None]


class _Failed(Exception):
    """Files could not be indexed: URL and reason of each."""


class _Writer(NamedTuple):
    """Writes an index of one form, and returns its reports by file."""

    write: Callable[[argparse.Namespace, Progress], Reports]
    zarr_format: int
    joins: bool = False
    inlines: bool = True


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    # The file whose name an error carries: several have no one name.
    parser.set_defaults(file="index", refuse=parser.error)
    parser.add_argument("files", metavar="FILE", nargs="+", help="a path or a URL")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="what to write")
    parser.add_argument("--concat", metavar="DIM", help="join files along this dimension")
    parser.add_argument("--group", default="/", help="the group that becomes the root")
    parser.add_argument("--workers", type=at_least(1), default=8, help="files at the same time")
    parser.add_argument(
        "--inline", metavar="BYTES", type=at_least(0), help="hold chunks of fewer bytes (500)"
    )
    parser.add_argument(
        "--zarr-format",
        type=int,
        choices=(2, 3),
        help="version of the metadata (2; 3 in .zarr and .icechunk)",
    )


def index_files(out: Output, options: argparse.Namespace) -> int:
    """Index files, write what was found, print the report, and return the exit code."""
    writer = _writer(options)
    if len(options.files) == 1:
        options.file = options.files[0]
    try:
        with progress_line("files") as progress:
            progress(0, len(options.files))
            reports = writer.write(options, progress)
    except _Failed as error:
        for url, reason in error.args:
            Output(sys.stderr).line(f"purehdf: {printable(url)}: {printable(reason)}")
        return 1
    return _report(out, reports, as_json=options.json)


def _writer(options: argparse.Namespace) -> _Writer:
    """What writes OUT, once it is known that it can do what is asked for."""
    refuse: Callable[[str], NoReturn] = options.refuse
    writer = _WRITERS.get(Path(options.output).suffix)
    if writer is None:
        refuse(f"{options.output}: ends in none of {', '.join(_WRITERS)}")
    several = len(options.files) > 1
    if (several and options.concat is None) or (options.concat and not writer.joins):
        refuse("several files are joined with --concat, into .json or .parquet")
    if options.inline is not None and not writer.inlines:
        refuse("--inline: this form holds no chunks")
    if options.zarr_format is None:
        options.zarr_format = writer.zarr_format
    return writer


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Options of ``references`` that the user gave."""
    given = {"group": options.group, "zarr_format": options.zarr_format}
    return given if options.inline is None else {**given, "inline_threshold": options.inline}


def _write_references(options: argparse.Namespace, progress: Progress) -> Reports:
    from ..zarr_bridge.kerchunk import write_references
    from ..zarr_bridge.many import index_many

    found = index_many(
        options.files,
        workers=options.workers,
        concat_dim=options.concat,
        progress=progress,
        **_given(options),
    )
    if found.failures:
        raise _Failed(*found.failures)
    if options.concat is None:
        write_references(found.found[options.files[0]], options.output)
    else:
        found.write_kerchunk(options.output)
    return {url: each.report for url, each in found.found.items()}


def _write_index(options: argparse.Namespace, progress: Progress) -> Reports:
    from ..zarr_bridge.saved_index import save_index

    return _only(options, save_index(options.file, options.output, **_given(options)).references)


def _write_zarr(options: argparse.Namespace, progress: Progress) -> Reports:
    from ..zarr_bridge.hdf5zarr import HDF5Zarr

    try:
        bridge = HDF5Zarr(
            options.file,
            hdf5group=options.group,
            store=options.output,
            store_path="",
            store_mode="w-",
            consolidated=True,
            zarr_format=options.zarr_format,
        )
    except FileExistsError:
        raise FileExistsError(EEXIST, os.strerror(EEXIST), options.output) from None
    return {options.file: bridge.report()}


def _write_icechunk(options: argparse.Namespace, progress: Progress) -> Reports:
    from ..zarr_bridge.chunk_references import references
    from ..zarr_bridge.icechunk_refs import write_icechunk

    if options.zarr_format != 3:
        options.refuse("an Icechunk repository is of Zarr format 3")
    found = references(options.file, **_given(options))
    write_icechunk(found, options.output)
    return _only(options, found)


def _only(options: argparse.Namespace, found: References) -> Reports:
    return {options.file: found.report}


_WRITERS = {
    ".json": _Writer(_write_references, 2, joins=True),
    ".parq": _Writer(_write_references, 2, joins=True),
    ".parquet": _Writer(_write_references, 2, joins=True),
    ".idx": _Writer(_write_index, 2),
    ".zarr": _Writer(_write_zarr, 3, inlines=False),
    ".icechunk": _Writer(_write_icechunk, 3),
}


def _report(out: Output, reports: Reports, *, as_json: bool) -> int:
    if as_json:
        out.json({url: [each._asdict() for each in report] for url, report in reports.items()})
    else:
        print_report(out, reports)
    return int(any(each.how == "refused" for report in reports.values() for each in report))


def print_report(out: Output, reports: Mapping[str, Iterable[Any]]) -> None:
    """Print entries of reports as a table: path, how it is served, and why."""
    for url, report in reports.items():
        if len(reports) > 1:
            out.line(out.style("title", printable(os.path.basename(url))))
        rows = [(printable(each.path), each.how, printable(each.reason)) for each in report]
        width = max((len(path) for path, _, _ in rows), default=0)
        for path, how, reason in rows:
            style = "bad" if how == "refused" else "value" if how == "raw" else "field"
            how = out.style(style, how) + " " * (10 - len(how))
            out.line(f"{path:{width}}  {how} {reason}")
