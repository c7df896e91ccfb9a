"""The options of the command line, and what becomes of errors."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from errno import ENOENT
from typing import Any
from warnings import catch_warnings, simplefilter

from .. import __version__
from ..errors import FileStateWarning, PureHDFError
from ..extras import extra_of
from . import copy, index
from .dump import dump_object
from .hexview import explain_bytes, header_offset
from .listing import list_objects
from .numbers import at_least, offset
from .output import Output, printable, wants_colour
from .selection import parse_selection_text
from .target import split_target

__all__ = ["main"]

_INTERRUPTED, _PIPE_CLOSED = 130, 141  # what a shell shows for SIGINT and SIGPIPE

_DESCRIPTION = """\
Look into HDF5 and netCDF-4 files, without libhdf5.

FILE is a path or a URL (https://..., or s3://... with purehdf[remote]).
"""
_EPILOG = """\
examples:
  purehdf ls climate.nc
  purehdf dump climate.nc/temperature -s '0, :5'
  purehdf explain climate.nc 0x60

exit codes:
  0    all was read
  1    the file or the object, or a part of it, cannot be read, or the output not written
  2    wrong options or arguments
  130  interrupted
  141  whoever reads the output has closed it
"""
_LS_EPILOG = """\
A dataset's line gives its shape, type, layout, filters, and stored size of logical size.
`-> path` is a soft or external link, `= path` an object that was listed before under
another name, `!` what cannot be read, and why: then the exit code is 1.

examples:
  purehdf ls climate.nc
  purehdf ls climate.nc /group --depth 1
  purehdf ls climate.nc -al
"""
_DUMP_EPILOG = """\
A selection is written as in numpy: integers, slices, lists of integers, and `...`; one that
begins with a minus as --select=-1.

examples:
  purehdf dump climate.nc
  purehdf dump climate.nc/temperature
  purehdf dump climate.nc/temperature -s '0, :5, ::2'
  purehdf dump climate.nc/lat --json
"""
_EXPLAIN_EPILOG = """\
An offset is a file offset in bytes: decimal, or hexadecimal with 0x.  With the path of an
object its header is explained, where it begins.  The answer is the
innermost field that holds the byte, its value, what the field lies in, and the section of
the HDF5 file format specification (4.0) that defines it.

examples:
  purehdf explain climate.nc 8
  purehdf explain climate.nc 0x60 0x2a8
  purehdf explain climate.nc/temperature
  purehdf explain climate.nc --map
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command (`argv`: without the program's name) and return its exit code."""
    options = _parser().parse_args(argv)
    out = Output(sys.stdout, colour=wants_colour(options.color, sys.stdout))
    try:
        with catch_warnings():
            simplefilter("always", FileStateWarning)
            warnings.showwarning = _show_warning
            code: int = options.run(out, options)
        out.stream.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (PureHDFError, OSError, ValueError, IndexError) as error:
        # An error that names a file may mean the one that was to be written.
        file = getattr(error, "filename", None) or options.file
        return _failed(f"{printable(str(file))}: {_message(error, options.file)}")
    except ModuleNotFoundError as error:
        found = extra_of(error)
        if found is None:
            raise
        return _failed(f"this needs {found[0]}: pip install purehdf[{found[1]}]")
    except RecursionError:
        text = "groups are nested too deep for JSON; --depth says how far to go"
        return _failed(f"{printable(options.file)}: {text}")
    return code


def _failed(text: str) -> int:
    Output(sys.stderr).line(f"purehdf: {text}")
    return 1


def _show_warning(message: Warning | str, *place: Any, **more: Any) -> None:
    Output(sys.stderr).line(f"purehdf: {printable(str(message))}")


def _message(error: Exception, file: str) -> str:
    """What is wrong; `file`, which stands before it, is not said once more."""
    if isinstance(error, OSError) and not isinstance(error, PureHDFError) and error.strerror:
        return error.strerror
    text = str(error)
    if isinstance(error, FileNotFoundError) and text and file.endswith(text):
        return os.strerror(ENOENT)  # fsspec gives the name alone
    return printable(text.replace(f"{file}: ", "", 1))


def _parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="purehdf", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=formatter
    )
    parser.add_argument("--version", action="version", version=f"purehdf {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, summary: str, epilog: str, run: Any) -> argparse.ArgumentParser:
        each = commands.add_parser(
            name, help=summary, description=summary, epilog=epilog, formatter_class=formatter
        )
        each.set_defaults(run=run)
        each.add_argument("--json", action="store_true", help="print JSON")
        each.add_argument(
            "--color",
            choices=("auto", "always", "never"),
            default="auto",
            help="colour; auto: on a terminal, and as NO_COLOR and FORCE_COLOR say",
        )
        return each

    _ls_options(command("ls", "list the objects of a file as a tree", _LS_EPILOG, _ls))
    _dump_options(command("dump", "print an object: metadata and values", _DUMP_EPILOG, _dump))
    _explain_options(
        command("explain", "say what a byte of the file is", _EXPLAIN_EPILOG, _explain)
    )
    index.add_options(
        command("index", "write references to the chunks", index.EPILOG, index.index_files)
    )
    copy.add_options(command("copy", "copy a file into a Zarr store", copy.EPILOG, copy.copy_file))
    return parser


def _ls_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE[/PATH]", help="a path or URL")
    parser.add_argument("path", metavar="PATH", nargs="?", help="where in the file to begin")
    parser.add_argument("-l", "--long", action="store_true", help="leave nothing out")
    parser.add_argument("-a", "--attributes", action="store_true", help="list attributes too")
    parser.add_argument("-d", "--depth", type=at_least(0), help="levels of groups to list")


def _dump_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE[/PATH]", help="a path or URL")
    parser.add_argument("path", metavar="PATH", nargs="?", help="the object in the file")
    parser.add_argument("-s", "--select", type=_selection, help="the elements to print")
    parser.add_argument("-f", "--full", action="store_true", help="print all elements")
    parser.add_argument("-r", "--recursive", action="store_true", help="all objects below, too")


def _explain_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE[/PATH]", help="a path or URL; with the header of an object in it"
    )
    parser.add_argument("offsets", metavar="OFFSET", nargs="*", type=offset, help="a byte")
    parser.add_argument("--map", action="store_true", help="print a table of all bytes")
    parser.add_argument("--nested", action="store_true", help="the same, with what lies inside")


def _selection(text: str) -> tuple[Any, ...]:
    try:
        return parse_selection_text(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _target(options: argparse.Namespace) -> tuple[str, str]:
    """The file, and the path of the object in it."""
    file, path = split_target(options.file)
    if options.path is None:
        return file, path
    return file, f"{path.rstrip('/')}/{options.path.lstrip('/')}"


def _ls(out: Output, options: argparse.Namespace) -> int:
    file, path = _target(options)
    return list_objects(
        out,
        file,
        path,
        depth=options.depth,
        attributes=options.attributes,
        long=options.long,
        json=options.json,
    )


def _dump(out: Output, options: argparse.Namespace) -> int:
    file, path = _target(options)
    return dump_object(
        out,
        file,
        path,
        selection=options.select,
        full=options.full,
        recursive=options.recursive,
        json=options.json,
    )


def _explain(out: Output, options: argparse.Namespace) -> int:
    file, path = split_target(options.file)
    headers = [] if path == "/" else [header_offset(file, path)]
    shows_map = options.map or options.nested
    if not headers + options.offsets and not shows_map:
        raise SystemExit(_usage("explain: FILE/PATH, an OFFSET or --map is wanted"))
    return explain_bytes(
        out,
        file,
        headers + options.offsets,
        map=shows_map,
        nested=options.nested,
        json=options.json,
    )


def _usage(message: str) -> int:
    Output(sys.stderr).line(f"purehdf {message}; see purehdf explain --help")
    return 2
