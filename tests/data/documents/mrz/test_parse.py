"""Reading MRZs: lenient in form, strict in judgement, nothing corrected."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz import parse_mrz
from data.documents.mrz.fields import check_digit
from data.documents.mrz.parse import MAX_TEXT
from data.documents.travel_document import Capture, MrzFormat, MrzName, MrzProblem, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex

TODAY = date(2026, 6, 1)
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD1_LONG = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
MRV_A = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
FR_ID = "IDFRAMODELE<<<<<<<<<<<<<<<<<<<750123\n0804750123451CAMILLE<ROSE<<7903041F3"


def read(text: str) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=TODAY)


def changed(text: str, old: str, new: str) -> TravelDocument:
    assert text.count(old) == 1 and len(old) == len(new)
    return read(text.replace(old, new))


def oks(document: TravelDocument) -> dict[str, bool]:
    return {digit.field: digit.ok for digit in document.digits}


def test_a_passport() -> None:
    document = read(TD3)
    assert (document.format, document.code, document.issuer, document.number) == (
        MrzFormat.TD3,
        "P",
        "UTO",
        "L898902C3",
    )
    assert document.name == MrzName("ERIKSSON", "ANNA MARIA")
    assert (document.birth, document.expiry) == (PartialDate(1974, 8, 12), PartialDate(2012, 4, 15))
    assert (document.nationality, document.sex, document.optional) == ("UTO", Sex.FEMALE, "ZE184226B")
    assert oks(document) == dict.fromkeys(("number", "birth", "expiry", "optional", "composite"), True)
    assert document.problems == () and document.number_is_certain
    assert document.raw == TD3


@pytest.mark.parametrize(("text", "format"), [(TD1, "TD1"), (TD2, "TD2"), (MRV_A, "MRV-A"), (FR_ID, "FR-ID")])
def test_other_formats(text: str, format: str) -> None:
    document = read(text)
    assert document.format == format
    assert document.name is not None and document.number and document.birth
    assert {"number", "birth"} <= set(oks(document))
    assert ("composite" in oks(document)) is (format != "MRV-A")


def test_a_french_card_has_no_expiry_and_a_department() -> None:
    document = read(FR_ID)
    assert (document.number, document.optional, document.expiry) == ("080475012345", "750123", None)
    assert document.name == MrzName("MODELE", "CAMILLE ROSE")
    assert document.birth == PartialDate(1979, 3, 4)


def test_a_td2_card_of_france_is_not_taken_for_the_french_card() -> None:
    assert read("IDFRAERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907FRA7408122F1204159<<<<<<<6").format is MrzFormat.TD2


def test_a_long_number_goes_on_in_the_optional_data() -> None:
    document = read(TD1_LONG)
    assert document.number == "D23145890734" and document.optional == ""
    assert all(oks(document).values())
    assert not oks(changed(TD1_LONG, "<7349<", "<7348<"))["number"]


def test_belgian_cards_count_the_filler_within_a_long_number() -> None:
    for printed, ok in (("1008", True), ("1002", True), ("1000", False)):
        text = f"IDBEL417205936<{printed}" + "<" * 11 + TD1_LONG[30:]
        assert oks(read(text))["number"] is ok
        assert oks(read(text.replace("BEL", "UTO")))["number"] is (printed == "1002")


def test_a_missing_number_digit_is_not_a_long_number() -> None:
    document = changed(TD1, "D231458907<", "D23145890<<")
    assert document.number == "D23145890"
    assert not oks(document)["number"]


def test_the_digit_of_empty_optional_data_may_be_a_filler() -> None:
    assert oks(read(TD3.replace("ZE184226B<<<<<10", "<<<<<<<<<<<<<<<4")))["optional"]
    assert not oks(read(TD3.replace("ZE184226B<<<<<10", "ZE184226B<<<<<<0")))["optional"]


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
    assert read(dress(text)) == read(text)


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
    with pytest.raises(InputError, match=f"This is no MRZ: {seen}"):
        read(text)


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
        ("L898902C3", "<" * 9, MrzProblem.NO_NUMBER),
        ("P<UTO", "G<UTO", MrzProblem.UNUSUAL_CODE),
        ("P<UTO", "P7UTO", MrzProblem.UNUSUAL_CODE),
    ],
)
def test_each_problem_is_seen_and_nothing_is_mended(old: str, new: str, problem: MrzProblem) -> None:
    document = changed(TD3, old, new)
    assert problem in document.problems
    assert new in document.raw


def test_usual_cards_and_visas_are_not_called_unusual() -> None:
    for text in (TD1, TD2, MRV_A, FR_ID, TD1.replace("I<UTO", "ACUTO"), TD1.replace("I<UTO", "C<UTO")):
        assert MrzProblem.UNUSUAL_CODE not in read(text).problems
    for code in ("IV", "AV"):
        assert MrzProblem.UNUSUAL_CODE in read(TD1.replace("I<UTO", f"{code}UTO")).problems


@pytest.mark.parametrize(
    ("printed", "birth"),
    [
        ("74<<<<", PartialDate(1974)),
        ("7408<<", PartialDate(1974, 8)),
        ("<<0812", PartialDate(None, 8, 12)),
        ("<<<<<<", None),
        ("740800", PartialDate(1974, 8)),
        ("000000", None),
        ("73<<31", PartialDate(1973, None, 31)),
    ],
)
def test_unknown_parts_of_a_birth_date(printed: str, birth: PartialDate | None) -> None:
    assert changed(TD3, "740812", printed).birth == birth


@pytest.mark.parametrize(
    ("birth", "expiry", "year"),
    [
        ("740812", "300101", 1974),
        ("250101", "300101", 2025),
        ("260602", "300101", 1926),  # tomorrow, were it this century
        ("190101", "160730", 1919),  # expired before a birth in 2019
        ("000229", "300101", 2000),
        ("050101", "991231", 2005),  # nobody is 121
    ],
)
def test_the_century_of_birth_comes_from_the_document(birth: str, expiry: str, year: int) -> None:
    birth_date = read(TD3.replace("740812", birth).replace("120415", expiry)).birth
    assert birth_date is not None and birth_date.year == year


@pytest.mark.parametrize(
    ("printed", "year"), [("120415", 2012), ("940623", 1994), ("500101", 2050), ("750101", 2075), ("990101", 1999)]
)
def test_the_century_of_expiry_is_the_one_near_today(printed: str, year: int) -> None:
    expiry = changed(TD3, "120415", printed).expiry
    assert expiry is not None and expiry.year == year


def test_a_french_holder_is_born_before_the_card() -> None:
    assert read(FR_ID.replace("790304", "080428")).birth == PartialDate(2008, 4, 28)
    assert read(FR_ID.replace("790304", "090101")).birth == PartialDate(1909, 1, 1)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("ERIKSSON" + "<" * 31, MrzName("ERIKSSON", "")),
        ("ERIKSSON<<ANNA<<MARIA" + "<" * 18, MrzName("ERIKSSON", "ANNA MARIA")),
        ("<<ANNA" + "<" * 33, MrzName("", "ANNA")),
        ("ERIKSSON<<ANNA<MARIA<MAGDALENA<BIRGITTAS", MrzName("ERIKSSON", "ANNA MARIA MAGDALENA BIRGITTA", True)),
    ],
)
def test_names(field: str, name: MrzName) -> None:
    assert read(TD3.replace("ERIKSSON<<ANNA<MARIA" + "<" * 19, field[:39])).name == name


def test_a_swap_worth_ten_is_invisible_and_any_other_is_seen() -> None:
    invisible = {("6", "G"), ("G", "6"), ("L", "1"), ("1", "L"), ("U", "0"), ("0", "U"), ("V", "1"), ("1", "V")}
    for old, new in invisible:
        text = TD3.replace("L898902C36", f"{old}898902C3{check_digit(old + '898902C3')}")
        assert oks(read(text.replace(f"\n{old}898", f"\n{new}898")))["number"]
    for new in "0123456789ABCDEFGHIJKMNOPQRSTUVWXYZ":
        is_noticed = not oks(read(TD3.replace("\nL", f"\n{new}")))["number"]
        assert is_noticed is (new not in "1BV")


@pytest.mark.parametrize("hidden", ["\x02", "\x03\x00", "\u202e", "\u200f\u2066", "\u200b\ufeff\xad", "\x1b"])
def test_what_no_eye_sees_does_not_matter(hidden: str) -> None:
    assert read(f"{hidden}{TD3[:10]}{hidden}{TD3[10:]}{hidden}") == read(TD3)


def test_a_lone_surrogate_is_an_illegal_character_that_a_journal_can_hold() -> None:
    document = changed(TD3, "ZE184226B", "ZE184\ud80026B")
    assert MrzProblem.ILLEGAL_CHARACTERS in document.problems
    assert "\ufffd" in document.raw.encode().decode()


@pytest.mark.parametrize("text", ["A" * 10_000_000, "\ud800" * 10_000_000, "\n" * 10_000_000, "<" * 10_000_000])
def test_text_without_end_is_refused_at_once(text: str) -> None:
    with pytest.raises(InputError, match="10000000 characters"):
        read(text)


FR_DL = "D1FRA13AA000026181231MARTIN<<9"
CH_DL = "AAA001D<<\nFACHE305142128097<<800126<<<<<\nMODELE<<CAMILLE<<<<<<<<<<<<<<<"


def test_a_french_driving_licence() -> None:
    document = read(FR_DL)
    assert (document.format, document.code, document.issuer, document.number) == (
        MrzFormat.FR_DL,
        "D1",
        "FRA",
        "13AA00002",
    )
    assert (document.name, document.expiry, document.birth) == (MrzName("MARTIN", ""), PartialDate(2018, 12, 31), None)
    assert oks(document) == {"number": True, "composite": True} and document.problems == ()
    assert document.nationality == "" and document.number_is_certain
    for old, new in (("13AA00002", "13AA00003"), ("181231", "181230"), ("MARTIN<<9", "MARTIN<<8")):
        assert not oks(changed(FR_DL, old, new))["composite"]
    assert changed(FR_DL, "MARTIN<<", "MARTINEZ").name == MrzName("MARTINEZ", "", truncated=True)


def test_a_misread_french_driving_licence_has_candidates_by_its_own_weights() -> None:
    assert "13AA00002" in changed(FR_DL, "13AA00002", "13AAO0002").candidates


def test_a_swiss_driving_licence_has_no_digit_and_so_is_never_certain() -> None:
    document = read(CH_DL)
    assert (document.format, document.code, document.issuer, document.number) == (
        MrzFormat.CH_DL,
        "FA",
        "CHE",
        "305142128097",
    )
    assert (document.name, document.birth) == (MrzName("MODELE", "CAMILLE"), PartialDate(1980, 1, 26))
    assert (document.optional, document.digits, document.problems, document.expiry) == ("AAA001D", (), (), None)
    assert not document.number_is_certain and document.candidates == ()


@pytest.mark.parametrize("text", [FR_DL.replace("D1FRA", "I<UTO"), FR_DL[:-1], CH_DL.replace("FACHE", "FADEU")])
def test_other_lines_of_such_lengths_are_no_driving_licence(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


@given(st.text(max_size=300))
def test_no_text_raises_anything_but_an_input_error(text: str) -> None:
    _survives(text)


@given(st.sampled_from([(3, 30), (2, 36), (2, 44)]).flatmap(lambda shape: _grid(*shape)))
def test_no_grid_of_characters_raises_at_all(text: str) -> None:
    document = read(text)
    assert "".join(document.raw.split("\n")) == text.replace("\n", "")


def _grid(lines: int, width: int) -> st.SearchStrategy[str]:
    line = st.text(alphabet="<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZé*²٣", min_size=width, max_size=width)
    return st.lists(line, min_size=lines, max_size=lines).map("\n".join)


def _survives(text: str) -> None:
    try:
        read(text)
    except InputError as error:
        assert "This is no MRZ" in str(error)
