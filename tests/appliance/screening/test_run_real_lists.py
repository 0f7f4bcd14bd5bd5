"""The pipeline over real lists and a real journal: files on disk, sealed documents, scored persons."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from appliance.checks.document_list import DocumentListCheck
from appliance.checks.list_state import ListAgeCheck
from appliance.checks.printed_data import MrzCheck, ValidityCheck
from appliance.counter.subject import document_from_zone
from appliance.screening.check_ports import ReadState
from appliance.screening.run import Screener
from data.documents.document_record import DocumentRecord, Fraud
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import Capture, MrzFormat
from data.journal.history import read_events
from data.journal.journal import JOURNAL_FILE, Journal
from data.lists.edition import AgePolicy, Edition
from data.lists.kinds import documents
from data.lists.replica import Replica
from data.lists.rows import add_to_digest
from data.screenings import Decision, Screening, Traveller, Verdict
from data.store_key import StoreKey
from tests.support.staff import make_actor

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
KEY = StoreKey(bytes(32))
SALT = bytes(range(32))
LISTED = DocumentRecord("L1234567A", "UTO", "PAS", Fraud.STOLEN, date(2025, 5, 5), "UTO")


class ApprovedReplica(Replica):
    """A list that headquarters' offline keys would let be empty."""

    def needs_approval(self, edition: Edition) -> bool:
        return False

    def read_state(self) -> ReadState:
        with self.read() as view:
            return ReadState(view.edition, self.needs_repair)


@pytest.fixture
def sltd(tmp_path: Path) -> Iterator[ApprovedReplica]:
    replica = ApprovedReplica(tmp_path / "sltd", "documents", KEY)
    rows = sorted(documents.rows([LISTED], SALT))
    as_of = NOW - timedelta(hours=3)
    edition = Edition("sltd", "documents", 1, as_of, as_of, "", len(rows), add_to_digest(0, rows), SALT)
    replica.replace(edition, rows)
    yield replica
    replica.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / JOURNAL_FILE, KEY, "desk")
    yield journal
    journal.close()


def passport(number: str, issuer: str = "UTO", expiry: date = date(2031, 1, 1)) -> Screening:
    fields = MrzFields("P", issuer, number, "SAMPLE", "ADA", birth=date(1990, 2, 3), expiry=expiry)
    zone = write_mrz(fields, MrzFormat.TD3)
    document = document_from_zone(zone, capture=Capture.MACHINE, today=NOW.date())
    return Screening((document,), Traveller.of(document), NOW, "officer-1")


@pytest.fixture
def screener(sltd: ApprovedReplica, journal: Journal) -> Screener:
    checks = [
        MrzCheck("development"),
        ValidityCheck(),
        DocumentListCheck(sltd),
        ListAgeCheck(sltd, AgePolicy()),
    ]
    return Screener(checks, journal)


def test_a_listed_passport_is_referred_and_journalled_with_its_decision(screener: Screener, journal: Journal) -> None:
    result = screener.screen(passport("L1234567A"))
    assert result.verdict is Verdict.REFER
    assert result.second_line == "L1234567A is on sltd as stolen (list updated 3 hours ago)"
    journal.record_decision(result.screening, Decision.REFER, NOW, make_actor("officer-1"))
    written = read_events(journal, "screening")
    assert (written[0].outcome, written[0].revision) == ("refer", result.revision)
    assert [one.outcome for one in read_events(journal, "decision")] == ["refer"]


def test_an_unlisted_passport_is_clear(screener: Screener) -> None:
    result = screener.screen(passport("X7654321B"))
    assert (result.verdict, result.second_line) == (Verdict.CLEAR, "Nothing found; lists updated 3 hours ago")


def test_the_same_number_of_another_country_is_under_why_only(screener: Screener) -> None:
    result = screener.screen(passport("L1234567A", issuer="FRA"))
    assert result.verdict is Verdict.CLEAR
    assert [one.reason for one in result.findings if one.evidence.matches] == ["document_elsewhere"]


def test_a_number_too_short_for_any_list_is_not_nothing_found(screener: Screener) -> None:
    result = screener.screen(passport("123"))
    assert result.verdict is Verdict.CANNOT_SAY
    assert "no_number" in {one.reason for one in result.findings}


def test_an_expired_list_is_cannot_say_and_still_asked(sltd: ApprovedReplica, journal: Journal) -> None:
    old = AgePolicy(1, 2)
    screener = Screener([DocumentListCheck(sltd), ListAgeCheck(sltd, old)], journal)
    assert screener.screen(passport("L1234567A")).verdict is Verdict.REFER
    result = screener.screen(passport("X7654321B"))
    assert (result.verdict, result.second_line) == (Verdict.CANNOT_SAY, "Nothing found; lists updated 3 hours ago")
    assert result.says == "The list sltd has expired: it was last updated 3 hours ago"


def test_a_closed_journal_is_cannot_say(screener: Screener, journal: Journal) -> None:
    journal.close()
    result = screener.screen(passport("X7654321B"))
    assert (result.verdict, result.findings[-1].reason) == (Verdict.CANNOT_SAY, "journal_failed")
