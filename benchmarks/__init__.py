"""Benchmarks: purehdf beside other readers of HDF5, in turns in one run; see README.md."""
