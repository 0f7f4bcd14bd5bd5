"""Details of listed persons: told while the word about their list is young, by clocks that nobody can set back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.clock import ClockReading
from data.lease.access import ContactAge, ListAccess, find_withholding_reason

SIGNED = datetime(2026, 3, 1, tzinfo=UTC)
DAY_S = 86_400.0
FORTNIGHT_H = 14 * 24.0


def silence(heard_days: float = 0, ran_days: float = 0, claimed_days: float | None = None) -> ContactAge:
    moment = ClockReading("b", 0, SIGNED, is_behind=True)
    claim_s = None if claimed_days is None else claimed_days * DAY_S
    heard = SIGNED + timedelta(days=heard_days)
    return replace(ContactAge.from_contact(heard, moment), ran_s=ran_days * DAY_S, claim_s=claim_s)


@pytest.mark.parametrize(
    ("known", "now_days", "locked"),
    [
        (None, 14, False),
        (None, 14.1, True),
        (silence(ran_days=13), 0, False),
        (silence(ran_days=15), 0, True),
        (silence(ran_days=15), -3000, True),
        (silence(ran_days=1, claimed_days=14), 15, True),
        (silence(ran_days=1), 900, False),  # set ahead while the machine ran: nobody was away
        (silence(heard_days=10, ran_days=3), 13, False),
        (silence(heard_days=10, ran_days=5), 15, True),  # another list was heard of since, this one was not
        (silence(heard_days=-10, ran_days=20), 10, False),  # a neighbour handed on a newer word about this list
        (silence(heard_days=-10, ran_days=25), 15, True),
    ],
)
def test_details_lock_by_the_silence_about_their_own_list(
    known: ContactAge | None, now_days: float, locked: bool
) -> None:
    access = ListAccess(contact_age=known)
    why = find_withholding_reason(SIGNED, FORTNIGHT_H, access, SIGNED + timedelta(days=now_days))
    assert bool(why) is locked


def test_the_reason_says_how_long_and_how_long_is_allowed() -> None:
    why = find_withholding_reason(SIGNED, 36, ListAccess(), SIGNED + timedelta(days=20))
    assert why == "headquarters has not confirmed this list for 20 days; it allows 36 hours"


@pytest.mark.parametrize(("headquarters_days", "locked"), [(0.1, False), (13, False), (15, True)])
def test_headquarters_own_clock_counts_where_it_answered(headquarters_days: float, locked: bool) -> None:
    access = ListAccess(headquarters_now=SIGNED + timedelta(days=headquarters_days))
    assert bool(find_withholding_reason(SIGNED, FORTNIGHT_H, access, SIGNED + timedelta(days=400))) is locked
