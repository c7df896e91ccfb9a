"""The command line: ``purehdf ls``, ``purehdf dump`` and ``purehdf explain``.

``main`` has the options and the exit codes.  ``listing`` and ``dump`` look at objects
through the h5py-like interface, ``hexview`` at the bytes through ``purehdf.explain``;
``words`` and ``values`` say in text what they find, and ``output`` prints it.
"""
