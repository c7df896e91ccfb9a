"""The ring of decoders: bytes -> records.  No I/O, no waiting; the standard library and numpy.

Modules are named after the sections of the HDF5 File Format Specification, version 4.0:

===========  ====================================  =========================================
section      structure                             module
===========  ====================================  =========================================
I.A          checksums                             ``checksum``
II.A         superblock, versions 0 to 3           ``superblock``
II.B         driver information block              ``driver_info``
II.C         superblock extension                  its messages: ``messages``
III.A.1      version 1 B-trees                     ``btree_v1``
III.A.2      version 2 B-trees                     ``btree_v2``
III.B, C     symbol table nodes and entries        ``symbol_table``
III.D        local heap                            ``local_heap``
III.E        global heap                           ``global_heap``, ``heap_objects``
III.F        mappings of virtual datasets          ``virtual_mapping``
III.G        fractal heap                          ``fractal_heap``
III.H        free-space manager                    ``free_space``
III.I        shared object header message table    ``shared_message_table``
IV.A.1       object headers                        ``object_header``
IV.A.2       header messages                       ``messages``, see the table there
IV.A.2.d     the datatype classes                  ``datatypes``
VII.C        fixed array                           ``fixed_array``, ``chunk_element``
VII.D        extensible array                      ``extensible_array``, ``chunk_element``
VIII         selections, references                ``selection``, ``lattice``, ``reference``
(none)       metadata cache image                  ``cache_image``
===========  ====================================  =========================================

What is read of each type of record:

==================================  ==========================================================
records                             what becomes of them
==================================  ==========================================================
version 1 B-tree, node types 0, 1   links of groups, chunks of datasets
version 2 B-tree, types 1, 2        huge objects of fractal heaps, found by their numbers
types 3, 4                          huge objects whose IDs say where they are: for ``explain``
types 5, 8                          links and attributes, by the hash of the name
types 6, 9                          the same by creation order: for ``explain``, readers sort
type 7                              shared messages by their hash: for ``explain``; readers
                                    follow heap IDs
types 10, 11                        chunks, plain and filtered
fractal heap IDs                    managed, huge (direct, indirect), tiny; filtered or not
free-space sections                 of the file and of heaps: for ``explain``
driver information                  family and multi (split): members are joined
header messages                     all, see ``messages``; NIL has no content
==================================  ==========================================================

What they are built from: ``block`` (declared runs of fields), ``cursor`` (the position in
a window of bytes), ``columns`` (many structures at once), ``recording`` (the tracer),
``context`` (the sizes of a file), ``checksum``, ``structure`` (names for errors).

Read ``symbol_table`` first: it is short and shows everything.
"""
