"""Measure the time that ``import purehdf`` takes over ``import numpy``, and the first use.

The first use of ``purehdf.File`` imports the rest of the reader.

Each measurement is a fresh process; the medians are printed, in milliseconds.

    python benchmarks/import_time.py [PROCESSES]
"""

import statistics
import subprocess
import sys

PROBE = """
from time import perf_counter
start = perf_counter()
import numpy
middle = perf_counter()
import purehdf
imported = perf_counter()
purehdf.File
print(middle - start, imported - middle, perf_counter() - imported)
"""


def measure(processes: int) -> list[float]:
    """Median seconds to import numpy, then purehdf, then to ask for ``purehdf.File``."""
    runs = []
    for _ in range(processes + 1):
        done = subprocess.run(
            [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
        )
        runs.append([float(seconds) for seconds in done.stdout.split()])
    # The first process fills the disk cache and writes the byte code of the others.
    return [statistics.median(seconds) for seconds in zip(*runs[1:], strict=True)]


def main() -> None:
    """Measure and print."""
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    numpy_seconds, purehdf_seconds, use_seconds = measure(processes)
    print(f"median of {processes} processes, Python {sys.version.split()[0]}")
    print(f"import numpy    {1e3 * numpy_seconds:7.1f} ms")
    print(f"import purehdf  {1e3 * purehdf_seconds:7.1f} ms more")
    print(f"purehdf.File    {1e3 * use_seconds:7.1f} ms more")


if __name__ == "__main__":
    main()
