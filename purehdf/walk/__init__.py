"""The ring of walkers: which address comes next.

The contract: a walker is an ``async def`` function that awaits nothing but
:class:`purehdf.walk.need.Need`.  It knows the structures of ``purehdf.format`` and asks a
:class:`purehdf.walk.reader.Reader` to decode them; it never sees where bytes come from.
A list of addresses goes through ``load_all``, ``load_level`` or ``gather``, never through
a loop of awaits, so that a remote file costs one wave for each level and not one for
each structure.
"""
