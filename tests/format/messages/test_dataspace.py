"""Dataspace message, versions 1 and 2 (IV.A.2.b)."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.messages.dataspace import Dataspace, decode_dataspace

from ..table import Row, Table


class TestDataspace(Table):
    decode = staticmethod(decode_dataspace)
    rows = (
        Row(
            "version 1, scalar",
            """
            01                      | version
            00                      | dimensionality
            00                      | flags
            00*5                    | reserved
            """,
            Dataspace((), ()),
        ),
        Row(
            "version 1, of fixed size",
            """
            01                      | version
            02                      | dimensionality
            00                      | flags
            00*5                    | reserved
            <L:4>                   | dimension 0 size
            <L:80>                  | dimension 1 size
            """,
            Dataspace((4, 80), (4, 80)),
        ),
        Row(
            "version 1, one dimension unlimited",
            """
            01                      | version
            02                      | dimensionality
            01                      | flags                     # maximum sizes are stored
            00*5                    | reserved
            <L:4>                   | dimension 0 size
            <L:80>                  | dimension 1 size
            <L:unlimited>           | dimension 0 maximum size
            <L:100>                 | dimension 1 maximum size
            """,
            Dataspace((4, 80), (None, 100)),
        ),
        Row(
            "version 1, permutation indices, which no library ever wrote",
            """
            01                      | version
            01                      | dimensionality
            03                      | flags
            00*5                    | reserved
            <L:4>                   | dimension 0 size
            <L:4>                   | dimension 0 maximum size
            <L:0>                   | permutation index 0
            """,
            Dataspace((4,), (4,)),
        ),
        Row(
            "version 2, scalar",
            """
            02                      | version
            00                      | dimensionality
            00                      | flags
            00                      | type                      # 0: scalar
            """,
            Dataspace((), ()),
        ),
        Row(
            "version 2, simple",
            """
            02                      | version
            01                      | dimensionality
            01                      | flags
            01                      | type                      # 1: simple
            <L:0>                   | dimension 0 size
            <L:unlimited>           | dimension 0 maximum size
            """,
            Dataspace((0,), (None,)),
        ),
        Row(
            "version 2, null: no elements at all",
            """
            02                      | version
            00                      | dimensionality
            00                      | flags
            02                      | type                      # 2: null
            """,
            Dataspace(None, None),
        ),
    )

    @pytest.mark.parametrize(
        ("data", "field"),
        [("02 00 00 03", "type"), ("02 21 00 01", "dimensionality")],
        ids=["unknown type", "33 dimensions"],
    )
    def test_impossible(self, data: str, field: str) -> None:
        with pytest.raises(FormatError) as caught:
            decode_dataspace(Cursor(bytes.fromhex(data), Context()))
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("shape", "size"), [((), 1), ((4, 80), 320), ((4, 0), 0), (None, 0)], ids=str
)
def test_number_of_elements(shape: tuple[int, ...] | None, size: int) -> None:
    assert Dataspace(shape, shape).size == size
