"""Types and groups: a list's type and an MRZ's code meet in one group."""

import re

import pytest

from data.documents import code_tables
from data.documents.tables.types import DOCUMENT_TYPES


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
    assert code_tables.type_group(type_code) == code_tables.group_of_mrz(mrz_code) == code_tables.group_of(mrz_code)


def test_a_typed_list_type_is_not_mistaken_for_an_mrz_code() -> None:
    assert code_tables.group_of("DIP") == "P"
    assert code_tables.group_of("dip") == "P"
    assert code_tables.group_of("D") == "D"


def test_group_queries_and_unknown_types() -> None:
    assert [code_tables.type_group(code) for code in ("P", "I", "V", "QQQ")] == ["P", "I", "V", "O"]
    assert [code_tables.group_of_mrz(code) for code in ("", "<<", "G<", "7<", "\u0663", "\ud800")] == [""] * 6


def test_the_table_is_sound() -> None:
    codes = [row[0] for row in DOCUMENT_TYPES]
    assert len(set(codes)) == len(codes) and 60 <= len(codes) < 127
    assert all(
        re.fullmatch("[A-Z]{3}", row[0]) and row[1] in ("STD", "SAD") and len(row[2]) == 1 for row in DOCUMENT_TYPES
    )


def test_every_type_packs_and_unpacks() -> None:
    assert [code_tables.type_at(code_tables.type_index(code)) for code in code_tables.TYPE_CODES] == list(
        code_tables.TYPE_CODES
    )
    assert code_tables.type_index("QQQ") == 0 and code_tables.type_at(0) == ""
    with pytest.raises(IndexError):
        code_tables.type_at(127)


def test_positions_in_the_table_never_move() -> None:
    assert [code_tables.type_index(code) for code in ("PAS", "IDC", "VSA", "DRV", "OTH")] == [1, 26, 49, 55, 66]


def test_words_for_the_screen() -> None:
    assert code_tables.type_name("DIP") == "diplomatic passport"
    assert code_tables.type_name("I") == "identity document"
    assert code_tables.type_name("QQQ") == "QQQ"


@pytest.mark.parametrize("code", ["", " ", "X", "RX", "OX", "REFUGEE", "OTHERS", "PASSPORT", "CARD", "\u0663"])
def test_a_code_that_says_no_type_is_of_no_group(code: str) -> None:
    assert code_tables.group_of(code) == ""


@pytest.mark.parametrize("group", code_tables.TYPE_GROUPS)
def test_the_letter_of_a_group_is_that_group(group: str) -> None:
    assert code_tables.group_of(group.lower()) == group
