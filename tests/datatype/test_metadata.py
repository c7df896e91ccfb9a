"""h5py's helpers for dtypes: ours give the same answers."""

from __future__ import annotations

import pickle
from typing import Any

import h5py
import numpy as np
import pytest

from purehdf.datatype import metadata
from purehdf.datatype.metadata import AttributeReference, Reference, RegionReference
from purehdf.errors import FormatError
from purehdf.format.selection import AllSelection

DTYPES: list[Any] = [
    h5py.string_dtype(),
    h5py.string_dtype("ascii"),
    h5py.string_dtype("utf-8", 7),
    np.dtype("S3"),
    np.dtypes.StringDType(),
    h5py.vlen_dtype(np.dtype("f4")),
    h5py.enum_dtype({"a": 1}, "<i4"),
    h5py.opaque_dtype(np.dtype("M8[s]")),
    np.dtype("c8"),
    h5py.complex_compat_dtype("<c16"),
    np.dtype([("r", "f4"), ("i", "f8")]),
    np.dtype([("x", "f4"), ("i", "f4")]),
    np.dtype("f8"),
]


@pytest.mark.parametrize("dtype", DTYPES, ids=repr)
@pytest.mark.parametrize("kind", ["string", "vlen", "enum", "opaque", "ref", "complex"])
def test_looking_at_dtypes(kind: str, dtype: Any) -> None:
    name = f"check_{kind}_dtype"
    assert getattr(metadata, name)(dtype) == getattr(h5py, name)(dtype)


@pytest.mark.parametrize("kind", ["vlen", "enum", "ref"])
def test_check_dtype(kind: str) -> None:
    for dtype in DTYPES:
        assert metadata.check_dtype(**{kind: dtype}) == h5py.check_dtype(**{kind: dtype})


MADE: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("string_dtype", (), {}),
    ("string_dtype", ("ASCII", 4), {}),
    ("string_dtype", ("utf8",), {}),
    ("enum_dtype", ({"x": 3},), {"basetype": "<i2"}),
    ("vlen_dtype", (np.dtype("i4"),), {}),
    ("opaque_dtype", ("M8[us]",), {}),
    ("complex_compat_dtype", (">c8",), {}),
    ("special_dtype", (), {"vlen": bytes}),
    ("special_dtype", (), {"enum": ("i1", {"a": 0})}),
]


@pytest.mark.parametrize(("name", "args", "kwds"), MADE)
def test_making_dtypes(name: str, args: Any, kwds: Any) -> None:
    ours, theirs = getattr(metadata, name)(*args, **kwds), getattr(h5py, name)(*args, **kwds)
    assert (ours, ours.metadata) == (theirs, theirs.metadata)


WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("string_dtype", ("latin-1",), {}),
    ("string_dtype", ("no such",), {}),
    ("enum_dtype", ({}, "f4"), {}),
    ("opaque_dtype", ("O",), {}),
    ("opaque_dtype", ([("a", "i4")],), {}),
    ("opaque_dtype", ("S",), {}),
    ("complex_compat_dtype", ("f4",), {}),
    ("special_dtype", (), {}),
    ("special_dtype", (), {"enum": 3}),
    ("special_dtype", (), {"ref": int}),
    ("special_dtype", (), {"other": 1}),
    ("check_dtype", (), {"other": 1}),
    ("check_dtype", (), {}),
]


@pytest.mark.parametrize(("name", "args", "kwds"), WRONG)
def test_refusing(name: str, args: Any, kwds: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as theirs:
        getattr(h5py, name)(*args, **kwds)
    with pytest.raises(theirs.type):
        getattr(metadata, name)(*args, **kwds)


def test_references_of_dtypes() -> None:
    assert metadata.check_ref_dtype(metadata.ref_dtype) is Reference
    assert metadata.check_ref_dtype(metadata.regionref_dtype) is RegionReference
    assert metadata.special_dtype(ref=RegionReference) is metadata.regionref_dtype


def test_references() -> None:
    error = FormatError("broken")
    refs = [
        Reference(),
        Reference(5),
        Reference(5, "other.h5"),
        RegionReference(5, AllSelection()),
        RegionReference(5),
        AttributeReference(5, "a"),
        AttributeReference(5, "b"),
        Reference(problem=error),
    ]
    assert len(set(refs)) == len(refs)
    assert [bool(ref) for ref in refs] == [False] + [True] * 7
    assert pickle.loads(pickle.dumps(refs[:-1])) == refs[:-1]
    assert "null" in repr(refs[0])
    assert "0x5" in repr(refs[3])
    assert "broken" in repr(refs[-1])
    with pytest.raises(FormatError):
        _ = refs[-1].address


def test_the_names_of_an_enumeration_may_be_edited() -> None:
    """They are the caller's own: the dtype may belong to many datasets."""
    dtype = metadata.enum_dtype({"a": 1})
    for _ in range(2):
        found = metadata.check_enum_dtype(dtype)
        assert found == {"a": 1}
        found["b"] = 2
    assert metadata.check_dtype(enum=dtype) == {"a": 1}
