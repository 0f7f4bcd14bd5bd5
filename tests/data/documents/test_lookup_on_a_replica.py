"""Documents that are found whatever their issuer and type are called: through a real, encrypted replica."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest

from data.documents.code_tables import group_of
from data.documents.document_record import DocumentRecord, Fraud
from data.documents.lookup import LookupDates, build_query, find_matches
from data.documents.mrz import MrzFields, apply_repairs, parse_mrz, write_mrz
from data.documents.number import clean_number, is_din
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import Capture, MrzFormat, TravelDocument
from data.lists.edition import Edition
from data.lists.kinds import documents
from data.lists.replica import Replica
from data.lists.rows import add_to_digest
from data.screenings import DocumentMatch, Grade
from data.store_key import StoreKey
from tests.data.support.mrz_faults import Fault, plant
from tests.data.support.mrz_zones import Zone, zones

SALT = bytes(range(32))
TODAY = date(2026, 6, 1)
NUMBER = "K7654321X"
LISTED = {
    "D": ("DEU", "PAS"),
    "DEU": ("D", "PAS"),
    "ROM": ("ROU", "PAS"),
    "ZAR": ("COD", "PAS"),
    "UNK": ("RKS", "PAS"),
    "RKS": ("RKS", "PAS"),
    "GBD": ("GBR", "PAS"),
    "XXA": ("XXA", "STP"),
    "XXB": ("XXB", "RFP"),
    "XXC": ("XXC", "RFP"),
    "UNO": ("UNO", "UNL"),
    "UNA": ("UNA", "UNL"),
    "EUE": ("EUE", "EUL"),
    "XPO": ("XPO", "IOP"),
    "XOM": ("XOM", "DIP"),
    "XCO": ("XCO", "LPA"),
    "YUG": ("SRB", "PAS"),
    "SCG": ("MNE", "PAS"),
    "SUN": ("KAZ", "PAS"),
    "CSK": ("SVK", "PAS"),
    "ANT": ("CUW", "PAS"),
}
"""Issuer as printed → country and type as some state reported it."""


class Kit:
    """Replicas made for one test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._replicas: list[Replica] = []

    def look(self, document: TravelDocument, *listed: DocumentRecord) -> Sequence[DocumentMatch]:
        content = sorted(documents.rows(listed, SALT))
        now = datetime(2026, 6, 1, tzinfo=UTC)
        edition = Edition("stolen", "documents", 1, now, now, "", len(content), add_to_digest(0, content), SALT)
        replica = Replica(self._folder / f"{len(self._replicas)}", "documents", StoreKey(bytes(32)))
        self._replicas.append(replica)
        replica.replace(edition, content)
        with replica.read() as view:
            return find_matches(view, document, Sealer(SALT), "stolen", LookupDates(TODAY, TODAY))

    def close(self) -> None:
        for replica in self._replicas:
            replica.close()


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(tmp_path)
    yield kit
    kit.close()


def read(text: str) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=TODAY)


def passport(issuer: str, code: str = "P") -> TravelDocument:
    fields = MrzFields(code, issuer, NUMBER, "Sample", "Ada", birth=date(1990, 2, 3), expiry=date(2030, 1, 1))
    return read(write_mrz(fields, MrzFormat.TD3))


@pytest.mark.parametrize("printed", LISTED)
def test_an_issuer_is_found_by_any_of_its_names_and_by_its_successors(kit: Kit, printed: str) -> None:
    country, kind = LISTED[printed]
    document = passport(printed)
    assert document.problems == ()
    (match,) = kit.look(document, DocumentRecord(NUMBER, country, kind, Fraud.STOLEN))
    assert (match.grade, match.type, match.certain) == (Grade.EXACT, kind, True)


def test_a_predecessors_record_is_no_exact_match_for_a_successors_document(kit: Kit) -> None:
    (match,) = kit.look(passport("SRB"), DocumentRecord(NUMBER, "YUG", "PAS", Fraud.STOLEN))
    assert match.grade is Grade.ELSEWHERE


@pytest.mark.parametrize("code", ["P", "PD", "PS", "PO", "PR"])
@pytest.mark.parametrize("kind", ["DIP", "OFP", "SEP", "PAS", "RFP"])
def test_a_diplomats_passport_read_as_any_passport_finds_its_record(kit: Kit, code: str, kind: str) -> None:
    (match,) = kit.look(passport("UTO", code), DocumentRecord(NUMBER, "UTO", kind, Fraud.REVOKED))
    assert (match.grade, match.type) == (Grade.EXACT, kind)


@pytest.mark.parametrize(
    ("format", "kind"), [(MrzFormat.FR_DL, "DRV"), (MrzFormat.CH_DL, "DRV"), (MrzFormat.FR_ID, "NID")]
)
def test_cards_with_layouts_of_their_own_find_their_records(kit: Kit, format: MrzFormat, kind: str) -> None:
    zone = next(zones(3, TODAY, [format]))
    record = DocumentRecord(zone.fields.number, zone.fields.issuer, kind, Fraud.STOLEN)
    (match,) = kit.look(read(zone.text), record)
    assert match.grade is Grade.EXACT
    assert match.certain is (format is not MrzFormat.CH_DL)  # no check digit, no certainty


def test_a_misread_issuer_is_looked_up_as_it_is_meant(kit: Kit) -> None:
    misread = read(passport("UTO").raw.replace("P<UTO", "P<UT0"))
    record = DocumentRecord(NUMBER, "UTO", "PAS", Fraud.STOLEN)
    assert [match.grade for match in kit.look(misread, record)] == [Grade.ELSEWHERE]
    assert [match.grade for match in kit.look(apply_repairs(misread, TODAY), record)] == [Grade.EXACT]


@pytest.mark.parametrize("code", ["G", "7", "\u0663", "\ufffd"])
def test_a_misread_code_finds_the_passport_it_stands_on(kit: Kit, code: str) -> None:
    misread = read(passport("UTO").raw.replace("P<UTO", f"{code}<UTO"))
    (match,) = kit.look(misread, DocumentRecord(NUMBER, "UTO", "PAS", Fraud.STOLEN))
    assert match.grade is Grade.EXACT


def test_a_number_misread_without_trace_is_near(kit: Kit) -> None:
    honest = next(zone for zone in zones(5, TODAY, [MrzFormat.TD3]) if plant(zone, Fault.NUMBER_SWAP, 1))
    misread = plant(honest, Fault.NUMBER_SWAP, 1)
    assert misread is not None
    record = DocumentRecord(honest.fields.number, honest.fields.issuer, "PAS", Fraud.STOLEN)
    (match,) = kit.look(read(misread.text), record)
    assert (match.grade, match.number, match.certain) == (Grade.NEAR, honest.fields.number, True)


def test_every_candidate_is_looked_up_beside_the_number() -> None:
    faulty = [plant(zone, fault, 1) or zone for zone in _some() for fault in (Fault.NUMBER, Fault.NUMBER_SWAP)]
    count = 0
    for zone in [*faulty, *_some()]:
        document = read(zone.text)
        looked_up = {row.tobytes()[4:29].rstrip(b"\0").decode("ascii") for row in build_query(document).rows}
        candidates = {number for each in document.candidates if is_din(number := clean_number(each))}
        assert candidates <= looked_up and clean_number(document.number) in looked_up
        count += len(candidates)
    assert count > 100


def _some() -> list[Zone]:
    return [
        zone
        for zone in islice(zones(9, TODAY), 120)
        if group_of(zone.fields.code) and zone.format is not MrzFormat.CH_DL
    ]
