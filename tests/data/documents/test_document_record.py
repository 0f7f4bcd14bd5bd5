"""Facts in 64 bits: what goes in comes out, and what does not fit says so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents import code_tables
from data.documents.document_record import (
    FACTS_EPOCHS,
    FACTS_LAYOUT,
    DocumentFacts,
    DocumentRecord,
    Fraud,
    day_text,
    facts_to_bytes,
    pack_facts,
    unpack_facts,
)

DAYS = st.one_of(st.none(), st.dates(date(1990, 1, 3), date(2049, 1, 1)))


@given(
    st.sampled_from(Fraud),
    st.sampled_from(code_tables.TYPE_CODES),
    st.one_of(st.just(""), st.sampled_from(code_tables.COUNTRY_CODES)),
    *(DAYS, DAYS, DAYS),
)
def test_facts_come_out_as_they_went_in(
    fraud: Fraud, kind: str, country: str, theft: date | None, review: date | None, expires: date | None
) -> None:
    record = DocumentRecord("L898902C3", "UTO", kind, fraud, theft, country, None, expires, review)
    packed = pack_facts(record)
    assert 0 < packed < 1 << 64
    assert unpack_facts(packed) == DocumentFacts(fraud, kind, theft, country, review, expires)
    assert unpack_facts(int.from_bytes(facts_to_bytes(packed), "big", signed=True)) == unpack_facts(packed)


def test_the_bits_are_all_used_once() -> None:
    bits = [bit for low, width in FACTS_LAYOUT.values() for bit in range(low, low + width)]
    assert sorted(bits) == list(range(64))
    assert (
        len(code_tables.COUNTRY_CODES) < 1 << FACTS_LAYOUT["country"][1]
        and len(code_tables.TYPE_CODES) < 1 << FACTS_LAYOUT["type"][1]
    )


@pytest.mark.parametrize(("field", "attribute"), [("expiry", "expires"), ("review", "review"), ("theft", "theft_date")])
def test_dates_out_of_reach_are_marked_never_clamped(field: str, attribute: str) -> None:
    first, last = FACTS_EPOCHS[field] + timedelta(2), FACTS_EPOCHS[field] + timedelta((1 << 15) - 2)
    for day, stored in ((first, first), (last, last), (first - timedelta(1), date.min), (date(9999, 12, 31), date.max)):
        record = DocumentRecord("L898902C3", "UTO", "PAS", Fraud.LOST, **{attribute: day})  # type: ignore[arg-type]
        assert getattr(unpack_facts(pack_facts(record)), attribute) == stored
    assert day_text(date.min, field) == f"before {first}"
    assert day_text(date.max, field) == f"after {last}"


def test_words_for_dates() -> None:
    assert day_text(None, "review") == ""
    assert day_text(date(2030, 1, 2), "review") == "2030-01-02"


def test_a_record_lapses_after_its_review_date_and_never_without_one() -> None:
    today = date(2026, 6, 1)
    lapsed = [
        DocumentFacts(Fraud.LOST, review=review).is_past_review(today)
        for review in (None, today, date(2026, 5, 31), date.max)
    ]
    assert lapsed == [False, False, True, False]


def test_codes_of_a_newer_table_are_left_empty_and_a_missing_fraud_is_refused() -> None:
    newer = 2 << 61 | 127 << 54 | 511 << 45
    assert (unpack_facts(newer).type, unpack_facts(newer).theft_country, unpack_facts(newer).fraud) == (
        "",
        "",
        Fraud.LOST,
    )
    with pytest.raises(ValueError, match="must have a known kind of fraud"):
        unpack_facts(0)
