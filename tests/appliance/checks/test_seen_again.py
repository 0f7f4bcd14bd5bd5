"""A document that comes again: what cannot be is looked at, what commuters do is left in peace."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.checks.seen_again import SeenAgainCheck
from appliance.screening.run import Screener
from data.documents.travel_document import Capture, CheckDigit, TravelDocument
from data.errors import StoreError
from data.journal.journal import Journal
from data.journal.referrals import ReferralLog
from data.journal.sightings import Sighting, SightingLog
from data.screenings import Decision, Direction, Finding, Screening, State, Verdict
from data.store_key import StoreKey
from tests.support.machine import Machine
from tests.support.sample import NOW, Asked, document, finding, screening
from tests.support.staff import make_actor

ENTRY, EXIT, TRANSIT = Direction.ENTRY, Direction.EXIT, Direction.TRANSIT
ADMIT, REFUSE, REFER, WITHDREW = Decision.ADMIT, Decision.REFUSE, Decision.REFER, Decision.WITHDREW


@pytest.fixture
def machine() -> Machine:
    """One that was just started, so that the calendar says how long ago something was."""
    return Machine(seconds=30.0)


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk", read_uptime=machine)
    yield journal
    journal.close()


def pass_to_now(machine: Machine, minutes: float) -> None:
    """The machine runs on, while the journal stands still."""
    machine.seconds += minutes * 60


def record_sighting(
    journal: Journal, minutes: float, decision: Decision | None = ADMIT, direction: Direction = ENTRY, lane: str = "1"
) -> None:
    """The sample document, so many minutes ago."""
    earlier = replace(screening(), at=NOW - timedelta(minutes=minutes), direction=direction, lane=lane)
    journal.record_screening(earlier, [], Verdict.CLEAR, 1)
    if decision:
        journal.record_decision(earlier, decision, earlier.at, make_actor("officer-1"))


def another_leaves(journal: Journal, direction: Direction = EXIT) -> None:
    other = replace(screening(document(number="X7654321B")), at=NOW - timedelta(hours=9), direction=direction)
    journal.record_screening(other, [], Verdict.CLEAR, 1)


def look(journal: Journal, direction: Direction = ENTRY, lane: str = "1") -> Finding:
    return SeenAgainCheck(SightingLog(journal), ReferralLog(journal)).run(
        replace(screening(), direction=direction, lane=lane)
    )


def test_a_new_document_was_not_seen(journal: Journal) -> None:
    assert (look(journal).state, look(journal).reason) == (State.PASS, "not_seen")


def test_entered_twice_where_leaving_is_screened(journal: Journal) -> None:
    another_leaves(journal)
    record_sighting(journal, 5 * 60)
    answer = look(journal)
    assert (answer.state, answer.reason, answer.mandatory) == (State.NOTICE, "entered_twice", False)
    assert "5 hours ago at lane 1" in answer.says


def test_whoever_left_in_between_may_come_again(journal: Journal) -> None:
    record_sighting(journal, 9 * 60)
    record_sighting(journal, 60, direction=EXIT)
    assert (look(journal).state, look(journal).reason) == (State.PASS, "seen_before")


def test_a_commuter_who_leaves_by_a_gate_that_no_kit_watches_is_left_in_peace(journal: Journal) -> None:
    record_sighting(journal, 9 * 60)
    assert look(journal).reason == look(journal, lane="2").reason == "seen_before"


def test_a_passport_handed_back_over_the_fence_is_noticed_soon(journal: Journal) -> None:
    record_sighting(journal, 4)
    assert look(journal).reason == look(journal, lane="2").reason == "entered_twice"


def test_scanning_again_does_not_wash_it_away(journal: Journal) -> None:
    record_sighting(journal, 4)
    record_sighting(journal, 2, None)
    record_sighting(journal, 1, None)
    assert look(journal).reason == "entered_twice"


def test_scanning_again_at_one_lane_is_nothing(journal: Journal) -> None:
    record_sighting(journal, 1, None)
    assert look(journal).reason == "seen_before"


@pytest.mark.parametrize(("lane", "reason"), [("2", "two_lanes"), ("1", "seen_before"), ("", "seen_before")])
def test_undecided_at_one_lane_and_shown_at_another(journal: Journal, lane: str, reason: str) -> None:
    record_sighting(journal, 10, None)
    assert look(journal, lane=lane).reason == reason


@pytest.mark.parametrize("decision", [REFER, WITHDREW])
def test_the_second_line_is_no_second_entry(journal: Journal, decision: Decision) -> None:
    another_leaves(journal)
    record_sighting(journal, 10, decision)
    assert look(journal, lane="2").reason == "seen_before"


def test_refused_and_back_again(journal: Journal) -> None:
    record_sighting(journal, 20 * 60, REFUSE)
    answer = look(journal, lane="2")
    assert (answer.state, answer.reason) == (State.NOTICE, "refused_before")
    record_sighting(journal, 10 * 60, ADMIT)
    assert look(journal).reason == "seen_before"


@pytest.mark.parametrize(
    ("direction", "reason"), [(ENTRY, "entered_twice"), (EXIT, "left_twice"), (TRANSIT, "passed_twice")]
)
def test_twice_the_same_way(journal: Journal, direction: Direction, reason: str) -> None:
    record_sighting(journal, 5, direction=direction)
    assert look(journal, direction).reason == reason
    assert all(look(journal, other).reason == "seen_before" for other in Direction if other is not direction)


def test_yesterday_is_over(journal: Journal, machine: Machine) -> None:
    record_sighting(journal, 25 * 60)
    machine.run(journal, NOW - timedelta(hours=25), timedelta(hours=25))
    another_leaves(journal)
    assert look(journal).reason == "not_seen"


@pytest.mark.parametrize("wrong", [timedelta(days=4), -timedelta(days=4)])
def test_no_clock_hides_that_it_was_refused_or_entered_twice(journal: Journal, wrong: timedelta) -> None:
    another_leaves(journal)
    record_sighting(journal, 5 * 60)
    check, later = SeenAgainCheck(SightingLog(journal), ReferralLog(journal)), replace(screening(), at=NOW + wrong)
    assert check.run(later).reason == "entered_twice"
    record_sighting(journal, 4 * 60, REFUSE)
    assert check.run(later).reason == "refused_before"


@pytest.mark.parametrize("wrong", [timedelta(days=4), -timedelta(days=4)])
def test_what_was_soon_stays_soon_and_is_dated_right_under_a_clock_that_was_set(
    journal: Journal, machine: Machine, wrong: timedelta
) -> None:
    machine.seconds = 9 * 3600
    record_sighting(journal, 20)
    pass_to_now(machine, 20)
    later = replace(screening(), at=NOW + wrong)
    answer = SeenAgainCheck(SightingLog(journal), ReferralLog(journal)).run(later)
    assert answer.reason == "entered_twice"
    assert ("20 minutes ago" if wrong > timedelta(0) else "just now") in answer.says


def test_a_night_with_the_machine_off_is_not_soon(journal: Journal, machine: Machine) -> None:
    machine.seconds = 9 * 3600
    record_sighting(journal, 14 * 60)
    machine.boot, machine.seconds = "second", 600.0
    assert look(journal).reason == "seen_before"
    assert "14 hours ago" in look(journal).says


UNSURE = [
    document(capture=Capture.TYPED, digits=(), raw=""),
    document(code=""),
    document(code="", format=None),
    document(digits=(CheckDigit("number", "1", "2", False),)),
]


@pytest.mark.parametrize("unsure", UNSURE)
@pytest.mark.parametrize(("decision", "lane"), [(ADMIT, "1"), (REFUSE, "1"), (None, "2")])
def test_only_the_number_is_called_the_same_where_the_document_is_not_certain(
    journal: Journal, unsure: TravelDocument, decision: Decision | None, lane: str
) -> None:
    certain = document()
    for number, (before, now) in enumerate([(unsure, certain), (certain, unsure), (certain, certain)]):
        before, now = (replace(each, number=f"L{number}", name=None, birth=None) for each in (before, now))
        earlier = replace(screening(before, traveller=None), at=NOW - timedelta(minutes=4), lane="1")
        journal.record_screening(earlier, [], Verdict.CHECK, 1)
        if decision:
            journal.record_decision(earlier, decision, earlier.at, make_actor("officer-1"))
        later = replace(screening(now, traveller=None), lane=lane)
        answer = SeenAgainCheck(SightingLog(journal), ReferralLog(journal)).run(later)
        assert answer.state is State.NOTICE
        start = "This document was" if before == now else "A document of this number was"
        assert answer.says.startswith(start)


def test_one_document_of_several_is_enough_and_none_is_no_matter(journal: Journal) -> None:
    record_sighting(journal, 5)
    both = screening(document(number="X1111111C"), document())
    assert SeenAgainCheck(SightingLog(journal), ReferralLog(journal)).run(both).reason == "entered_twice"
    none = replace(screening(), documents=())
    assert SeenAgainCheck(SightingLog(journal), ReferralLog(journal)).run(none).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("direction", Direction)
def test_the_same_way_again_is_never_called_usual(journal: Journal, direction: Direction) -> None:
    record_sighting(journal, 5 * 60, direction=direction)
    answer = look(journal, direction)
    assert answer.reason == "seen_before"
    assert "nothing unusual" not in answer.says and "5 hours ago at lane 1" in answer.says


def test_only_a_crossing_the_other_way_is_called_usual(journal: Journal) -> None:
    record_sighting(journal, 5 * 60, direction=EXIT)
    assert "nothing unusual about it" in look(journal, ENTRY).says
    assert "nothing unusual" not in look(journal, TRANSIT).says
    record_sighting(journal, 1, None, direction=EXIT)
    assert "nothing was decided then" in look(journal, ENTRY).says


def test_an_admission_that_settled_a_referral_is_not_held_against_who_comes_back_to_the_lane(
    journal: Journal,
) -> None:
    referred = replace(screening(), at=NOW - timedelta(minutes=30), lane="1")
    journal.record_screening(referred, [], Verdict.CHECK, 1)
    journal.record_decision(referred, REFER, referred.at, make_actor("officer-1"))
    journal.record_decision(
        referred, ADMIT, NOW - timedelta(minutes=9), make_actor("officer-1"), second=make_actor("officer-2")
    )
    assert look(journal).reason == "seen_before"
    record_sighting(journal, 4)
    assert look(journal).reason == "entered_twice"


def test_after_a_loss_of_the_journal_nobody_counts_as_never_seen(journal: Journal) -> None:
    with journal.writing() as connection:
        journal.note_lost_memory(connection, NOW)
    answer = look(journal)
    assert (answer.state, answer.reason, answer.mandatory) == (State.NOT_DONE, "memory_lost", False)
    assert answer.says.startswith("Who was seen here before is not known: the journal from before was missing at ")
    record_sighting(journal, 4)
    assert look(journal).reason == "entered_twice"


def test_what_was_seen_reassures_nobody_after_a_loss_of_the_journal(journal: Journal, machine: Machine) -> None:
    record_sighting(journal, 5 * 60, direction=EXIT)
    assert look(journal).says == "Seen here 5 hours ago at lane 1; nothing unusual about it"
    with journal.writing() as connection:
        journal.note_lost_memory(connection, NOW - timedelta(minutes=30))
    answer = look(journal)
    assert (answer.state, answer.reason, answer.mandatory) == (State.NOT_DONE, "memory_lost", False)
    assert answer.says.startswith("Seen here 5 hours ago at lane 1; nothing unusual about it; there may be more: ")
    record_sighting(journal, 10, None)
    assert look(journal).reason == "memory_lost", "one scan since says nothing about the time before"
    record_sighting(journal, 4, REFUSE)
    assert look(journal).reason == "refused_before"


def test_a_document_that_a_lost_journal_does_not_know_hides_no_other(journal: Journal) -> None:
    record_sighting(journal, 5)
    with journal.writing() as connection:
        journal.note_lost_memory(connection, NOW - timedelta(minutes=1))
    both = screening(document(number="X1111111C"), document())
    answer = SeenAgainCheck(SightingLog(journal), ReferralLog(journal)).run(both)
    assert (answer.state, answer.reason) == (State.NOTICE, "entered_twice")


class Broken:
    def before(self, screening: Screening, document: TravelDocument, within: timedelta) -> Sequence[Sighting]:
        raise StoreError("The disk is gone")

    def read_lost_memory(self, at: datetime, within: timedelta) -> datetime | None:
        raise StoreError("The disk is gone")

    def any_in(self, direction: Direction, at: datetime, within: timedelta) -> bool:
        raise StoreError("The disk is gone")


def test_a_memory_that_fails_is_not_done_and_stops_nobody(journal: Journal) -> None:
    result = Screener([Asked(finding), SeenAgainCheck(Broken(), ReferralLog(journal))], journal).screen(screening())
    (answer,) = [one for one in result.findings if one.check == "seen_again"]
    assert answer.state is State.NOT_DONE and not answer.mandatory
    assert result.verdict is Verdict.CLEAR


def test_the_pipeline_notices_the_second_time_and_not_the_first(journal: Journal) -> None:
    screener = Screener([Asked(finding), SeenAgainCheck(SightingLog(journal), ReferralLog(journal))], journal)
    first = replace(screening(), at=NOW - timedelta(minutes=5))
    assert screener.screen(first).verdict is Verdict.CLEAR
    journal.record_decision(first, ADMIT, first.at, make_actor("officer-1"))
    assert screener.screen(screening()).verdict is Verdict.CHECK
