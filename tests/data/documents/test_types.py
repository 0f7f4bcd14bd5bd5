"""Types and groups: a list's type and an MRZ's code meet in one group."""

import re

import pytest

from data.documents import types
from data.documents.tables.types import ROWS


@pytest.mark.parametrize(
    ("type_code", "mrz_code"),
    [
        ("PAS", "P"),
        ("DIP", "PD"),
        ("RFP", "PR"),
        ("IDC", "ID"),
        ("CRW", "AC"),
        ("RES", "C"),
        ("VSA", "V"),
        ("DRV", "D1"),
        ("DRV", "FA"),
    ],
)
def test_a_listed_type_and_an_mrz_code_share_a_group(type_code: str, mrz_code: str) -> None:
    assert types.type_group(type_code) == types.group_of_mrz(mrz_code) == types.group_of(mrz_code)


def test_a_typed_list_type_is_not_mistaken_for_an_mrz_code() -> None:
    assert types.group_of("DIP") == "P"
    assert types.group_of("dip") == "P"
    assert types.group_of("D") == "D"


def test_group_queries_and_unknown_types() -> None:
    assert [types.type_group(code) for code in ("P", "I", "V", "QQQ")] == ["P", "I", "V", "O"]
    assert [types.group_of_mrz(code) for code in ("", "<<", "G<", "7<", "\u0663", "\ud800")] == [""] * 6


def test_the_table_is_sound() -> None:
    codes = [row[0] for row in ROWS]
    assert len(set(codes)) == len(codes) and 60 <= len(codes) < 127
    assert all(re.fullmatch("[A-Z]{3}", row[0]) and row[1] in ("STD", "SAD") and len(row[2]) == 1 for row in ROWS)


def test_every_type_packs_and_unpacks() -> None:
    assert [types.type_at(types.type_index(code)) for code in types.ALL] == list(types.ALL)
    assert types.type_index("QQQ") == 0 and types.type_at(0) == ""
    with pytest.raises(IndexError):
        types.type_at(127)


def test_positions_in_the_table_never_move() -> None:
    assert [types.type_index(code) for code in ("PAS", "IDC", "VSA", "DRV", "OTH")] == [1, 26, 49, 55, 66]


def test_words_for_the_screen() -> None:
    assert types.name_of("DIP") == "diplomatic passport"
    assert types.name_of("I") == "identity document"
    assert types.name_of("QQQ") == "QQQ"
