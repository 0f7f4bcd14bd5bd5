"""What the officer reads about a candidate."""

from appliance.matching.index import PersonIndex
from appliance.matching.reasons import plain
from data.findings import Agreement
from data.persons.person import Sex
from tests.appliance.matching.people import ask, found, notice


def test_one_line_says_what_agrees_and_what_does_not() -> None:
    candidate = found(ask("DOOST", "MOHAMMAD", "1965-03-17", sex=Sex.MALE, nationality="SYR"))["dost"]
    assert candidate.says == (
        "DOOST = DOST (same sound) · MOHAMMAD = MOHAMMAD · born 1965: year fits · sex same · nationality differs"
    )


def test_what_argues_against_is_said_with_the_listed_value() -> None:
    candidate = found(ask("DOST", "MOHAMMAD", "1990-01-02", sex=Sex.MALE, nationality="SYR"))["dost"]
    assert candidate.against == (
        "born 1990-01-02, the list says 1965",
        "the listed person's nationality is Afghanistan",
    )


def test_name_parts_without_a_counterpart_argue_against() -> None:
    candidate = found(ask("SMYTHEVALE", "ALARIC", "1972-03-04"))["smith"]
    assert candidate.against == ("the listed name has no ALARIC", "the traveller's name has no JONATHAN")


def test_what_a_cut_off_name_lacks_does_not_argue_against_it() -> None:
    query = ("KONSTANTINOPOLSKY WEATHERBOTTOM", "MAXIMILIANA")
    assert found(ask(*query))["long"].against == ("the traveller's name has no BARTHOLOMEA",)
    assert found(ask(*query, truncated="yes"))["long"].against == ()


def test_the_question_comes_from_what_the_record_has() -> None:
    assert (
        found(ask("DOST", "MOHAMMAD", "1965-01-02"))["dost"].ask
        == "Ask for the father's name: the list says Gul ZARIN."
    )
    papers = found(ask("VRBENSKY", "OTTOKAR", "1949-06-06"))["papers"]
    assert papers.ask == "Ask for other documents: the list knows passport OX 123-4567 of Afghanistan."
    assert found(ask("SMYTHEVALE", "JONATHAN", "1972-03-04"))["smith"].ask.startswith(
        "The record has no full birth date"
    )


def test_every_field_shows_both_values_and_how_they_compare() -> None:
    rows = {row.field: row for row in found(ask("DOST", "MOHAMMAD", "1965-01-02", nationality="AFG"))["dost"].fields}
    assert {name: row.agreement for name, row in rows.items()} == {
        "name": Agreement.SAME,
        "birth": Agreement.CLOSE,
        "sex": Agreement.MISSING,
        "nationality": Agreement.SAME,
    }
    assert (rows["birth"].traveller, rows["birth"].listed) == ("1965-01-02", "1965")
    assert rows["sex"].weight == 0 < rows["birth"].weight


def test_a_birth_date_that_is_not_shown_is_not_held_against_anybody() -> None:
    candidate = found(ask("DOST", "MOHAMMAD"))["dost"]
    assert "birth date not shown" in candidate.says
    assert candidate.against == ()


def test_a_former_states_nationality_is_close() -> None:
    index = PersonIndex([notice("old", "Ottokar VRBENSKY", born=("1949-06-06",), nationalities=("CSK",))])
    assert "nationality fits a former state" in found(ask("VRBENSKY", "OTTOKAR", nationality="CZE"), index)["old"].says


def test_listed_text_cannot_drive_the_terminal() -> None:
    index = PersonIndex([notice("bad", "Ottokar \x1b[31mVRBENSKY\u202e\n", father="A\x07B")])
    candidate = found(ask("VRBENSKY", "OTTOKAR"), index)
    text = "".join(str(one) for one in candidate.values())
    assert not set(text) & {"\x1b", "\x07", "\u202e", "\n"}
    assert plain("a\tb\x00") == "a b"
