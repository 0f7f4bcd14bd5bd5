"""A document that waited over a restart is not taken for one that never had a code."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.checks.boarding_pass import BoardingPassCheck
from appliance.checks.seal import SealCheck
from appliance.counter.parts import CounterRecords, Lane
from appliance.counter.past_travellers import PastTravellers
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.list_access import TrustLists
from appliance.verdict import verdict_of_finding
from data.documents.barcodes import Barcode, BarcodeKind, Symbology
from data.journal.journal import Journal
from data.journal.referrals import ReferralLog
from data.journal.travellers import TravellerLog
from data.journal.unscreened import UnscreenedLog
from data.screenings import Direction, Finding, State, Verdict
from data.store_key import StoreKey
from tests.support.sample import NOW
from tests.support.staff import make_actor
from tests.ui.support.desk_kit import CLEAR, zone

SEAL = Barcode(Symbology.DATA_MATRIX, b"\xdc\x03 a seal that nobody can read")
PASS = Barcode(Symbology.AZTEC, b"M1OTHER/EVE            EABC123 AAABBBXY 0123 182Y012A0001 100")
READ = replace(Subject.from_zone(zone(CLEAR), NOW.date()), unscreened="1")
TYPED = Subject(traveller=READ.traveller, unscreened="1")


@pytest.fixture
def past(tmp_path: Path) -> Iterator[PastTravellers]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield PastTravellers(
        CounterRecords(ReferralLog(journal), TravellerLog(journal), UnscreenedLog(journal)), lambda: NOW
    )
    journal.close()


def after_restart(past: PastTravellers, subject: Subject) -> Subject:
    past.keep(subject, "reader")
    (waiting,) = past.waiting()
    return waiting.subject


def judge(subject: Subject) -> list[Finding]:
    screening = ScreeningRequest(subject, make_actor("kim")).screening(Lane("kit", "post", "1", Direction.ENTRY), NOW)
    return [check.run(screening) for check in (SealCheck(TrustLists([])), BoardingPassCheck())]


def test_the_sample_codes_are_what_they_should_be() -> None:
    assert (SEAL.kind, PASS.kind) == (BarcodeKind.SEAL, BarcodeKind.BOARDING_PASS)


@pytest.mark.parametrize("subject", [READ, TYPED])
@pytest.mark.parametrize(("code", "place"), [(SEAL, 0), (PASS, 1)])
def test_a_code_that_was_read_before_the_restart_is_asked_for(
    past: PastTravellers, subject: Subject, code: Barcode, place: int
) -> None:
    waiting = after_restart(past, subject.with_codes((code,)))
    finding = judge(waiting)[place]
    assert (finding.state, finding.reason) == (State.NOTICE, "code_missing")
    assert verdict_of_finding(finding) is Verdict.CHECK and "scan it again" in finding.says
    assert judge(waiting)[1 - place].state is State.NOT_APPLICABLE


@pytest.mark.parametrize("code", [SEAL, PASS])
def test_only_the_same_code_takes_its_place(past: PastTravellers, code: Barcode) -> None:
    waiting = after_restart(past, READ.with_codes((code,)))
    other = replace(code, content=code.content + b"1")
    assert [finding.reason for finding in judge(waiting.with_codes((other,)))].count("code_missing") == 1
    again = waiting.with_codes((replace(code, symbology=Symbology.UNKNOWN),))
    assert all(found.missing is None for found in again.codes)
    assert "code_missing" not in [finding.reason for finding in judge(again)]


def test_what_the_code_holds_is_not_kept(past: PastTravellers) -> None:
    waiting = after_restart(past, READ.with_codes((SEAL, PASS)))
    assert [code.content for code in waiting.codes] == [b"", b""]
    assert after_restart(past, waiting).codes == waiting.codes, "a second restart"
    assert after_restart(past, READ).codes == ()
