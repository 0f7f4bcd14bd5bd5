"""Whatever a reader sends: an answer in the journal that is never CLEAR, in bounded time and space."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.checks.printed_data import MrzCheck, NumberCheck, ValidityCheck
from appliance.checks.seen_again import SeenAgainCheck
from appliance.counter.parts import Lane
from appliance.counter.subject import LONGEST_RAW, ScreeningRequest, Subject
from appliance.screening.run import Screener
from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.journal.referrals import ReferralLog
from data.journal.sightings import SightingLog
from data.screenings import Verdict
from data.store_key import StoreKey
from tests.support.sample import NOW
from tests.support.staff import make_actor

TD3 = "P<SWEERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898912C37SWE7408122<3004157<<<<<<<<<<<<<<02"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


def screened(journal: Journal, text: str) -> tuple[Verdict, str]:
    """The verdict and the reason of the check of the zone."""
    checks = [MrzCheck(), NumberCheck(), ValidityCheck(), SeenAgainCheck(SightingLog(journal), ReferralLog(journal))]
    request = ScreeningRequest(Subject.from_zone(text, NOW.date()), make_actor("officer-1"))
    result = Screener(checks, journal).screen(request.screening(Lane("kit-1"), NOW))
    assert result.revision >= 1 and len(result.screening.documents[0].raw) <= LONGEST_RAW
    return result.verdict, result.findings[0].reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_an_mrz"),
        ("A" * 10_000_000, "not_an_mrz"),
        ("\ud800" * 10_000_000, "not_an_mrz"),
        ("\udcff no zone", "not_an_mrz"),
        ("\x00\x1b[2J" * 20, "not_an_mrz"),
        ("\u202e" * 44 + "\n" + "\u202e" * 44, "not_an_mrz"),
        (TD3.replace("<<<<<<0", "\udc80<<<<<0"), "digit_wrong"),
        (TD3.replace("L898912C3", "L8989\u0661\u0662C3"), "digit_wrong"),
        (TD3.replace("ERIKSSON", "ERI\u212aSSON"), "illegal_characters"),
    ],
)
def test_hostile_text_is_answered_and_kept(journal: Journal, text: str, reason: str) -> None:
    verdict, found = screened(journal, text)
    assert found == reason
    assert verdict is (Verdict.CANNOT_SAY if reason == "not_an_mrz" else Verdict.CHECK)
    assert verify_journal(journal).faults == () and read_events(journal, "screening")[0].outcome == verdict.value


def test_marks_that_no_eye_sees_hide_nothing(journal: Journal) -> None:
    assert (
        screened(journal, TD3)[1]
        == screened(journal, TD3.replace("ERIKSSON", "ERIK\u202eSSON\u200b"))[1]
        == "digits_right"
    )
