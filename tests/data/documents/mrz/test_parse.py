"""Reading MRZs: lenient in form, strict in judgement, nothing corrected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz.parse import MAX_TEXT
from data.documents.travel_document import MrzFormat, MrzName, MrzProblem
from data.errors import InputError
from data.persons.person import PartialDate, Sex
from tests.data.support.mrz_examples import FR_ID, TD1, TD1_LONG, TD3, judged_digits, read_changed, read_zone

TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
MRV_A = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"


def test_a_passport() -> None:
    document = read_zone(TD3)
    assert (document.format, document.code, document.issuer, document.number) == (
        MrzFormat.TD3,
        "P",
        "UTO",
        "L898902C3",
    )
    assert document.name == MrzName("ERIKSSON", "ANNA MARIA")
    assert (document.birth, document.expiry) == (PartialDate(1974, 8, 12), PartialDate(2012, 4, 15))
    assert (document.nationality, document.sex, document.optional) == ("UTO", Sex.FEMALE, "ZE184226B")
    assert judged_digits(document) == dict.fromkeys(("number", "birth", "expiry", "optional", "composite"), True)
    assert document.problems == () and document.number_is_certain
    assert document.raw == TD3


@pytest.mark.parametrize(("text", "format"), [(TD1, "TD1"), (TD2, "TD2"), (MRV_A, "MRV-A"), (FR_ID, "FR-ID")])
def test_other_formats(text: str, format: str) -> None:
    document = read_zone(text)
    assert document.format == format
    assert document.name is not None and document.number and document.birth
    assert {"number", "birth"} <= set(judged_digits(document))
    assert ("composite" in judged_digits(document)) is (format != "MRV-A")


def test_a_long_number_goes_on_in_the_optional_data() -> None:
    document = read_zone(TD1_LONG)
    assert document.number == "D23145890734" and document.optional == ""
    assert all(judged_digits(document).values())
    assert not judged_digits(read_changed(TD1_LONG, "<7349<", "<7348<"))["number"]


@pytest.mark.parametrize(
    "dress",
    [
        str.lower,
        lambda text: text.replace("\n", "\r\n") + "\r\n",
        lambda text: text.replace("\n", "\\n"),
        lambda text: text.replace("\n", "|"),
        lambda text: text.replace("\n", ""),
        lambda text: "  " + " ".join(text) + "\n\n",
        lambda text: text.replace("<<", "«").replace("<", "&lt;"),
    ],
)
@pytest.mark.parametrize("text", [TD1, TD2, TD3, MRV_A, FR_ID])
def test_form_does_not_matter(text: str, dress: object) -> None:
    assert callable(dress)
    assert read_zone(dress(text)) == read_zone(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", "nothing"),
        ("P<UTO", "1 line of 5 characters"),
        (TD3[:-1], "2 lines of 44 and 43 characters"),
        (TD1.rsplit("\n", 1)[0], "2 lines of 30 and 30 characters"),
        ("A\n" * 9, "9 lines"),
        ("A" * (MAX_TEXT + 1), "2001 characters"),
    ],
)
def test_what_is_no_mrz_says_what_was_seen(text: str, seen: str) -> None:
    with pytest.raises(InputError, match=f"This is not a machine-readable zone: {seen}"):
        read_zone(text)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("P<UTO", "P<UTX", MrzProblem.UNKNOWN_STATE),
        ("6UTO7", "6XYZ7", MrzProblem.UNKNOWN_NATIONALITY),
        ("6UTO7", "6UT07", MrzProblem.UNKNOWN_NATIONALITY),
        ("ERIKSSON", "ER1KSSON", MrzProblem.ILLEGAL_CHARACTERS),
        ("ZE184226B", "ZE184*26B", MrzProblem.ILLEGAL_CHARACTERS),
        ("740812", "74O812", MrzProblem.IMPOSSIBLE_BIRTH),
        ("740812", "740230", MrzProblem.IMPOSSIBLE_BIRTH),
        ("740812", "740800", MrzProblem.IMPOSSIBLE_BIRTH),
        ("120415", "121315", MrzProblem.IMPOSSIBLE_EXPIRY),
        ("2F1", "2G1", MrzProblem.UNKNOWN_SEX),
        ("ERIKSSON<<ANNA<MARIA", "<" * 20, MrzProblem.NO_NAME),
        ("ERIKSSON<<ANNA", "ERIKSSONKKANNA", MrzProblem.JOINED_NAME),
        ("ERIKSSON<<ANNA", "ERIKSSONSSANNA", MrzProblem.JOINED_NAME),
        ("L898902C3", "<" * 9, MrzProblem.NO_NUMBER),
        ("P<UTO", "G<UTO", MrzProblem.UNUSUAL_CODE),
        ("P<UTO", "P7UTO", MrzProblem.UNUSUAL_CODE),
    ],
)
def test_each_problem_is_seen_and_nothing_is_mended(old: str, new: str, problem: MrzProblem) -> None:
    document = read_changed(TD3, old, new)
    assert problem in document.problems
    assert new in document.raw


@pytest.mark.parametrize(
    "name", "HUSSEIN ASSAD SALEEM MUSSA ISSOUFOU JESSICA REBECCA ABDULHUSSEIN MASSOUD MIKKO SHAHEENA ERIKSSON".split()
)
def test_a_single_name_with_a_doubled_letter_of_its_own_is_no_problem(name: str) -> None:
    alone = read_changed(TD3, "ERIKSSON<<ANNA<MARIA", f"{name:<<20}")
    assert MrzProblem.JOINED_NAME not in alone.problems


def test_a_doubled_letter_beside_given_names_is_no_problem() -> None:
    assert MrzProblem.JOINED_NAME not in read_changed(TD3, "ERIKSSON<<ANNA<MARIA", "ABDUSSALAMI<<RAMAKKA").problems


def test_usual_cards_and_visas_are_not_called_unusual() -> None:
    for text in (TD1, TD2, MRV_A, FR_ID, TD1.replace("I<UTO", "ACUTO"), TD1.replace("I<UTO", "C<UTO")):
        assert MrzProblem.UNUSUAL_CODE not in read_zone(text).problems
    for code in ("IV", "AV"):
        assert MrzProblem.UNUSUAL_CODE in read_zone(TD1.replace("I<UTO", f"{code}UTO")).problems


@pytest.mark.parametrize("hidden", ["\x02", "\x03\x00", "\u202e", "\u200f\u2066", "\u200b\ufeff\xad", "\x1b"])
def test_what_no_eye_sees_does_not_matter(hidden: str) -> None:
    assert read_zone(f"{hidden}{TD3[:10]}{hidden}{TD3[10:]}{hidden}") == read_zone(TD3)


def test_a_lone_surrogate_is_an_illegal_character_that_a_journal_can_hold() -> None:
    document = read_changed(TD3, "ZE184226B", "ZE184\ud80026B")
    assert MrzProblem.ILLEGAL_CHARACTERS in document.problems
    assert "\ufffd" in document.raw.encode().decode()


@pytest.mark.parametrize("text", ["A" * 10_000_000, "\ud800" * 10_000_000, "\n" * 10_000_000, "<" * 10_000_000])
def test_text_without_end_is_refused_at_once(text: str) -> None:
    with pytest.raises(InputError, match="10000000 characters"):
        read_zone(text)


@given(st.text(max_size=300))
def test_no_text_raises_anything_but_an_input_error(text: str) -> None:
    _survives(text)


@given(st.sampled_from([(3, 30), (2, 36), (2, 44)]).flatmap(lambda shape: _grid(*shape)))
def test_a_grid_of_characters_is_refused_only_for_its_order(text: str) -> None:
    try:
        document = read_zone(text)
    except InputError as error:
        assert "out of order" in error.what
        return
    assert sorted(document.raw.split("\n")) == sorted(text.split("\n"))


def _grid(lines: int, width: int) -> st.SearchStrategy[str]:
    line = st.text(alphabet="<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZé*²٣", min_size=width, max_size=width)
    return st.lists(line, min_size=lines, max_size=lines).map("\n".join)


def _survives(text: str) -> None:
    try:
        read_zone(text)
    except InputError as error:
        assert "This is not a machine-readable zone" in str(error)
