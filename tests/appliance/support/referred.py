"""A journal with a referral in it, and what its check says then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.checks.referrals import ReferralCheck
from data.journal.journal import Journal
from data.journal.referrals import ReferralLog
from data.screenings import Decision, Finding, Screening, Traveller, Verdict
from data.store_key import StoreKey
from tests.support.machine import Machine
from tests.support.sample import NOW, screening
from tests.support.staff import make_actor

AT = NOW - timedelta(hours=1)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk", read_uptime=machine)
    yield journal
    journal.close()


def record(
    journal: Journal,
    shown: Screening,
    decision: Decision = Decision.REFER,
    officer: str = "kim",
    second: str = "",
    at: datetime = AT,
) -> Screening:
    earlier = replace(shown, at=at, lane="1")
    journal.record_screening(earlier, [], Verdict.CHECK, 1)
    agrees = make_actor(second) if second else None
    journal.record_decision(earlier, decision, at, make_actor(officer), second=agrees)
    return earlier


def look(journal: Journal, shown: Screening) -> Finding:
    return ReferralCheck(ReferralLog(journal)).run(replace(shown, lane="2"))


def only(person: Traveller | None, **changes: Any) -> Screening:
    """A screening of a typed person, without a document."""
    return replace(screening(), documents=(), traveller=person, **changes)
