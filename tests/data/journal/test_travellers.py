"""Who has no decision, and how a traveller of the last hours comes back as he was shown."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from data.documents.travel_document import MrzName, TravelDocument
from data.journal.journal import Journal
from data.journal.referrals import ReferralLog
from data.journal.travellers import MOST_LISTED, TravellerLog
from data.persons.person import PartialDate
from data.screenings import Decision, Screening, Traveller, Verdict
from data.store_key import StoreKey
from tests.support.machine import Machine
from tests.support.sample import ADA, NOW, candidate, document, documents_hit, match, persons_hit, screening
from tests.support.staff import make_actor, make_signatory

OTHER = document(number="X7654321B", name=None, birth=PartialDate(None, 2, 3))


OWN = screening(TravelDocument("P", "UTO", "L7"), traveller=None)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk", read_uptime=machine)
    yield journal
    journal.close()


def record(journal: Journal, shown: Screening, verdict: Verdict = Verdict.REFER, minutes: int = 0) -> Screening:
    shown = replace(shown, at=NOW + timedelta(minutes=minutes))
    journal.record_screening(shown, [documents_hit(match()), persons_hit(candidate())], verdict, 1)
    return shown


def test_a_traveller_comes_back_as_recorded(journal: Journal) -> None:
    shown = record(journal, screening(document(), OTHER))
    (past,) = TravellerLog(journal).undecided()
    assert past.screening == shown and past.verdict is Verdict.REFER and past.revision == 1
    assert past.findings == (documents_hit(match()), persons_hit(candidate()))
    assert past.is_undecided and past.decision is None


def test_the_most_serious_first_then_the_oldest(journal: Journal) -> None:
    verdicts = (Verdict.CLEAR, Verdict.REFER, Verdict.CANNOT_SAY, Verdict.REFER)
    shown = [
        record(journal, screening(TravelDocument("P", "UTO", f"L{number}"), traveller=None), verdict, number)
        for number, verdict in enumerate(verdicts)
    ]
    listed = [past.id for past in TravellerLog(journal).undecided()]
    assert listed == [str(shown[number].id) for number in (1, 3, 2, 0)]


def test_a_decision_ends_it_and_a_worse_answer_after_it_does_not(journal: Journal) -> None:
    log, shown = TravellerLog(journal), record(journal, screening(), Verdict.CLEAR)
    journal.record_decision(shown, Decision.ADMIT, NOW, make_actor("kim"))
    assert log.undecided_ids() == frozenset()
    journal.record_screening(shown, [], Verdict.REFER, 2)
    assert log.undecided_ids() == {str(shown.id)}


@pytest.mark.parametrize("by_another_screening", [False, True])
@settings(max_examples=25)
@given(
    shown=some.lists(some.sampled_from(Verdict), min_size=1, max_size=4),
    later=some.lists(some.sampled_from(Verdict), max_size=4),
)
def test_only_a_worse_answer_makes_who_was_decided_undecided_again(
    by_another_screening: bool, shown: list[Verdict], later: list[Verdict]
) -> None:
    with (
        TemporaryDirectory() as folder,
        closing(Journal(Path(folder) / "journal.db", StoreKey(bytes(32)), "desk")) as it,
    ):
        traveller = screening()
        shown.sort(key=lambda verdict: verdict.seriousness)
        for revision, verdict in enumerate(shown, start=1):
            it.record_screening(traveller, [], verdict, revision)
        decided = record(it, screening(), Verdict.CLEAR, minutes=1) if by_another_screening else traveller
        it.record_decision(decided, Decision.REFER, NOW, make_actor("kim"))
        assert TravellerLog(it).undecided_ids() == frozenset()
        after = sorted((each for each in later if each.seriousness >= shown[-1].seriousness), key=list(Verdict).index)
        for revision, verdict in enumerate(after, start=len(shown) + 1):
            it.record_screening(traveller, [], verdict, revision)
        is_worse = bool(after) and after[-1] is not shown[-1]
        assert TravellerLog(it).undecided_ids() == ({str(traveller.id)} if is_worse else frozenset())


def test_another_program_leaves_nobody_undecided_at_the_desk(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "check")
    record(journal, screening())
    assert TravellerLog(journal).undecided_ids() == frozenset()
    journal.close()


def test_deciding_on_the_same_traveller_later_settles_a_bad_scan_before_but_no_refer(journal: Journal) -> None:
    log = TravellerLog(journal)
    record(journal, screening(), Verdict.CANNOT_SAY)
    refer = record(journal, screening(), Verdict.REFER, 1)
    later = record(journal, screening(), Verdict.CLEAR, 2)
    journal.record_decision(later, Decision.ADMIT, NOW, make_actor("kim"))
    assert log.undecided_ids() == {str(refer.id)}
    last = record(journal, screening(), Verdict.CHECK, 3)
    journal.record_decision(last, Decision.REFER, NOW, make_actor("kim"))
    assert log.undecided_ids() == frozenset()


CHILD = Traveller("SAMPLE", "BEN", False, PartialDate(2019, 3, 4))
WITH_PARENT = screening(document(name=MrzName("SAMPLE", "BEN"), birth=CHILD.birth), traveller=CHILD)
"""In the passport of ADA, the parent."""
BLANK = document(name=None)
"""Of the same passport, a scan from which no name could be read."""


@pytest.mark.parametrize("verdict", [Verdict.REFER, Verdict.CANNOT_SAY])
@pytest.mark.parametrize(("decision", "second"), [(Decision.REFER, ""), (Decision.ADMIT, "lee"), (Decision.ADMIT, "")])
def test_a_decision_about_one_holder_of_a_document_leaves_the_other_undecided(
    journal: Journal, verdict: Verdict, decision: Decision, second: str
) -> None:
    parent = record(journal, screening(traveller=ADA), verdict)
    child = record(journal, WITH_PARENT, minutes=1)
    journal.record_decision(child, decision, NOW, make_actor("kim"), second=make_actor(second) if second else None)
    assert TravellerLog(journal).undecided_ids() == {str(parent.id)}
    journal.record_decision(parent, decision, NOW, make_actor("kim"), second=make_actor(second) if second else None)
    assert TravellerLog(journal).undecided_ids() == frozenset()


def test_a_decision_settles_a_scan_without_a_name_and_one_about_nobody_settles_no_person(journal: Journal) -> None:
    log, blank = TravellerLog(journal), record(journal, screening(BLANK, traveller=None))
    parent = record(journal, screening(), minutes=1)
    journal.record_decision(parent, Decision.REFER, NOW, make_actor("kim"))
    assert log.undecided_ids() == frozenset(), "nobody was named there"
    parent = record(journal, screening(), minutes=2)
    blank = record(journal, screening(BLANK, traveller=None), minutes=3)
    journal.record_decision(blank, Decision.REFER, NOW, make_actor("kim"))
    assert log.undecided_ids() == {str(parent.id)}, "whom it was about is not known"


def test_a_decision_settles_nobody_of_whom_only_the_document_is_known_any_more(journal: Journal) -> None:
    log, earlier = TravellerLog(journal), record(journal, screening(traveller=ADA))
    with journal.writing() as connection:
        connection.execute("DELETE FROM detail")
    child = record(journal, WITH_PARENT, minutes=1)
    journal.record_decision(child, Decision.REFER, NOW, make_actor("kim"))
    assert log.undecided_ids() == {str(earlier.id)}
    again = record(journal, screening(traveller=ADA), minutes=2)
    journal.record_decision(again, Decision.REFER, NOW, make_actor("kim"))
    assert log.undecided_ids() == frozenset(), "the same name, birth date and nationality"


def test_the_most_serious_are_listed_where_not_all_are(journal: Journal) -> None:
    for number in range(MOST_LISTED + 5):
        record(journal, screening(TravelDocument("P", "UTO", f"L{number}"), traveller=None), Verdict.CHECK)
    refer = record(journal, screening(OTHER, traveller=None), Verdict.REFER, 1)
    listed = TravellerLog(journal).undecided()
    assert len(listed) == MOST_LISTED and listed[0].id == str(refer.id)


@pytest.mark.parametrize("read", ["undecided", "referral", "undecided refer"])
def test_no_verdict_waits_while_travellers_are_decoded(
    journal: Journal, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = record(journal, screening())
    journal.record_decision(record(journal, screening(), Verdict.CHECK, 1), Decision.ADMIT, NOW, make_actor("kim"))
    journal.record_decision(
        record(journal, screening(OTHER, traveller=None), Verdict.CHECK, 1), Decision.REFER, NOW, make_actor("kim")
    )
    waits: list[bool] = []

    def is_held() -> bool:
        is_free = journal._lock.acquire(blocking=False)
        if is_free:
            journal._lock.release()
        return not is_free

    def decode(id: str, body: bytes | None) -> None:
        with ThreadPoolExecutor(1) as pool:
            waits.append(pool.submit(is_held).result())

    monkeypatch.setattr("data.journal.travellers.decode_screening", decode)
    monkeypatch.setattr("data.journal.recorded_events.decode_screening", decode)
    {
        "undecided": lambda: TravellerLog(journal).undecided(),
        "referral": lambda: ReferralLog(journal).find(replace(shown, id=uuid4())),
        "undecided refer": lambda: ReferralLog(journal).find_undecided(replace(shown, id=uuid4())),
    }[read]()
    assert waits and not any(waits)


def test_a_clock_that_stands_ahead_for_one_screening_forgets_nobody(journal: Journal) -> None:
    waits = record(journal, screening())
    ahead = record(journal, screening(OTHER, traveller=None), minutes=4 * 24 * 60)
    assert TravellerLog(journal).undecided_ids() == {str(waits.id), str(ahead.id)}


def test_it_is_forgotten_with_the_sightings(journal: Journal, machine: Machine) -> None:
    record(journal, screening())
    machine.run(journal, NOW, timedelta(hours=73))
    later = record(journal, screening(OTHER, traveller=None), minutes=73 * 60)
    assert TravellerLog(journal).undecided_ids() == {str(later.id)}


def test_an_officers_own_decisions_newest_first(journal: Journal, machine: Machine) -> None:
    log = TravellerLog(journal)
    shown = [
        record(journal, screening(TravelDocument("P", "UTO", f"L{number}")), minutes=number) for number in range(3)
    ]
    for each in (shown[1], shown[0]):
        journal.record_decision(each, Decision.ADMIT, NOW, make_actor("kim"))
    journal.record_decision(shown[2], Decision.REFER, NOW, make_actor("lee"), second=make_actor("robin"))
    day = timedelta(days=1)
    assert [past.id for past in log.decided_by("kim", day, NOW, 20)] == [str(shown[0].id), str(shown[1].id)]
    assert len(log.decided_by("kim", day, NOW, 1)) == 1
    (referred,) = log.referred(day, NOW)
    assert referred.decision is not None and (referred.decision.person, referred.decision.second) == (
        make_signatory("lee"),
        make_signatory("robin"),
    )
    journal.record_decision(shown[2], Decision.ADMIT, NOW, make_actor("robin"))
    assert log.referred(day, NOW) == []
    later = machine.run(journal, NOW, timedelta(hours=25))
    assert log.decided_by("kim", day, later, 20) == []


@pytest.mark.parametrize("wrong", [timedelta(days=4), timedelta(days=400), -timedelta(days=4)])
def test_no_clock_takes_a_decision_or_a_referral_from_the_lists(journal: Journal, wrong: timedelta) -> None:
    log = TravellerLog(journal)
    for shown, decision in ((record(journal, screening()), Decision.REFER), (record(journal, OWN), Decision.ADMIT)):
        journal.record_decision(shown, decision, NOW, make_actor("kim"))
    hours = timedelta(hours=12)
    assert len(log.decided_by("kim", hours, NOW + wrong, 20)) == 2
    assert len(log.referred(hours, NOW + wrong)) == 1


def test_purged_details_leave_the_row_without_a_name(journal: Journal) -> None:
    record(journal, replace(screening(), traveller=ADA))
    with journal.writing() as connection:
        connection.execute("DELETE FROM detail")
    (past,) = TravellerLog(journal).undecided()
    assert past.screening is None and past.findings is None and past.verdict is Verdict.REFER
