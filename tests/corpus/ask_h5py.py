"""A process that looks at files with h5py.

Paths come on standard input, one a line; pickled findings go to standard output.  libhdf5
crashes and hangs on some files, and then only this process ends.
"""

from __future__ import annotations

import pickle
import signal
import sys

import h5py

from tests.corpus.seen import Failure, Seen, see

SECONDS = 20


def look(path: str) -> Seen | Failure:
    try:
        with h5py.File(path, "r", locking=False) as file:
            return see(file, Exception)
    except Exception as error:
        return Failure(error)


def main() -> None:
    for line in sys.stdin:
        signal.alarm(SECONDS)  # whoever takes longer is killed
        found = look(line.rstrip("\n"))
        signal.alarm(0)
        pickle.dump(found, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
