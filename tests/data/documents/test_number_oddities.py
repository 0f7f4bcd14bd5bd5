"""Odd numbers: what no traveller's document has, and nothing that one may have."""

from dataclasses import replace
from datetime import date
from itertools import islice

import pytest

from data.documents.mrz import MrzFields, parse_mrz, write_mrz
from data.documents.number import Oddity, find_oddities
from data.documents.travel_document import Capture, CheckDigit, MrzFormat, TravelDocument
from tests.data.support.mrz_zones import zones

TODAY = date(2026, 6, 1)


def passport(number: str, issuer: str = "UTO", **changes: str) -> TravelDocument:
    fields = MrzFields("P", issuer, number, "Sample", "Ada", birth=date(1990, 2, 3), expiry=date(2030, 1, 1))
    return parse_mrz(
        write_mrz(replace(fields, **changes), MrzFormat.TD3),
        capture=Capture.MACHINE,
        today=TODAY,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("number", "issuer", "oddity"),
    [
        ("L898902C3", "UTO", Oddity.SPECIMEN_NUMBER),
        ("C01X00T47", "D", Oddity.SPECIMEN_NUMBER),
        ("SPECI2014", "NLD", Oddity.SPECIMEN_NUMBER),
        ("000000000", "SWE", Oddity.PLACEHOLDER_NUMBER),
        ("A00000000", "SWE", Oddity.PLACEHOLDER_NUMBER),
        ("XXXXXXXXX", "SWE", Oddity.PLACEHOLDER_NUMBER),
        ("123456789", "SWE", Oddity.PLACEHOLDER_NUMBER),
        ("123456782", "FRA", Oddity.FOREIGN_NUMBER),
        ("ABO123456", "NLD", Oddity.FOREIGN_NUMBER),
        ("AB1234567", "USA", Oddity.FOREIGN_NUMBER),
    ],
)
def test_odd_numbers(number: str, issuer: str, oddity: Oddity) -> None:
    assert oddity in find_oddities(passport(number, issuer))


@pytest.mark.parametrize(
    "document",
    [
        passport("12AB34567", "FRA"),
        passport("A12345678", "USA"),
        passport("NX1B2C3D4", "NLD"),
        passport("A1234567", "FRA", code="PD"),  # a diplomat's passport may have its own
        passport("A1234567", "FRA", nationality="XXA"),  # and a stateless person's travel document
        passport("123", "SWE"),
        passport("000123000", "SWE"),
        passport("", "SWE"),
    ],
)
def test_usual_numbers(document: TravelDocument) -> None:
    assert find_oddities(document) == ()


def test_a_misread_number_is_not_judged_and_a_typed_one_is() -> None:
    document = passport("000000000", "SWE")
    assert find_oddities(replace(document, digits=(CheckDigit("number", "1", "0", False),))) == ()
    assert find_oddities(replace(document, digits=(), format=None)) == (Oddity.PLACEHOLDER_NUMBER,)


def test_honest_travellers_are_left_in_peace() -> None:
    documents = [
        parse_mrz(zone.text, capture=Capture.MACHINE, today=TODAY)
        for zone in islice(zones(11, TODAY, [MrzFormat.TD3, MrzFormat.TD1]), 4000)
    ]
    assert [document.raw for document in documents if find_oddities(document)] == []
