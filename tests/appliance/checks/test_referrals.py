"""A traveller whom an officer referred comes again: CHECK at every lane until a second person settles it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from appliance.answer.referral_words import advise_on_stay, find_settled_referral, stays_with_second_line
from appliance.checks.referrals import ReferralCheck
from appliance.screening.run import Screener
from data.documents.travel_document import Capture, Confirmation, MrzName, TravelDocument
from data.errors import StoreError
from data.journal.journal import Journal
from data.journal.referrals import Referral, ReferralLog, UndecidedRefer
from data.journal.schema import SCHEMA, recent_decisions
from data.persons.person import PartialDate
from data.screenings import Decision, Direction, Finding, Screening, State, Traveller, Verdict
from data.store import Schema
from data.store_key import StoreKey
from data.witness.witness_file import WitnessFile
from data.witness.witness_record import WitnessRecord
from tests.appliance.support.referred import AT, journal, look, machine, only, record
from tests.data.support.journal_events import write_old_sightings
from tests.support.machine import Machine
from tests.support.sample import ADA, NOW, Asked, document, finding, screening
from tests.support.staff import make_actor

__all__ = ["journal", "machine"]

ADA_READ = replace(ADA, nationality="UTO")
OTHER = screening(document(number="X7654321B", name=MrzName("OTHER", "EVE")), traveller=None)
SURNAME = "VAN DER MUEHLENSTEIN"
"""With the given names, too long for the zone of an identity card."""


def look_again(journal: Journal, shown: Screening) -> Finding:
    """What a later screening of the same traveller says."""
    return look(journal, replace(shown, id=uuid4()))


def test_a_referred_document_is_check_at_every_lane_and_in_every_direction(journal: Journal) -> None:
    record(journal, screening(traveller=None))
    for direction in Direction:
        answer = look(journal, replace(screening(traveller=None), direction=direction, party="bus 4"))
        assert (answer.state, answer.reason, answer.mandatory) == (State.NOTICE, "referred_open", True)
        assert answer.says == "Referred here at 11:00, no outcome yet"


def test_whoever_was_not_referred_is_in_peace(journal: Journal) -> None:
    record(journal, screening(), Decision.ADMIT)
    assert look(journal, screening()).reason == "not_referred"
    record(journal, screening())
    other = screening(document(number="X7654321B", name=MrzName("OTHER", "EVE")), traveller=None)
    assert look(journal, other).reason == "not_referred"


def test_the_same_party_does_not_hide_a_referral(journal: Journal) -> None:
    record(journal, replace(screening(), party="bus 4"))
    assert look(journal, replace(screening(), party="bus 4")).reason == "referred_open"


def test_with_another_document_the_person_is_known_by_name_birth_and_nationality(journal: Journal) -> None:
    record(journal, screening(document(nationality="UTO"), traveller=ADA_READ))
    card = document(code="I", number="D00000007", nationality="UTO")
    assert look(journal, screening(card, traveller=ADA_READ)).reason == "referred_open"
    assert look(journal, only(replace(ADA_READ, surname="sample ", given="Ada"))).reason == "referred_open"
    for other in (
        replace(ADA_READ, given="EVE"),
        replace(ADA_READ, birth=PartialDate(1990, 2, 4)),
        replace(ADA_READ, nationality="NOR"),
        replace(ADA_READ, surname="SAMPLER"),
    ):
        assert look(journal, only(other)).reason == "not_referred"


GREAT_AUNT = Traveller("MUEHLENBROCK", "ANNA MARGARETHE", False, PartialDate(1984, 5, 6), nationality="DEU")


@pytest.mark.parametrize(
    "typed",
    [
        replace(GREAT_AUNT, birth=None),
        replace(GREAT_AUNT, nationality=""),
        replace(GREAT_AUNT, birth=PartialDate(1984)),
        replace(GREAT_AUNT, birth=PartialDate(1984, about=True), nationality="D"),
        replace(GREAT_AUNT, given="ANNA"),
        replace(GREAT_AUNT, given=""),
        Traveller("ANNA MARGARETHE MUEHLENBROCK"),
        Traveller("MUHLENBROCK", "Anna"),
        Traveller("Mühlenbrock", "Margarethe", nationality="DEU"),
        replace(GREAT_AUNT, surname="MUEHLEN BROCK", nationality="D"),
        replace(GREAT_AUNT, given="ANNAMARGARETHE"),
    ],
)
def test_what_is_unknown_of_a_traveller_may_be_that_of_the_referred_one(journal: Journal, typed: Traveller) -> None:
    record(journal, only(GREAT_AUNT))
    assert look(journal, only(typed)).reason == "referred_open"
    waits = replace(only(GREAT_AUNT), at=AT)
    journal.record_decision(waits_decided(journal, waits), Decision.ADMIT, NOW, make_actor("lee"))
    assert look(journal, only(typed)).reason == "referral_settled"
    journal.record_screening(replace(only(GREAT_AUNT), at=AT), [], Verdict.REFER, 1)
    assert look(journal, only(typed)).reason == "refer_undecided"


def waits_decided(journal: Journal, shown: Screening) -> Screening:
    journal.record_screening(shown, [], Verdict.CHECK, 1)
    return shown


@pytest.mark.parametrize(
    "other",
    [
        replace(GREAT_AUNT, given="BERTA"),
        replace(GREAT_AUNT, birth=PartialDate(1985)),
        replace(GREAT_AUNT, birth=PartialDate(None, 6)),
        replace(GREAT_AUNT, birth=None, nationality="NOR"),
        Traveller("MUHLEN"),
    ],
)
def test_what_is_known_and_differs_is_somebody_else(journal: Journal, other: Traveller) -> None:
    record(journal, only(GREAT_AUNT))
    assert look(journal, only(other)).reason == "not_referred"


def test_a_name_that_one_zone_cuts_is_the_same_person(journal: Journal) -> None:
    person = Traveller(SURNAME, "ANNA MARGARETHE", False, PartialDate(1970, 1, 2), nationality="D")
    record(journal, only(person))
    cut = replace(person, given="ANNA MARG", truncated=True, nationality="DEU")
    assert look(journal, only(cut)).reason == "referred_open"


@pytest.mark.parametrize(("before", "now"), [("P", ""), ("", "P"), ("I", ""), ("", "I"), ("", "")])
def test_a_document_of_unknown_type_may_be_the_one_that_was_referred(journal: Journal, before: str, now: str) -> None:
    def typed(code: str) -> Screening:
        return screening(TravelDocument(code, "UTO", "L1234567A"), traveller=None)

    record(journal, typed(before))
    assert look(journal, typed(now)).reason == "referred_open"


SCANNED = document(nationality="UTO")
TYPED = TravelDocument(
    SCANNED.code, SCANNED.issuer, SCANNED.number, capture=Capture.TYPED, confirmation=Confirmation.TYPED_TWICE
)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (SCANNED, replace(TYPED, code="I")),
        (SCANNED, replace(TYPED, issuer="SWE")),
        (SCANNED, replace(TYPED, issuer="SWE", code="I", confirmation=Confirmation.NONE)),
        (SCANNED, replace(SCANNED, issuer="U70", name=None)),
        (replace(TYPED, issuer="SWE", code="I"), SCANNED),
        (replace(TYPED, issuer="SWE"), replace(TYPED, issuer="NOR")),
    ],
)
def test_a_country_or_type_that_was_typed_or_not_read_hides_no_referral(
    journal: Journal, before: TravelDocument, now: TravelDocument
) -> None:
    record(journal, screening(before, traveller=None))
    other = Traveller("NILSEN", "OLA", False, PartialDate(1970, 1, 1), nationality="NOR")
    answer = look(journal, screening(now, traveller=other))
    assert (answer.state, answer.reason, answer.evidence.facts["match"]) == (
        State.NOTICE,
        "referred_open",
        "possible",
    )
    assert answer.says == "A traveller with this document number was referred here at 11:00, no outcome yet"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (SCANNED, replace(SCANNED, issuer="SWE")),
        (SCANNED, replace(SCANNED, code="I")),
        (SCANNED, replace(TYPED, issuer="SWE", confirmation=Confirmation.READ_BACK)),
        (replace(TYPED, code="I", confirmation=Confirmation.READ_BACK), SCANNED),
        (SCANNED, replace(TYPED, issuer="SWE", number="X7654321B")),
    ],
)
def test_a_country_and_type_that_were_read_tell_documents_of_one_number_apart(
    journal: Journal, before: TravelDocument, now: TravelDocument
) -> None:
    record(journal, screening(before, traveller=ADA_READ))
    other = Traveller("NILSEN", "OLA", False, PartialDate(1970, 1, 1), nationality="NOR")
    assert look(journal, screening(replace(now, name=None), traveller=other)).reason == "not_referred"


def test_a_second_person_settles_it_and_the_next_check_says_so(journal: Journal) -> None:
    record(journal, screening())
    record(journal, screening(), Decision.ADMIT, "kim", "lee", AT + timedelta(minutes=25))
    answer = look(journal, screening())
    assert (answer.state, answer.reason) == (State.PASS, "referral_settled")
    assert answer.says == "Referred here at 11:00; settled at 11:25 by lee: admitted"


def test_another_officer_is_a_second_person(journal: Journal) -> None:
    record(journal, screening())
    record(journal, screening(), Decision.ADMIT, "lee")
    assert look(journal, screening()).reason == "referral_settled"


@pytest.mark.parametrize(("officer", "second"), [("kim", ""), ("kim", "kim")])
def test_who_referred_settles_nothing_alone(journal: Journal, officer: str, second: str) -> None:
    record(journal, screening())
    record(journal, screening(), Decision.ADMIT, officer, second)
    assert look(journal, screening()).reason == "referred_open"


def test_a_further_referral_is_an_outcome_only_with_the_name_of_a_second_person(journal: Journal) -> None:
    record(journal, screening())
    record(journal, screening(), Decision.REFER, "lee")
    assert look(journal, screening()).reason == "referred_open"
    record(journal, screening(), Decision.REFER, "lee", "lee")
    assert look(journal, screening()).reason == "referred_open"
    record(journal, screening(), Decision.REFER, "lee", "kim")
    answer = look(journal, screening())
    assert (answer.state, answer.reason) == (State.PASS, "stays_referred")
    assert "by kim: stays with the second line" in answer.says
    record(journal, screening(), Decision.ADMIT, "lee")
    assert look(journal, screening()).reason == "stays_referred"
    record(journal, screening(), Decision.ADMIT, "robin")
    assert "by robin: admitted" in look(journal, screening()).says


def test_after_an_outcome_a_new_referral_is_open_again(journal: Journal) -> None:
    record(journal, screening())
    record(journal, screening(), Decision.ADMIT, "lee")
    record(journal, screening(), Decision.REFER, "lee", at=AT + timedelta(minutes=30))
    assert look(journal, screening()).says == "Referred here at 11:30, no outcome yet"


PARENT = screening(traveller=ADA)
CHILD = Traveller("SAMPLE", "BEN", False, PartialDate(2019, 3, 4))
"""In the same passport."""
WITH_PARENT = screening(document(name=MrzName("SAMPLE", "BEN"), birth=CHILD.birth), traveller=CHILD)


@pytest.mark.parametrize("parent", [PARENT, only(ADA_READ), screening(document(number="X1"), traveller=ADA)])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    decisions=some.lists(
        some.tuples(some.sampled_from(Decision), some.sampled_from(["kim", "lee"]), some.sampled_from(["", "robin"])),
        min_size=1,
        max_size=3,
    )
)
def test_no_decision_about_a_child_settles_the_referral_of_the_parent_in_whose_passport_it_is(
    parent: Screening, decisions: list[tuple[Decision, str, str]]
) -> None:
    with (
        TemporaryDirectory() as folder,
        closing(Journal(Path(folder) / "journal.db", StoreKey(bytes(32)), "desk")) as journal,
    ):
        record(journal, PARENT, officer="pat")
        for decision, officer, second in decisions:
            record(journal, WITH_PARENT, decision, officer, second)
        answer = look_again(journal, parent)
        assert answer.reason == "referred_open" and "no outcome yet" in answer.says
        record(journal, PARENT, Decision.ADMIT, "lee")
        assert look_again(journal, PARENT).reason in ("referral_settled", "referred_open")
        assert decisions[-1][0] is Decision.REFER or look_again(journal, only(ADA_READ)).reason == "referral_settled"


def test_a_child_who_was_referred_and_admitted_leaves_the_parents_refer_without_a_decision(journal: Journal) -> None:
    journal.record_screening(replace(PARENT, at=AT), [], Verdict.REFER, 1)
    record(journal, WITH_PARENT, Decision.REFER, "kim")
    record(journal, WITH_PARENT, Decision.ADMIT, "lee")
    assert look_again(journal, PARENT).reason == "refer_undecided"
    answer = look_again(journal, WITH_PARENT)
    assert answer.reason == "refer_undecided"
    assert answer.says == "Another traveller with this document was REFER here at 11:00, without a decision"


def test_the_referral_of_the_other_holder_of_a_document_is_not_said_as_ones_own(journal: Journal) -> None:
    record(journal, WITH_PARENT)
    assert look_again(journal, WITH_PARENT).says == "Referred here at 11:00, no outcome yet"
    assert (
        look_again(journal, PARENT).says
        == "Another traveller with this document was referred here at 11:00, no outcome yet"
    )


def test_no_name_stays_in_memory_once_its_referral_is_gone(journal: Journal, machine: Machine) -> None:
    log = ReferralLog(journal)
    record(journal, screening())
    assert log.find(OTHER) is None and log.find_undecided(OTHER) is None
    assert list(log._known)
    over = machine.run(journal, AT, timedelta(hours=73))
    assert log.find(replace(OTHER, at=over)) is None
    assert not log._known


def test_it_is_kept_for_72_hours_or_as_the_post_says(journal: Journal, machine: Machine) -> None:
    record(journal, screening(), at=NOW - timedelta(hours=71))
    now = machine.run(journal, NOW - timedelta(hours=71), timedelta(hours=71))
    assert look(journal, screening()).says == "Referred here on 2026-06-28 at 13:00, no outcome yet"
    later = replace(screening(), at=machine.run(journal, now, timedelta(hours=2)))
    assert look(journal, later).reason == "not_referred"
    journal.sightings_kept = timedelta(hours=100)
    record(journal, screening(document(number="X1")), Decision.ADMIT, at=later.at)
    assert ReferralCheck(ReferralLog(journal, timedelta(hours=100))).run(later).reason == "referred_open"


WRONG = [timedelta(days=4), timedelta(days=4000), -timedelta(days=4), -timedelta(days=4000)]


@pytest.mark.parametrize("wrong", WRONG)
def test_no_wrong_clock_hides_a_referral_while_it_is_wrong_or_afterwards(journal: Journal, wrong: timedelta) -> None:
    record(journal, screening())
    record(journal, OTHER, at=NOW + wrong)
    for at in (NOW, NOW + wrong, NOW + timedelta(hours=1)):
        assert look(journal, replace(screening(), at=at)).reason == "referred_open"
        assert look(journal, replace(OTHER, at=at)).reason == "referred_open"
        journal.record_screening(replace(screening(document(number="X1")), at=at), [], Verdict.CLEAR, 1)


def test_a_restart_of_the_machine_under_a_wrong_clock_hides_no_referral(journal: Journal, machine: Machine) -> None:
    record(journal, screening())
    machine.boot, machine.seconds = "second", 30.0
    assert look(journal, replace(screening(), at=NOW + timedelta(days=30))).reason == "referred_open"


@pytest.fixture
def signed(tmp_path: Path, machine: Machine) -> Iterator["Signed"]:
    witness = WitnessFile(tmp_path, StoreKey(bytes(32)))
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk", witness, machine)
    yield Signed(journal, witness, machine)
    journal.close()


@dataclass
class Signed:
    """A journal, and what headquarters signed."""

    journal: Journal
    witness: WitnessFile
    machine: Machine

    def hear(self, at: datetime) -> None:
        """Headquarters signed something then; the journal is written a minute later."""
        self.witness.change(partial(_with_signed, at))
        self.machine.seconds += 60
        with self.journal.writing() as connection:
            self.journal.note_running(connection, at + timedelta(minutes=1))


def test_a_signed_time_that_is_later_by_as_much_than_one_that_came_after_it_ends_it(signed: Signed) -> None:
    record(signed.journal, screening())
    later = replace(screening(), at=NOW + timedelta(days=4))
    for hours, reason in ((1, "referred_open"), (71, "referred_open"), (72.5, "referred_open"), (73.5, "not_referred")):
        signed.hear(AT + timedelta(hours=hours))
        assert look(signed.journal, later).reason == reason


def test_no_signed_time_ends_what_was_decided_under_a_clock_that_was_dead(signed: Signed) -> None:
    """Then the kit knows nothing later than what headquarters signed last, which may be days ago."""
    days_ago = NOW - timedelta(days=5)
    signed.hear(days_ago)
    referred = replace(screening(), at=days_ago)
    signed.machine.seconds += 60
    signed.journal.record_screening(referred, [], Verdict.CHECK, 1)
    signed.journal.record_decision(referred, Decision.REFER, days_ago, make_actor("kim"))
    with signed.journal.writing() as connection:
        signed.journal.note_lost_memory(connection, days_ago)
    other = screening(document(number="X7654321B", name=MrzName("OTHER", "EVE")), traveller=None)
    for hours, is_known in ((0, True), (71, True), (80, False)):
        signed.hear(NOW + timedelta(hours=hours))
        now = NOW + timedelta(hours=hours, minutes=5)
        assert (look(signed.journal, replace(screening(), at=now)).reason == "referred_open") is is_known, hours
        assert (look(signed.journal, replace(other, at=now)).reason == "memory_lost") is is_known, hours


def _with_signed(signed: datetime, before: WitnessRecord) -> WitnessRecord:
    return replace(before, signed=signed)


def test_a_journal_from_before_knows_its_referrals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, key = tmp_path / "old.db", StoreKey(bytes(32))
    with monkeypatch.context() as before:
        before.setattr(
            "data.journal.journal.SCHEMA", Schema("journal", SCHEMA.steps[: SCHEMA.steps.index(recent_decisions)])
        )
        before.setattr(Journal, "_settle", lambda *_: None)
        old = Journal(path, key, "desk")
        person = Traveller("MUEHLENBROCK", "ANNA")
        write_old_sightings(before)
        record(old, only(person))
        old.close()
    journal = Journal(path, key, "desk")
    assert look(journal, only(person)).reason == "referred_open"
    journal.close()


def test_the_outcome_of_somebody_who_may_be_the_traveller_settles_none_of_the_travellers_own(
    journal: Journal,
) -> None:
    record(journal, only(GREAT_AUNT))
    namesake = only(Traveller("MUEHLENBROCK", "ANNA"))
    record(journal, namesake, at=AT + timedelta(minutes=1))
    settled = record(journal, namesake, Decision.WITHDREW, at=AT + timedelta(minutes=2))
    journal.record_decision(settled, Decision.ADMIT, NOW, make_actor("kim"), second=make_actor("lee"))
    first = record(journal, namesake, at=AT + timedelta(minutes=3))
    journal.record_decision(first, Decision.ADMIT, NOW, make_actor("lee"))
    answer = look(journal, only(GREAT_AUNT))
    assert answer.says == "Referred here at 11:00, no outcome yet"


def test_a_refer_that_nobody_decided_is_check_until_somebody_does(journal: Journal) -> None:
    waits = replace(screening(), at=AT)
    journal.record_screening(waits, [], Verdict.REFER, 1)
    assert look(journal, waits).reason == "not_referred", "its own revisions are no other screening"
    assert look(journal, OTHER).reason == "not_referred"
    answer = look(journal, screening())
    assert (answer.state, answer.reason) == (State.NOTICE, "refer_undecided")
    assert answer.says == "REFER here at 11:00, without a decision"
    again = replace(screening(), at=NOW)
    journal.record_screening(again, [], Verdict.CHECK, 1)
    journal.record_decision(again, Decision.ADMIT, NOW, make_actor("kim"))
    assert look(journal, screening()).reason == "refer_undecided", "one officer alone"
    journal.record_decision(again, Decision.ADMIT, NOW, make_actor("kim"), second=make_actor("lee"))
    assert look(journal, screening()).reason == "not_referred"


def test_a_clear_that_nobody_decided_raises_nothing(journal: Journal) -> None:
    journal.record_screening(replace(screening(), at=AT), [], Verdict.CLEAR, 1)
    assert look(journal, screening()).reason == "not_referred"


def test_a_clock_that_stands_ahead_for_one_screening_takes_no_referral_away(journal: Journal) -> None:
    record(journal, screening())
    journal.record_screening(replace(OTHER, at=NOW + timedelta(days=4)), [], Verdict.CLEAR, 1)
    assert look(journal, screening()).reason == "referred_open"


def test_it_is_kept_from_the_referral_on_not_from_the_screening(journal: Journal, machine: Machine) -> None:
    first = replace(screening(), at=AT)
    journal.record_screening(first, [], Verdict.CHECK, 1)
    called_back = machine.run(journal, AT, timedelta(hours=70))
    journal.record_decision(first, Decision.REFER, called_back, make_actor("kim"))
    late = machine.run(journal, called_back, timedelta(hours=2, minutes=20))
    journal.record_screening(replace(OTHER, at=late), [], Verdict.CLEAR, 1)
    assert look(journal, replace(screening(), at=late)).reason == "referred_open"
    over = machine.run(journal, late, timedelta(hours=70))
    journal.record_screening(replace(OTHER, at=over), [], Verdict.CLEAR, 1)
    with journal.reading() as connection:
        screenings = {row[0] for row in connection.execute("SELECT screening FROM sighting")}
    assert str(first.id) not in screenings


def test_after_a_loss_of_the_journal_nobody_counts_as_never_referred(journal: Journal, machine: Machine) -> None:
    with journal.writing() as connection:
        journal.note_lost_memory(connection, AT)
    answer = look(journal, replace(screening(), at=AT + timedelta(minutes=5)))
    assert (answer.state, answer.reason, answer.mandatory) == (State.NOT_APPLICABLE, "memory_lost", True)
    assert answer.says == "Who was referred here before is not known: the journal from before was missing at 11:00"
    record(journal, screening())
    assert look(journal, screening()).reason == "referred_open", "what is known counts as ever"
    now = machine.run(journal, AT, timedelta(hours=71))
    other = screening(document(number="X7654321B", name=MrzName("OTHER", "EVE")), traveller=None)
    assert look(journal, replace(other, at=now)).reason == "memory_lost"
    now = machine.run(journal, now, timedelta(hours=2))
    assert look(journal, replace(other, at=now)).reason == "not_referred"


def lose_memory(journal: Journal, at: datetime) -> None:
    with journal.writing() as connection:
        journal.note_lost_memory(connection, at)


def test_a_settled_referral_reassures_nobody_after_a_loss_of_the_journal(journal: Journal, machine: Machine) -> None:
    first = record(journal, screening())
    journal.record_decision(first, Decision.ADMIT, AT + timedelta(minutes=1), make_actor("lee"))
    settled = look(journal, screening())
    assert (settled.state, settled.reason) == (State.PASS, "referral_settled")
    lost_at = AT + timedelta(minutes=30)
    lose_memory(journal, lost_at)
    answer = look(journal, screening())
    assert (answer.state, answer.reason) == (State.NOT_APPLICABLE, "memory_lost")
    assert answer.says == f"{settled.says}; there may be more: the journal from before was missing at 11:30"
    assert answer.evidence.facts == {**settled.evidence.facts, "found": "referral_settled"}
    assert find_settled_referral([answer]) == answer.says, "the Desk says it under the verdict"
    now = machine.run(journal, lost_at, timedelta(hours=71))
    assert look(journal, replace(screening(), at=now)).reason == "memory_lost"
    now = machine.run(journal, now, timedelta(hours=2))
    assert look(journal, replace(screening(), at=now)).reason == "not_referred"


def test_what_is_settled_after_a_loss_of_the_journal_says_nothing_of_the_time_before(journal: Journal) -> None:
    lose_memory(journal, AT - timedelta(minutes=1))
    first = record(journal, screening())
    assert look(journal, screening()).reason == "referred_open"
    journal.record_decision(first, Decision.ADMIT, AT + timedelta(minutes=1), make_actor("lee"))
    assert look(journal, screening()).reason == "memory_lost"


def test_who_stays_with_the_second_line_stays_there_after_a_loss_of_the_journal(journal: Journal) -> None:
    first = record(journal, screening())
    journal.record_decision(
        first, Decision.REFER, AT + timedelta(minutes=1), make_actor("kim"), second=make_actor("lee")
    )
    assert look(journal, screening()).reason == "stays_referred"
    advice = advise_on_stay([look(journal, screening())])
    lose_memory(journal, AT + timedelta(minutes=30))
    answer = look(journal, screening())
    assert answer.reason == "memory_lost" and stays_with_second_line([answer])
    assert advise_on_stay([answer]) == advice


def test_an_undecided_refer_is_looked_at_after_a_loss_of_the_journal(journal: Journal) -> None:
    journal.record_screening(replace(screening(), at=AT), [], Verdict.REFER, 1)
    lose_memory(journal, AT + timedelta(minutes=30))
    answer = look(journal, screening())
    assert (answer.state, answer.reason) == (State.NOTICE, "refer_undecided")


def test_nobody_named_is_nobody_referred(journal: Journal) -> None:
    assert look(journal, only(None)).state is State.NOT_APPLICABLE


class Broken:
    def find(self, screening: Screening, now: datetime | None = None) -> Referral | None:
        raise StoreError("The disk is gone")

    def find_undecided(self, screening: Screening) -> UndecidedRefer | None:
        raise StoreError("The disk is gone")

    def read_lost_memory(self, now: datetime) -> datetime | None:
        raise StoreError("The disk is gone")


def test_a_memory_that_fails_never_gives_clear(journal: Journal) -> None:
    result = Screener([Asked(finding), ReferralCheck(Broken())], journal).screen(screening())
    assert result.verdict is Verdict.CANNOT_SAY


def test_the_pipeline_says_check_to_a_referred_traveller(journal: Journal) -> None:
    screener = Screener([Asked(finding), ReferralCheck(ReferralLog(journal))], journal)
    first = replace(screening(), at=AT)
    assert screener.screen(first).verdict is Verdict.CLEAR
    journal.record_decision(first, Decision.REFER, AT, make_actor("kim"))
    result = screener.screen(screening())
    assert (result.verdict, result.says) == (Verdict.CHECK, "Referred here before")
    assert "no outcome yet" in result.second_line
