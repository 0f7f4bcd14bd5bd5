"""The kind `documents`: records become sealed rows, and rows tell a document's facts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice, permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.code_tables import TYPE_CODES
from data.documents.document_record import DocumentRecord, Fraud, facts_to_bytes, pack_facts, unpack_facts
from data.documents.lookup import LookupDates, find_matches
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import TravelDocument
from data.errors import InputError
from data.lists import kinds
from data.lists.edition import Edition
from data.lists.kinds import documents
from data.lists.replica import Replica
from data.lists.rows import add_to_digest
from data.screenings import Grade
from data.store_key import StoreKey

SALT = bytes(range(32))
RECORD = DocumentRecord("L898902C3", "UTO", "PAS", Fraud.STOLEN, date(2020, 2, 29), "FRA", review=date(2030, 1, 1))
DAYS = st.one_of(st.none(), st.dates())
RECORDS = st.builds(
    DocumentRecord,
    number=st.from_regex("[A-Z0-9]{5,25}", fullmatch=True),
    country=st.just("UTO"),
    type=st.sampled_from(TYPE_CODES),
    fraud=st.sampled_from(Fraud),
    theft_date=DAYS,
    expires=DAYS,
    issued=DAYS,
    review=DAYS,
    note=st.text(max_size=40),
)


def test_the_kind_is_registered() -> None:
    assert kinds.load_kind("documents").NAME == "documents"
    assert documents.identity(RECORD) == "UTO-PAS-L898902C3"


@given(RECORDS)
def test_a_record_survives_headquarters(record: DocumentRecord) -> None:
    text = documents.to_json(record)
    assert documents.from_json(text) == record
    assert documents.to_json(documents.from_json(text)) == text


def test_json_is_canonical() -> None:
    assert documents.to_json(RECORD) == (
        '{"country":"UTO","fraud":"stolen","number":"L898902C3","review":"2030-01-01",'
        '"theft_country":"FRA","theft_date":"2020-02-29","type":"PAS"}'
    )


def test_a_row_is_the_sealed_key_and_the_facts() -> None:
    (row,) = documents.rows([RECORD], SALT)
    assert int.from_bytes(row.key, "big", signed=True) == Sealer(SALT).key("L898902C3", "UTO", "P")
    assert unpack_facts(int.from_bytes(row.body, "big")).theft_country == "FRA"
    assert b"L898902" not in row.key + row.body


def test_rows_stream_in_the_order_of_the_records() -> None:
    def forever() -> Iterator[DocumentRecord]:
        for serial in range(10**9):
            yield DocumentRecord(f"A{serial:08}", "UTO", "PAS", Fraud.LOST)

    rows = list(islice(documents.rows(forever(), SALT), 10_500))
    keys = Sealer(SALT).keys([(f"A{serial:08}", "UTO", "P") for serial in range(10_500)])
    assert [int.from_bytes(row.key, "big", signed=True) for row in rows] == keys


def test_codes_and_numbers_are_canonical_before_they_are_keyed() -> None:
    spelt = [("l898-902 c3", "D", "DIP"), ("L898902C3", "DEU", "PAS"), ("L898902C3", "de", "P")]
    records = [DocumentRecord(number, country, kind, Fraud.LOST) for number, country, kind in spelt]
    assert len({row.key for row in documents.rows(records, SALT)}) == 1


@pytest.mark.parametrize(("number", "country"), [("A123", "UTO"), ("A" * 26, "UTO"), ("A12345", "XYZ")])
def test_what_cannot_be_keyed_is_refused(number: str, country: str) -> None:
    with pytest.raises(InputError, match="is not allowed on a list"):
        list(documents.rows([DocumentRecord(number, country, "PAS", Fraud.LOST)], SALT))


def test_records_of_one_key_keep_the_one_listed_longest_then_the_most_serious() -> None:
    def body(fraud: Fraud, review: date | None) -> bytes:
        return facts_to_bytes(pack_facts(DocumentRecord("L898902C3", "UTO", "PAS", fraud, review=review)))

    short, long = body(Fraud.STOLEN, date(2027, 1, 1)), body(Fraud.LOST, date(2031, 1, 1))
    grave, endless = body(Fraud.STOLEN_BLANK, date(2031, 1, 1)), body(Fraud.LOST, None)
    for order in permutations([short, long, grave]):
        assert documents.merge(order) == grave
    assert documents.merge([grave, endless]) == documents.merge([endless, grave]) == endless
    assert documents.merge([short]) == short


def test_a_document_is_found_on_a_real_replica(tmp_path: Path) -> None:
    listed = [RECORD, *(DocumentRecord(f"A{serial:08}", "UTO", "PAS", Fraud.LOST) for serial in range(2000))]
    content = sorted(documents.rows(listed, SALT))
    now = datetime(2026, 6, 1, tzinfo=UTC)
    edition = Edition("stolen", "documents", 1, now, now, "", len(content), add_to_digest(0, content), SALT)
    replica = Replica(tmp_path / "stolen", "documents", StoreKey(bytes(32)))
    replica.replace(edition, content)
    document = TravelDocument(code="P", issuer="UTO", number="L898902C3")
    with replica.read() as view:
        (match,) = find_matches(view, document, Sealer(SALT), "stolen", LookupDates(now.date(), now.date()))
    replica.close()
    assert (match.grade, match.fraud, match.theft_country) == (Grade.EXACT, "stolen", "FRA")
