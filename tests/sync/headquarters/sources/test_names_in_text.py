"""Names out of free text, and whom else a remark names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.person import Associate, ListedName, NameQuality
from sync.headquarters.sources.names_in_text import (
    MAX_ASSOCIATES,
    NAME_LIMIT,
    clean_name,
    drop_repetitions,
    find_associates,
    find_linked,
    is_other_script,
    parse_comma_name,
    split_names,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brother of Omar Dune (QDi.901).", [("Omar Dune", "brother of", "QDi.901")]),
        ("Associated with Dune Traders (QDe.902, listed in 2020).", [("Dune Traders", "associated with", "QDe.902")]),
        ("Deputy to KARL VAN DUNE (CDi.903), and others.", [("KARL VAN DUNE", "deputy to", "CDi.903")]),
        (
            "Member of the Front for the Dunes of the East (FDE) (TAe.904).",
            [("Front for the Dunes of the East", "member of", "TAe.904")],
        ),
        ("He met Abu Zed al-Dune (deceased, QDi.905) there.", [("Abu Zed al-Dune", "", "QDi.905")]),
        ("Wife of Omar Dune.", [("Omar Dune", "wife of", "")]),
        ("Wife of Omar Dune; later Omar Dune (QDi.901) left.", [("Omar Dune", "", "QDi.901")]),
        ("Himself (QDi.900). Born in Wells (Kenya). Seen in May (2011).", []),
        ("the dunes (QDi.906)", []),
    ],
)
def test_only_what_is_marked_as_a_person_or_body_is_taken(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [
        (associate.name, associate.relation, associate.record) for associate in find_associates(text, "QDi.900")
    ] == expected


def test_linked_names_meet_the_record_of_who_is_listed_under_that_very_name() -> None:
    records = {"DUNE, Omar": "OFAC-1", "ZED S.A.": "OFAC-2"}
    assert find_linked(["DUNE, Omar", "ZED S.A", "DUNE TRADERS, LTD"], records) == (
        Associate("Omar DUNE", record="OFAC-1"),
        Associate("ZED S.A", record="OFAC-2"),
        Associate("DUNE TRADERS, LTD"),
    )


@given(st.text(alphabet="AbDe al-of()QDi.019,; Brother", max_size=300))
def test_any_remark_is_read_and_bounded(text: str) -> None:
    associates = find_associates(text * 8, "QDi.000")
    assert len(associates) <= MAX_ASSOCIATES
    assert all(associate.name for associate in associates)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mirko Orun; Mirko Ala-Orun", ["Mirko Orun", "Mirko Ala-Orun"]),
        ("T. Velan b) T. J. Velan; X Y", ["T. Velan", "T. J. Velan", "X Y"]),
        ("Bela Ronto a.k.a. Bela Rontov", ["Bela Ronto", "Bela Rontov"]),
        ("Mo Lanhai (莫兰海)", ["Mo Lanhai", "莫兰海"]),
        ("Goran Vela (original script: Горан Вела)", ["Goran Vela", "Горан Вела"]),
        ("نبهان (Nabhan One; Nebhan One)", ["نبهان", "Nabhan One", "Nebhan One"]),
        ("Dario Vela داريو", ["Dario Vela", "داريو"]),
        ("Bima Vela (birth name)", ["Bima Vela"]),
        ("EL VELA (FIELD NAME)", ["EL VELA"]),
        ("Vela Orun (Ana Velaska)", ["Vela Orun", "Ana Velaska"]),
        ("(Sheikh) Vela", ["Sheikh Vela"]),
        ("Ilya Velayev (Velaev)", ["Ilya Velayev Velaev"]),
        ("Mirna Vela, born 5 May 1960 (Kenya passport no. 1, issued)", ["Mirna Vela"]),
        ("Dario Vela son of Otto (داريو),", ["Dario Vela", "داريو"]),
        (") Bima Vela", ["Bima Vela"]),
        ("“Chief Vela”", ["Chief Vela"]),
        ("VELA, Bima", ["Bima VELA"]),
        ("Vela, III (third)", ["Vela III"]),
        ("‘Ana al-Vela", ["‘Ana al-Vela"]),
        ("na", []),
        ("NA", ["NA"]),
        ("", []),
    ],
)
def test_one_field_may_hold_several_names(text: str, names: list[str]) -> None:
    assert [name.full for name in split_names(text, NameQuality.GOOD)] == names


def test_another_script_is_the_original_name() -> None:
    assert [name.quality for name in split_names("Jin (金)", NameQuality.LOW)] == [
        NameQuality.LOW,
        NameQuality.ORIGINAL,
    ]


@pytest.mark.parametrize(
    ("text", "full", "surname", "given"),
    [
        ("VAN QARN, Otto Idris", "Otto Idris VAN QARN", "VAN QARN", "Otto Idris"),
        ("DELA VELA, Felix, Jr.", "Felix DELA VELA Jr.", "DELA VELA", "Felix Jr."),
        ("VELA ORUN", "VELA ORUN", "", ""),
        (", ,", "", "", ""),
    ],
)
def test_a_comma_tells_the_surname(text: str, full: str, surname: str, given: str) -> None:
    assert parse_comma_name(text, NameQuality.GOOD) == ListedName(full, surname, given, NameQuality.GOOD)


def test_repetitions_go_but_the_surname_they_tell_stays() -> None:
    names = drop_repetitions([ListedName("A VELA"), ListedName("a vela", "vela", "a", NameQuality.LOW), ListedName("")])
    assert names == (ListedName("A VELA", "vela", "a"),)


@given(st.text(max_size=2000))
def test_any_text_gives_names_that_are_clean_and_short(text: str) -> None:
    for name in split_names(text, NameQuality.GOOD):
        assert name.full and len(name.full) <= NAME_LIMIT + 1
        assert clean_name(name.full) == name.full


@pytest.mark.parametrize(
    ("text", "other"), [("Ægir Ñandú", False), ("Nguyễn", False), ("Юша", True), ("金", True), ("-1", False)]
)
def test_scripts(text: str, other: bool) -> None:
    assert is_other_script(text) is other
