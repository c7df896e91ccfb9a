"""The ring of decoders: bytes -> records.  No I/O, no waiting; the standard library and numpy.

Modules are named after the sections of the HDF5 File Format Specification, version 4.0:

===========  ====================================  =========================================
section      structure                             module
===========  ====================================  =========================================
II.A         superblock                            ``superblock``
III.A.1      version 1 B-trees                     ``btree_v1``
III.A.2      version 2 B-trees                     ``btree_v2``
III.B, C     symbol table nodes and entries        ``symbol_table``
III.D        local heap                            ``local_heap``
III.E        global heap                           ``global_heap``
III.G        fractal heap                          ``fractal_heap``
IV.A.1       object headers                        ``object_header``
IV.A.2       header messages                       ``messages``, one module each
IV.A.2.d     the datatype classes                  ``datatypes``
===========  ====================================  =========================================

What they are built from: ``block`` (declared runs of fields), ``cursor`` (the position in
a window of bytes), ``columns`` (many structures at once), ``recording`` (the tracer),
``context`` (the sizes of a file), ``checksum``, ``structure`` (names for errors).

Read ``symbol_table`` first: it is short and shows everything.
"""
