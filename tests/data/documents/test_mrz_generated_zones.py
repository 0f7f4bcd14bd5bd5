"""Generated zones: valid in every format, the same for the same seed, and each planted fault seen for what it is."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.code_tables import canonical_country
from data.documents.mrz import apply_repairs, parse_mrz
from data.documents.mrz.spelling import mrz_words
from data.documents.travel_document import Capture, MrzFormat, MrzProblem, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate
from tests.data.support.mrz_faults import Fault, plant
from tests.data.support.mrz_zones import Zone, zones

TODAY = date(2026, 6, 1)
SOME = list(islice(zones(7, TODAY), 2000))


def read(text: str) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=TODAY)


@given(st.integers(0, 10**9), st.dates(date(2023, 1, 1), date(2032, 1, 1)))
def test_every_zone_reads_back_as_it_was_written(seed: int, today: date) -> None:
    for zone in islice(zones(seed, today), len(MrzFormat)):
        document = parse_mrz(zone.text, capture=Capture.MACHINE, today=today)
        fields = zone.fields
        assert document.format is zone.format and document.problems == () == document.repairs
        assert all(digit.ok for digit in document.digits)
        assert (document.code, document.issuer, document.number) == (fields.code, fields.issuer, fields.number)
        assert document.birth == fields.birth and document.sex is fields.sex
        expiry = PartialDate.of(fields.expiry) if isinstance(fields.expiry, date) else None
        assert document.expiry == expiry
        assert document.name is not None
        if not document.name.truncated:
            assert document.name.surname == " ".join(mrz_words(fields.surname, fields.issuer))


def test_zones_are_the_same_for_the_same_seed_and_day() -> None:
    assert list(islice(zones(7, TODAY), 50)) == SOME[:50]
    assert list(islice(zones(8, TODAY), 50)) != SOME[:50]


def test_zones_have_what_travellers_have() -> None:
    assert {zone.format for zone in SOME} == set(MrzFormat)
    assert len({zone.fields.issuer for zone in SOME}) > 60
    assert all(canonical_country(zone.fields.issuer) and canonical_country(zone.fields.nationality) for zone in SOME)
    holders = {zone.fields.nationality for zone in SOME} | {zone.fields.issuer for zone in SOME}
    assert holders >= {"RKS", "XXA", "XXB", "XXC", "UNO", "XPO", "D"}
    assert any(len(zone.fields.number) > 9 for zone in SOME if zone.format is MrzFormat.TD1)
    assert any(isinstance(zone.fields.birth, PartialDate) and zone.fields.birth.month is None for zone in SOME)
    assert any((name := read(zone.text).name) and name.truncated for zone in SOME)
    assert len({zone.fields.number for zone in SOME}) > 0.99 * len(SOME)


def test_chosen_formats_only() -> None:
    assert {zone.format for zone in islice(zones(1, TODAY, [MrzFormat.TD3]), 9)} == {MrzFormat.TD3}


def wrong(document: TravelDocument) -> set[str]:
    return {digit.field for digit in document.digits if not digit.ok}


SEEN: dict[Fault, Callable[[Zone, TravelDocument], bool]] = {
    Fault.NUMBER: lambda zone, document: "number" in wrong(document) and document.number != zone.fields.number,
    Fault.NUMBER_SWAP: lambda zone, document: not wrong(document) and zone.fields.number in document.candidates,
    Fault.BIRTH: lambda zone, document: "birth" in wrong(document) and document.birth != zone.fields.birth,
    Fault.EXPIRY: lambda zone, document: "expiry" in wrong(document),
    Fault.COMPOSITE: lambda zone, document: wrong(document) == {"composite"},
    Fault.LETTER_IN_BIRTH: lambda zone, document: (
        document.birth is None
        and apply_repairs(document, TODAY).birth == zone.fields.birth
        and MrzProblem.IMPOSSIBLE_BIRTH in document.problems
    ),
    Fault.DIGIT_IN_NAME: lambda zone, document: (
        MrzProblem.ILLEGAL_CHARACTERS in document.problems
        and apply_repairs(document, TODAY).name == read(zone_text(zone)).name
    ),
    Fault.DIGIT_IN_STATE: lambda zone, document: (
        MrzProblem.UNKNOWN_STATE in document.problems
        and apply_repairs(document, TODAY).issuer in ("", zone.fields.issuer, document.issuer)
    ),
    Fault.UNKNOWN_STATE: lambda zone, document: MrzProblem.UNKNOWN_STATE in document.problems,
    Fault.UNKNOWN_SEX: lambda zone, document: MrzProblem.UNKNOWN_SEX in document.problems,
}


def zone_text(zone: Zone) -> str:
    return next(honest.text for honest in SOME if honest.fields is zone.fields)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.LINE_CUT])
def test_each_planted_fault_is_seen_for_what_it_is(fault: Fault) -> None:
    planted = [zone for seed, honest in enumerate(SOME) if (zone := plant(honest, fault, seed))]
    assert len(planted) > 100
    tally = Counter(SEEN[fault](zone, read(zone.text)) for zone in planted if not no_digits(zone))
    assert tally[False] == 0, [zone.text for zone in planted if not SEEN[fault](zone, read(zone.text))][:3]
    assert all(zone.fault == fault for zone in planted)


def no_digits(zone: Zone) -> bool:
    """A Swiss licence guards nothing: a swapped number there has no candidates."""
    return zone.format is MrzFormat.CH_DL


def test_a_cut_line_is_no_zone() -> None:
    for honest in SOME[:50]:
        cut = plant(honest, Fault.LINE_CUT, 1)
        assert cut is not None
        with pytest.raises(InputError):
            read(cut.text)


def test_a_fault_that_has_no_place_is_not_planted() -> None:
    visa = next(zone for zone in SOME if zone.format is MrzFormat.MRV_A)
    swiss = next(zone for zone in SOME if zone.format is MrzFormat.CH_DL)
    assert plant(visa, Fault.COMPOSITE, 1) is None
    assert plant(swiss, Fault.NUMBER, 1) is None and plant(swiss, Fault.UNKNOWN_SEX, 1) is None
