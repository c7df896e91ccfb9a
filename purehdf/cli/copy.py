"""``purehdf copy``: a real copy of a file in a Zarr store."""

from __future__ import annotations

import argparse
import warnings
from errno import EEXIST
from typing import TYPE_CHECKING

from .index import print_report
from .numbers import at_least
from .output import Output
from .progress import progress_line

if TYPE_CHECKING:
    from ..zarr_bridge.export import ExportResult

__all__ = ["EPILOG", "add_options", "copy_file"]

EPILOG = """\
Chunks that Zarr can decode are copied as they are.  Every value is read back and compared.
What Zarr cannot hold is left out, with its reason in the table; then the exit code is 1.

examples:
  purehdf copy climate.nc climate.zarr
  purehdf copy climate.nc climate.zarr --resume
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument("file", metavar="FILE", help="a path or a URL")
    parser.add_argument("output", metavar="OUT.zarr", help="a folder, or the URL of a store")
    parser.add_argument("--group", default="/", help="the group that becomes the root")
    parser.add_argument("--workers", type=at_least(1), default=4, help="threads")
    parser.add_argument("--no-verify", action="store_true", help="do not read back what is written")
    parser.add_argument(
        "--zarr-format", type=int, choices=(2, 3), default=3, help="version of the format"
    )
    there = parser.add_mutually_exclusive_group()
    there.add_argument("--overwrite", action="store_true", help="empty the store first")
    there.add_argument("--resume", action="store_true", help="leave what is there already")


def copy_file(out: Output, options: argparse.Namespace) -> int:
    """Copy a file, print the report, and return the exit code."""
    try:
        result = _copy(options)
    except FileExistsError:
        message = "is not empty: --overwrite, or --resume"
        raise FileExistsError(EEXIST, message, options.output) from None
    if options.json:
        entries = [entry._asdict() for entry in result.report]
        counts = {"copied": result.copied, "skipped": result.skipped, "bytes": result.nbytes}
        out.json({**counts, "report": entries})
    else:
        print_report(out, {options.file: result.report})
        done = f"{result.copied} keys copied, {result.nbytes} bytes"
        out.line(f"{done}; {result.skipped} were there" if result.skipped else done)
    return int(any(entry.how == "refused" for entry in result.report))


def _copy(options: argparse.Namespace) -> ExportResult:
    from ..zarr_bridge.export import export_to_zarr

    with progress_line("keys") as progress, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zarr's, about what others cannot read
        return export_to_zarr(
            options.file,
            options.output,
            zarr_format=options.zarr_format,
            workers=options.workers,
            progress=progress,
            overwrite=options.overwrite,
            resume=options.resume,
            verify=not options.no_verify,
            group=options.group,
        )
