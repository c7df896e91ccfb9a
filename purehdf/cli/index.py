"""``purehdf index``: references to the chunks of files, and a table of how each array is served."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .output import Output, printable
from .progress import progress_line

if TYPE_CHECKING:
    from ..zarr_bridge.many import ManyReferences

__all__ = ["EPILOG", "add_options", "index_files", "print_report"]

EPILOG = """\
OUT says by its ending what is written:
  .json            references as kerchunk writes them
  .parq, .parquet  the same as Parquet, in a folder (one FILE; needs pyarrow)
  .idx             an index of purehdf's own, which opens at once (one FILE)
  .icechunk        an Icechunk repository (one FILE; needs icechunk, virtualizarr, obstore)
Several files become one set of references, joined along --concat.

What the references cannot hold is left out, with its reason in the table; then the exit
code is 1.

examples:
  purehdf index climate.nc -o climate.json
  purehdf index s3://bucket/day1.nc s3://bucket/day2.nc --concat time -o days.json
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.set_defaults(file="index")  # whose name an error carries; many files have no one name
    parser.add_argument("files", metavar="FILE", nargs="+", help="a path or a URL")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="what to write")
    parser.add_argument("--concat", metavar="DIM", help="join files along this dimension")
    parser.add_argument("--group", default="/", help="the group that becomes the root")
    parser.add_argument("--workers", type=int, default=8, help="files at the same time")
    parser.add_argument(
        "--inline", metavar="BYTES", type=int, help="hold chunks of fewer bytes (500)"
    )
    parser.add_argument(
        "--zarr-format", type=int, choices=(2, 3), default=2, help="version of the metadata"
    )


def index_files(out: Output, options: argparse.Namespace) -> int:
    """Index files, write what was found, print the report, and return the exit code."""
    write = _WRITERS.get(Path(options.output).suffix)
    if write is None:
        raise ValueError(f"{options.output}: ends in none of {', '.join(_WRITERS)}")
    if len(options.files) > 1 and (write is not _write_json or options.concat is None):
        raise ValueError("several files are joined with --concat, into a .json")
    if write is _write_icechunk:
        options.zarr_format = 3
    with progress_line("files") as progress:
        found = _index(options, progress)
    if found.failures:
        for failure in found.failures:
            out.line(out.style("bad", f"! {printable(failure.url)}: {printable(failure.reason)}"))
        return 1
    write(found, options)
    return _report(out, found, as_json=options.json)


def _index(options: argparse.Namespace, progress: Any) -> ManyReferences:
    from ..zarr_bridge.many import index_many

    return index_many(
        options.files,
        workers=options.workers,
        concat_dim=options.concat,
        progress=progress,
        **_given(options),
    )


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Options of ``references`` that the user gave."""
    given = {"group": options.group, "zarr_format": options.zarr_format}
    return given if options.inline is None else {**given, "inline_threshold": options.inline}


def _write_json(found: ManyReferences, options: argparse.Namespace) -> None:
    from ..zarr_bridge.kerchunk import kerchunk_dict

    only = next(iter(found.found.values()))
    refs = kerchunk_dict(only) if options.concat is None else found.to_kerchunk()
    Path(options.output).write_text(json.dumps(refs))


def _write_parquet(found: ManyReferences, options: argparse.Namespace) -> None:
    from ..zarr_bridge.parquet_refs import write_parquet

    write_parquet(next(iter(found.found.values())), options.output, 100_000)


def _write_index(found: ManyReferences, options: argparse.Namespace) -> None:
    from ..zarr_bridge.saved_index import save_index

    save_index(options.files[0], options.output, **_given(options))


def _write_icechunk(found: ManyReferences, options: argparse.Namespace) -> None:
    from ..zarr_bridge.icechunk_refs import write_icechunk

    write_icechunk(next(iter(found.found.values())), options.output)


_WRITERS = {
    ".json": _write_json,
    ".parq": _write_parquet,
    ".parquet": _write_parquet,
    ".idx": _write_index,
    ".icechunk": _write_icechunk,
}


def _report(out: Output, found: ManyReferences, *, as_json: bool) -> int:
    reports = {url: each.report for url, each in found.found.items()}
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
