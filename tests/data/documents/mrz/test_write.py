"""Writing MRZs: what is written reads back as it was, in every format."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.code_tables import is_known_country
from data.documents.mrz import MrzFields, parse_mrz, write_mrz
from data.documents.mrz.spelling import mrz_words
from data.documents.travel_document import Capture, MrzFormat, MrzProblem, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex

TODAY = date(2026, 6, 1)
FIELDS = MrzFields(
    code="P",
    issuer="UTO",
    number="L898902C3",
    surname="Eriksson",
    given="Anna Maria",
    birth=date(1974, 8, 12),
    sex=Sex.FEMALE,
    expiry=date(2032, 4, 15),
    optional="ZE184226B",
)
DOC_9303 = [*(format for format in MrzFormat if not format.endswith("-DL"))]
CODES = {MrzFormat.TD3: "P", MrzFormat.MRV_A: "V", MrzFormat.MRV_B: "V"}


def read(text: str) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=TODAY)


def test_the_specimen_of_doc_9303() -> None:
    fields = replace(FIELDS, expiry=date(2012, 4, 15))
    assert write_mrz(fields, MrzFormat.TD3) == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    )


def test_a_long_number_with_optional_data_behind_it() -> None:
    fields = replace(FIELDS, code="I", number="D23145890734", optional="AB1", second_optional="XY")
    document = read(write_mrz(fields, MrzFormat.TD1))
    assert (document.number, document.optional) == ("D23145890734", "AB1 XY")
    assert all(digit.ok for digit in document.digits)


def test_driving_licences() -> None:
    french = MrzFields("D1", "FRA", "13AA00002", "Martin", "left out", expiry=date(2028, 12, 31))
    document = read(write_mrz(french, MrzFormat.FR_DL))
    assert document.name and (document.number, document.name.surname) == ("13AA00002", "MARTIN")
    assert all(digit.ok for digit in document.digits) and document.problems == ()
    swiss = MrzFields("FA", "CHE", "305142128097", "Modele", "Camille", birth=date(1980, 1, 26), optional="AAA001D")
    assert read(write_mrz(swiss, MrzFormat.CH_DL)).number == "305142128097"


@pytest.mark.parametrize(
    ("fields", "format", "says"),
    [
        (replace(FIELDS, number="L898902C34"), MrzFormat.TD3, "longer than its field"),
        (replace(FIELDS, number="D2314589073412345"), MrzFormat.TD2, "longer than its field"),
        (replace(FIELDS, number="l898902"), MrzFormat.TD3, "characters that are not allowed in an MRZ"),
        (replace(FIELDS, issuer="UTOP"), MrzFormat.TD3, "longer than its field"),
        (replace(FIELDS, second_optional="X"), MrzFormat.TD3, "one field of optional data"),
    ],
)
def test_what_does_not_fit_is_refused(fields: MrzFields, format: MrzFormat, says: str) -> None:
    with pytest.raises(InputError, match=says):
        write_mrz(fields, format)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Łukasz D'Arc-Öz", ["LUKASZ", "DARC", "OEZ"]),
        ("Žižek", ["ZIZEK"]),
        ("Ærøskøbing Þór", ["AEROESKOEBING", "THOR"]),
        ("ẞen Weiß", ["SSEN", "WEISS"]),
        ("Núñez, Ibáñez", ["NUNEZ", "IBANEZ"]),
        ("A\u030angstrom", ["AANGSTROM"]),
        ("Ирина", ["IRINA"]),
        ("Γιώργος", ["GIORGOS"]),
        ("3rd", ["RD"]),
        ("", []),
    ],
)
def test_names_in_the_alphabet_of_an_mrz(name: str, words: list[str]) -> None:
    assert mrz_words(name) == words


@pytest.mark.parametrize(
    ("surname", "given_names"),
    [
        ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang"),
        ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo"),
        ("Papandropoulous Vassilopoulous Kyriakopoulous", ""),
        ("Aaaaaaaaa Bbbbbbbbb", "Cccccccc Ddddddddd E F G H"),
    ],
)
def test_a_cut_name_says_so_and_keeps_both_parts(surname: str, given_names: str) -> None:
    name = read(write_mrz(replace(FIELDS, surname=surname, given=given_names), MrzFormat.TD3)).name
    assert name is not None and name.truncated
    assert name.surname and bool(name.given) is bool(given_names)
    assert "".join(mrz_words(surname)).startswith(name.surname.replace(" ", "")[:12])


NAMES = st.text(alphabet="ABCDEFGHIJ ÄØßé'-", max_size=60).filter(lambda text: bool(mrz_words(text)))
DATES = st.dates(date(1930, 1, 1), date(2026, 5, 31))
PARTIAL = st.one_of(st.none(), DATES, DATES.map(lambda day: PartialDate(day.year)))


@st.composite
def any_fields(draw: st.DrawFn) -> tuple[MrzFields, MrzFormat]:
    format = draw(st.sampled_from(DOC_9303))
    number = draw(st.text(alphabet="ABCXYZ0123456789", min_size=1, max_size=9))
    if format is MrzFormat.FR_ID:
        number = draw(st.from_regex(r"26(0[1-5])[0-9]{8}", fullmatch=True))
    elif format is MrzFormat.TD1:
        number += draw(st.text(alphabet="0123456789AZ", max_size=14)) if len(number) == 9 else ""
    fields = MrzFields(
        code=CODES.get(format, "ID"),
        issuer="FRA" if format is MrzFormat.FR_ID else draw(st.sampled_from(["UTO", "D", "RKS", "XXA"])),
        number=number,
        surname=draw(NAMES),
        given=draw(st.one_of(st.just(""), NAMES)),
        birth=draw(PARTIAL),
        sex=draw(st.sampled_from(Sex)),
        expiry=None if format is MrzFormat.FR_ID else draw(st.dates(date(2026, 6, 1), date(2060, 1, 1))),
        optional="" if len(number) > 9 else draw(st.text(alphabet="ABC123", max_size=6)),
    )
    return fields, format


@given(any_fields())
def test_what_is_written_reads_back(case: tuple[MrzFields, MrzFormat]) -> None:
    fields, format = case
    document = read(write_mrz(fields, format))
    assert document.format is format
    assert all(digit.ok for digit in document.digits) and set(document.problems) <= {MrzProblem.JOINED_NAME}
    assert (document.code, document.issuer, document.number, document.optional) == (
        *(fields.code, fields.issuer, fields.number, fields.optional),
    )
    assert document.sex is fields.sex
    assert document.expiry == (PartialDate.of(fields.expiry) if isinstance(fields.expiry, date) else None)
    _same_birth(document, fields)
    _same_name(document, fields)


def _same_birth(document: TravelDocument, fields: MrzFields) -> None:
    expected = PartialDate.of(fields.birth) if isinstance(fields.birth, date) else fields.birth
    after_issue = document.format is MrzFormat.FR_ID and expected and expected.year == 2026
    assert after_issue or document.birth == expected


def _same_name(document: TravelDocument, fields: MrzFields) -> None:
    assert document.name is not None
    if not document.name.truncated and len(document.name.surname) < 20:
        assert document.name.surname == " ".join(mrz_words(fields.surname))
    if not document.name.truncated and document.format is not MrzFormat.FR_ID:
        assert document.name.given == " ".join(mrz_words(fields.given))


def test_a_short_name_turns_no_card_over_whose_number_was_misread() -> None:
    fields = MrzFields("ID", "UTO", "A48S8800D", "LI", "BO", "UTO", date(1980, 3, 12), Sex.MALE, date(2030, 6, 5))
    for birth in (fields.birth, None):
        text = write_mrz(replace(fields, birth=birth), MrzFormat.TD1).replace("A48S", "A48A")
        digit = read(text).digit("number")
        assert digit is not None and not digit.ok


@given(any_fields(), st.integers(0, 8), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_changed_number_is_seen_unless_it_weighs_the_same(
    case: tuple[MrzFields, MrzFormat], position: int, new: str
) -> None:
    fields, format = case
    position %= min(len(fields.number), 9)
    text = write_mrz(fields, format)
    at = text.index(fields.number[:9], 5 if format is MrzFormat.TD1 else text.index("\n")) + position
    value = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index
    try:
        digit = read(text[:at] + new + text[at + 1 :]).digit("number")
    except InputError:  # only where the name itself begins with the codes of a card and a state
        name = text.splitlines()[-1]
        assert format is MrzFormat.TD1 and name[0] in ("A", "C", "I") and is_known_country(name[2:5])
        return
    assert digit is not None
    assert digit.ok is ((value(new) - value(fields.number[position])) % 10 == 0)
