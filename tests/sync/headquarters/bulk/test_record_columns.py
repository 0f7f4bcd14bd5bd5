"""Columns say of a record what the record says of itself."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from data.documents.code_tables import COUNTRY_CODES, TYPE_CODES
from data.documents.document_record import DocumentRecord, Fraud, pack_facts
from data.documents.sealed_keys import Sealer
from data.lists.kinds import documents
from sync.headquarters.bulk.record_columns import facts, identities, keys, split_identities, to_columns, to_records

SALT = bytes(range(32))
_numbers = st.text("AB0123456789", min_size=5, max_size=25)
_days = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))
_records = st.builds(
    DocumentRecord,
    number=_numbers,
    country=st.sampled_from(COUNTRY_CODES),
    type=st.sampled_from(TYPE_CODES),
    fraud=st.sampled_from(Fraud),
    theft_date=_days,
    theft_country=st.sampled_from(["", *COUNTRY_CODES]),
    issued=_days,
    expires=_days,
    review=_days,
    note=st.text(max_size=5),
)


@given(st.lists(_records, max_size=20))
def test_columns_and_records_are_the_same(records: list[DocumentRecord]) -> None:
    frame = to_columns(records)
    assert list(to_records(frame)) == records
    assert identities(frame).to_list() == [record.record for record in records]
    assert facts(frame).tolist() == [pack_facts(record) for record in records]
    rows = documents.rows(records, SALT)
    assert keys(frame, Sealer(SALT)).tolist() == [int.from_bytes(row.key, "big") for row in rows]


def test_identities_are_split_again_and_a_text_that_is_none_does_no_harm() -> None:
    blank = DocumentRecord("AB10000", "FRA", "PAS", Fraud.STOLEN_BLANK, number_to="AB19999")
    single = DocumentRecord("AB10000", "FRA", "PAS", Fraud.LOST)
    split = split_identities([blank.record, single.record, "nothing", ""])
    assert {("FRA", "PAS", "AB10000", "AB19999"), ("FRA", "PAS", "AB10000", "")} <= set(split.iter_rows())
    assert len(keys(split, Sealer(SALT))) == len(split)
