"""Strings of fixed and of variable length, of all paddings and character sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5t
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import purehdf
from purehdf.datatype.strings import fixed_string_dtype, text
from purehdf.errors import UnsupportedError
from purehdf.format.datatypes import String

from .oracle import read_both, write


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    size=st.integers(1, 9),
    padding=st.sampled_from((h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD)),
    charset=st.sampled_from((h5t.CSET_ASCII, h5t.CSET_UTF8)),
    letters=st.lists(st.sampled_from(b"ab \0\xc3"), min_size=36, max_size=36),
)
def test_fixed_as_h5py(
    tmp_path: Path, size: int, padding: int, charset: int, letters: list[int]
) -> None:
    tid = h5t.C_S1.copy()
    tid.set_size(size)
    tid.set_strpad(padding)
    tid.set_cset(charset)
    want, got = read_both(write(tmp_path / "made.h5", tid, bytes(letters[: 36 // size * size])))
    assert want.tobytes() == got.tobytes()
    assert purehdf.check_string_dtype(got.dtype) == h5py.check_string_dtype(want.dtype)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_variable_as_h5py(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "made.h5"
    words: list[Any] = ["", "one", "x" * 5000, "no é" if encoding == "utf-8" else "no e"]
    with h5py.File(path, "w") as f:
        f.create_dataset("d", data=np.array(words, object), dtype=h5py.string_dtype(encoding))
        f.create_dataset("never", (3,), h5py.string_dtype(encoding))
    for name in ("d", "never"):
        want, got = read_both(path, name)
        assert want.tolist() == got.tolist()


def test_undefined_character_set() -> None:
    with pytest.raises(UnsupportedError, match="character set 2"):
        fixed_string_dtype(String(4, 0, 2))


def test_names_that_are_not_utf8() -> None:
    assert text(b"\xff\xc3\xa9") == "\udcffé"
