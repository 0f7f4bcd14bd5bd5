"""Layouts of their own: the French identity card, French and Swiss driving licences."""

import pytest

from data.documents.travel_document import MrzFormat, MrzName
from data.errors import InputError
from data.persons.person import PartialDate
from tests.data.support.mrz_examples import FR_ID, judged_digits, read_changed, read_zone


def test_a_french_card_has_no_expiry_and_a_department() -> None:
    document = read_zone(FR_ID)
    assert (document.number, document.optional, document.expiry) == ("080475012345", "750123", None)
    assert document.name == MrzName("MODELE", "CAMILLE ROSE")
    assert document.birth == PartialDate(1979, 3, 4)


def test_a_td2_card_of_france_is_not_taken_for_the_french_card() -> None:
    assert (
        read_zone("IDFRAERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907FRA7408122F1204159<<<<<<<6").format is MrzFormat.TD2
    )


FR_DL = "D1FRA13AA000026181231MARTIN<<9"
CH_DL = "AAA001D<<\nFACHE305142128097<<800126<<<<<\nMODELE<<CAMILLE<<<<<<<<<<<<<<<"


def test_a_french_driving_licence() -> None:
    document = read_zone(FR_DL)
    assert (document.format, document.code, document.issuer, document.number) == (
        MrzFormat.FR_DL,
        "D1",
        "FRA",
        "13AA00002",
    )
    assert (document.name, document.expiry, document.birth) == (MrzName("MARTIN", ""), PartialDate(2018, 12, 31), None)
    assert judged_digits(document) == {"number": True, "composite": True} and document.problems == ()
    assert document.nationality == "" and document.number_is_certain
    for old, new in (("13AA00002", "13AA00003"), ("181231", "181230"), ("MARTIN<<9", "MARTIN<<8")):
        assert not judged_digits(read_changed(FR_DL, old, new))["composite"]
    assert read_changed(FR_DL, "MARTIN<<", "MARTINEZ").name == MrzName("MARTINEZ", "", truncated=True)


def test_a_misread_french_driving_licence_has_candidates_by_its_own_weights() -> None:
    assert "13AA00002" in read_changed(FR_DL, "13AA00002", "13AAO0002").candidates


def test_a_swiss_driving_licence_has_no_digit_and_so_is_never_certain() -> None:
    document = read_zone(CH_DL)
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
        read_zone(text)
