"""Remarks of OFAC's list: birth dates, documents and names out of their words."""

import pytest

from data.persons.person import HeldDocument, NameQuality, PartialDate
from sync.headquarters.sources.ofac_remarks import parse_remarks


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("DOB 15 Mar 1965", PartialDate(1965, 3, 15)),
        ("DOB Mar 1965", PartialDate(1965, 3)),
        ("alt. DOB 1965", PartialDate(1965)),
        ("DOB circa 07 Jul 1966", PartialDate(1966, about=True)),
        ("DOB 1963 to 1965", PartialDate(1963, until=1965)),
        ("DOB circa 1970-1972", PartialDate(1970, until=1972)),
        ("DOB 01 Jan 1940 to 31 Dec 1941", PartialDate(1940, until=1941)),
        ("DOB 01 Jan 1973 to 31 Dec 1973", PartialDate(1973)),
        ("DOB 01 Feb 1968 to 29 Feb 1968", PartialDate(1968, 2)),
        ("Alt. DOB: 11 October 1962", PartialDate(1962, 10, 11)),
    ],
)
def test_birth_dates_in_remarks(text: str, birth: PartialDate) -> None:
    assert parse_remarks(f"{text}; Gender Male.").births == (birth,)


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("Passport ZZ7700112 (Iran)", HeldDocument("ZZ7700112", "IRN", "PAS")),
        ("alt. Passport QL 7700446 (Lebanon) expires 31 Jul 2017", HeldDocument("QL 7700446", "LBN", "PAS")),
        ("Passport Booklet: QQ770088 (Pakistan)", HeldDocument("QQ770088", "PAK", "PAS")),
        ("Passport QD7700083, Diplomatic (Syria)", HeldDocument("QD7700083", "SYR", "PAS")),
        ("Diplomatic Passport QD770443", HeldDocument("QD770443", "", "DIP")),
        ("Cedula No. 7.700.112 (Venezuela)", HeldDocument("7.700.112", "VEN", "NID")),
        ("National ID No. 770011 22334 (Belgium)", HeldDocument("770011 22334", "BEL", "NID")),
        ("Driver's License No. Q770412 (Mexico)", HeldDocument("Q770412", "MEX", "DRV")),
    ],
)
def test_documents_in_remarks(text: str, document: HeldDocument) -> None:
    assert parse_remarks(text + ".").documents == (document,)


def test_weak_names_parents_places_and_the_rest() -> None:
    remarks = parse_remarks(
        "POB Alphaville, Egypt; a.k.a. 'VELA, Ana'; a.k.a. ''ORUN-'IZ'; Father's name: Omar; Linked To: X. Y."
    )
    assert remarks.birth_places == ("Alphaville, Egypt",)
    assert [(name.full, name.quality) for name in remarks.names] == [
        ("Ana VELA", NameQuality.LOW),
        ("ORUN-'IZ", NameQuality.LOW),
    ]
    assert (remarks.father, remarks.others) == ("Omar", ())
    assert remarks.linked == ("X. Y",)


def test_what_is_not_understood_stays_as_a_reason_and_is_counted() -> None:
    remarks = parse_remarks("DOB unknown; nationality Atlantis.")
    assert remarks.others == ("DOB unknown", "nationality Atlantis")
    assert dict(remarks.unread) == {"birth dates not understood": 1, "unknown nationalities": 1}
