"""What the officer reads about a candidate."""

from dataclasses import replace

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.reasons import clarifying_question as ask_for
from appliance.matching.reasons import printable_text
from data.persons.person import Sex
from data.screenings import Agreement
from tests.appliance.support.people import ask, candidates_by_record, notice


def test_one_line_says_what_agrees_and_what_does_not() -> None:
    candidate = candidates_by_record(ask("DOOST", "MOHAMMAD", "1965-03-17", sex=Sex.MALE, nationality="SYR"))["dost"]
    assert candidate.says == (
        "DOOST = DOST (same sound) · MOHAMMAD = MOHAMMAD · born 1965: same year · same sex · nationality differs"
    )


def test_what_argues_against_is_said_with_the_listed_value() -> None:
    candidate = candidates_by_record(ask("DOST", "MOHAMMAD", "1990-01-02", sex=Sex.MALE, nationality="SYR"))["dost"]
    assert candidate.against == (
        "born 1990-01-02, the list says 1965",
        "the listed person's nationality is Afghanistan",
    )


def test_name_parts_without_a_counterpart_argue_against() -> None:
    candidate = candidates_by_record(ask("SMYTHEVALE", "ALARIC", "1972-03-04"))["smith"]
    assert candidate.against == ("the listed name has no ALARIC", "the traveller's name has no JONATHAN")


def test_what_a_cut_off_name_lacks_does_not_argue_against_it() -> None:
    query = ("KONSTANTINOPOLSKY WEATHERBOTTOM", "MAXIMILIANA")
    assert candidates_by_record(ask(*query))["long"].against == ("the traveller's name has no BARTHOLOMEA",)
    assert candidates_by_record(ask(*query, truncated="yes"))["long"].against == ()


def test_the_question_comes_from_what_the_record_has() -> None:
    assert (
        candidates_by_record(ask("DOST", "MOHAMMAD", "1965-01-02"))["dost"].ask
        == "Ask for the father's name: the list says Gul ZARIN."
    )
    papers = candidates_by_record(ask("VRBENSKY", "OTTOKAR", "1949-06-06"))["papers"]
    assert papers.ask == "Ask for other documents: the list knows passport OX 123-4567 of Afghanistan."
    assert candidates_by_record(ask("SMYTHEVALE", "JONATHAN", "1972-03-04"))["smith"].ask.startswith(
        "The record has no full birth date"
    )


def test_every_field_shows_both_values_and_how_they_compare() -> None:
    rows = {
        row.field: row
        for row in candidates_by_record(ask("DOST", "MOHAMMAD", "1965-01-02", nationality="AFG"))["dost"].fields
    }
    assert {name: row.agreement for name, row in rows.items()} == {
        "name": Agreement.SAME,
        "birth": Agreement.CLOSE,
        "sex": Agreement.MISSING,
        "nationality": Agreement.SAME,
    }
    assert (rows["birth"].traveller, rows["birth"].listed) == ("1965-01-02", "1965")
    assert rows["sex"].weight == 0 < rows["birth"].weight


def test_a_birth_date_that_is_not_shown_is_not_held_against_anybody() -> None:
    candidate = candidates_by_record(ask("DOST", "MOHAMMAD"))["dost"]
    assert "birth date not shown" in candidate.says
    assert candidate.against == ()


def test_a_former_states_nationality_is_close() -> None:
    index = PersonIndex([notice("old", "Ottokar VRBENSKY", born=("1949-06-06",), nationalities=("CSK",))])
    assert (
        "nationality of a successor state"
        in candidates_by_record(ask("VRBENSKY", "OTTOKAR", nationality="CZE"), index)["old"].says
    )


def test_listed_text_cannot_drive_the_terminal() -> None:
    index = PersonIndex([notice("bad", "Ottokar \x1b[31mVRBENSKY\u202e\n", father="A\x07B")])
    candidate = candidates_by_record(ask("VRBENSKY", "OTTOKAR"), index)
    text = "".join(str(one) for one in candidate.values())
    assert not set(text) & {"\x1b", "\x07", "\u202e", "\n"}
    assert printable_text("a\tb\x00") == "a b"


def test_a_birth_date_that_argues_against_is_not_called_close() -> None:
    index = PersonIndex([notice("one", "Esteban QUORRILLO", born=("1970", "1972"))])
    (born,) = [
        row
        for row in candidates_by_record(ask("QUORRILLO", "ESTEBAN", "1971-04-05"), index)["one"].fields
        if row.field == "birth"
    ]
    assert (born.agreement, born.note, born.listed) == (Agreement.DIFFERS, "one year off", "1970, 1972")


def test_dates_are_told_in_words() -> None:
    index = PersonIndex([notice("one", "Esteban QUORRILLO", born=("~1953", "1963..1967"))])
    rows = {
        row.field: row for row in candidates_by_record(ask("QUORRILLO", "ESTEBAN", "1954-04-05"), index)["one"].fields
    }
    assert rows["birth"].listed == "about 1953, 1963 to 1967"
    assert rows["birth"].note == "about that year"


def test_the_note_of_a_name_tells_only_what_differs() -> None:
    index = PersonIndex([notice("one", "Esteban QUORRILLO PANGHO")])
    assert (
        candidates_by_record(ask("KUORRILLO", "ESTEBAN"), index)["one"].fields[0].note
        == "KUORRILLO = QUORRILLO (same sound)"
    )
    assert (
        candidates_by_record(ask("QUORRILLO", "ESTEBAN"), index)["one"].fields[0].note
        == "some parts are on one side only"
    )


def test_characters_that_others_than_chinese_read_are_uncertain() -> None:
    person = notice("one", "田中太郎", born=("1965-01-02",), nationalities=("JPN",))
    candidate = candidates_by_record(ask("TANAKA", "TARO", "1965-01-02"), PersonIndex([person]))["one"]
    assert "the listed characters may be read in another way" in candidate.against
    assert candidate.fields[0].listed.startswith("田中太郎 (TANAKA TARO")
    chinese = notice("two", "张志国", born=("1965-01-02",), nationalities=("CHN",))
    assert not candidates_by_record(ask("ZHANG", "ZHIGUO", "1965-01-02"), PersonIndex([chinese]))["two"].against


def test_a_country_alone_is_no_question_for_its_own_nationals_and_other_names_are_the_last() -> None:
    index = PersonIndex([notice("one", "Esteban QUORRILLO", "Vaclav TRMINSKY", born=("1965-01-02",))])
    person = index.notices[0].person
    query = ask("QUORRILLO", "ESTEBAN", "1965-01-02", nationality="COL")
    placed = replace(person, birth_places=("Colombia",))
    assert ask_for(query, placed, person.names[0]).endswith("the list says Vaclav TRMINSKY.")
    assert ask_for(replace(query, nationality="NOR"), placed, person.names[0]).endswith("the list says Colombia.")
    single = replace(person, names=person.names[:1])
    assert ask_for(query, single, person.names[0]).startswith("Nothing more in the record")
