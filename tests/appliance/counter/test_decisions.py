"""Who may decide what, under which findings, conditions and openings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.counter.decisions import (
    LONGEST_OVERRIDE,
    DecisionKey,
    NeedsSecondPerson,
    OfficerDecision,
    SupervisorOverride,
    active_overrides,
    decide,
    open_work,
)
from appliance.people.permissions import NotAllowed
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import Condition, ConditionKind
from data.documents.travel_document import Capture
from data.errors import Denied
from data.journal.referrals import Referral, ReferralOutcome
from data.people.staff import Actor, StaffRole
from data.screenings import Decision, Finding, State, Verdict
from tests.support.sample import NOW, Notebook, document, finding, result, screening
from tests.support.staff import make_actor, make_signatory, make_supervisor

EXPIRED = Condition(ConditionKind.LIST_EXPIRED, "sltd")
DAMAGED = Condition(ConditionKind.LIST_DAMAGED, "un-2")
WITHOUT_SLTD = finding(State.NOT_DONE, "age:sltd", reason="list_expired")
LATER = NOW + timedelta(hours=1)
BOSS = make_supervisor("boss")


def override(condition: Condition = EXPIRED) -> SupervisorOverride:
    return open_work(condition, supervisor=BOSS, second=make_actor("other"), now=NOW)


def admit(
    shown: ScreeningResult,
    *overrides: SupervisorOverride,
    second: Actor | None = None,
    key: DecisionKey = DecisionKey.OWN_KEY,
) -> OfficerDecision:
    return decide(
        shown, Decision.ADMIT, officer=make_actor("officer-1"), now=LATER, overrides=overrides, second=second, key=key
    )


def cannot_say(*findings: Finding) -> ScreeningResult:
    return result(Verdict.CANNOT_SAY, *findings)


def test_enter_admits_only_on_clear() -> None:
    assert admit(result(Verdict.CLEAR), key=DecisionKey.ENTER).decision is Decision.ADMIT
    with pytest.raises(Denied, match="Enter admits on CLEAR only"):
        admit(result(Verdict.CHECK), key=DecisionKey.ENTER)
    with pytest.raises(Denied, match="Enter admits on CLEAR only"):
        decide(result(Verdict.CLEAR), Decision.REFUSE, officer=make_actor("o"), now=NOW, key=DecisionKey.ENTER)
    assert admit(result(Verdict.CHECK)).verdict is Verdict.CHECK


def test_nothing_is_decided_while_working() -> None:
    with pytest.raises(Denied, match="no verdict yet"):
        decide(None, Decision.REFER, officer=make_actor("o"), now=NOW)


@pytest.mark.parametrize(
    "second", [None, make_actor("officer-1"), replace(make_actor("officer-1"), number="officer-9")]
)
def test_admission_on_refer_needs_a_second_person(second: Actor | None) -> None:
    with pytest.raises(Denied, match="second person"):
        admit(result(Verdict.REFER), second=second)
    assert admit(result(Verdict.REFER), second=BOSS).second == BOSS


@pytest.mark.parametrize("decision", [Decision.REFUSE, Decision.REFER, Decision.WITHDREW])
@pytest.mark.parametrize("verdict", Verdict)
def test_anything_but_admission_needs_nobody_else(decision: Decision, verdict: Verdict) -> None:
    assert decide(result(verdict), decision, officer=make_actor("o"), now=NOW).decision is decision


@pytest.mark.parametrize("kind", [ConditionKind.LIST_EXPIRED, ConditionKind.LIST_UNCONFIRMED])
def test_work_with_an_older_list_is_opened_by_two(kind: ConditionKind) -> None:
    with pytest.raises(Denied, match="second person"):
        open_work(Condition(kind, "sltd"), supervisor=BOSS, now=NOW)


def test_admission_under_a_standing_condition_needs_its_opening() -> None:
    shown = cannot_say(WITHOUT_SLTD)
    with pytest.raises(Denied, match="the list sltd has expired"):
        admit(shown, override(DAMAGED), second=BOSS)
    assert admit(shown, override()).overrides == (override(),)


def test_every_condition_needs_its_own_opening() -> None:
    shown = cannot_say(WITHOUT_SLTD, finding(State.NOT_DONE, "persons:un-2", reason="list_damaged"))
    with pytest.raises(Denied, match="un-2 is damaged"):
        admit(shown, override())
    assert len(admit(shown, override(), override(DAMAGED)).overrides) == 2


def test_what_is_amiss_with_this_traveller_alone_needs_a_second_person() -> None:
    shown = cannot_say(WITHOUT_SLTD, finding(State.NOT_DONE, reason="timeout"))
    with pytest.raises(Denied, match="second person"):
        admit(shown, override())
    assert admit(shown, override(), second=BOSS).second == BOSS


@pytest.mark.parametrize("second", [None, BOSS, replace(BOSS, number="boss-2")])
def test_an_expired_list_is_opened_by_two_different_people(second: Actor | None) -> None:
    with pytest.raises(Denied, match="second person"):
        open_work(EXPIRED, supervisor=BOSS, second=second, now=NOW)
    assert open_work(DAMAGED, supervisor=BOSS, now=NOW).supervisor == BOSS


@pytest.mark.parametrize("condition", [EXPIRED, DAMAGED])
def test_only_a_supervisor_opens_work(condition: Condition) -> None:
    with pytest.raises(NotAllowed, match="supervisor"):
        open_work(condition, supervisor=make_actor("kim"), second=BOSS, now=NOW)


@pytest.mark.parametrize("role", [StaffRole.TRAINEE, StaffRole.SERVICE, StaffRole.TECHNICIAN, StaffRole.AUDITOR])
def test_not_every_role_is_a_second_person(role: StaffRole) -> None:
    with pytest.raises(NotAllowed):
        open_work(EXPIRED, supervisor=BOSS, second=make_actor("kim", role), now=NOW)
    with pytest.raises(NotAllowed):
        admit(result(Verdict.REFER), second=make_actor("kim", role))


@pytest.mark.parametrize("role", [StaffRole.SERVICE, StaffRole.TECHNICIAN, StaffRole.AUDITOR])
def test_not_every_role_decides(role: StaffRole) -> None:
    with pytest.raises(NotAllowed, match="decide about travellers"):
        decide(result(Verdict.CLEAR), Decision.ADMIT, officer=make_actor("kim", role), now=NOW)


def test_a_trainee_refers_alone_and_decides_anything_else_with_a_second_person() -> None:
    trainee = make_actor("kim", StaffRole.TRAINEE)
    assert decide(result(Verdict.CLEAR), Decision.REFER, officer=trainee, now=NOW).second is None
    for decision in (Decision.ADMIT, Decision.REFUSE, Decision.WITHDREW):
        with pytest.raises(NeedsSecondPerson):
            decide(result(Verdict.CLEAR), decision, officer=trainee, now=NOW)
        assert decide(result(Verdict.CLEAR), decision, officer=trainee, second=BOSS, now=NOW).second == BOSS


def test_an_opening_lasts_a_shift_at_most() -> None:
    days = open_work(DAMAGED, supervisor=BOSS, now=NOW, until=NOW + timedelta(days=9))
    assert days.until == NOW + LONGEST_OVERRIDE
    assert days.covers(DAMAGED, NOW + LONGEST_OVERRIDE - timedelta(seconds=1))
    assert not days.covers(DAMAGED, NOW + LONGEST_OVERRIDE)
    assert not days.covers(DAMAGED, NOW - timedelta(seconds=1))
    with pytest.raises(Denied, match="end before it begins"):
        open_work(DAMAGED, supervisor=BOSS, now=NOW, until=NOW)


def test_an_opening_ends_with_its_condition() -> None:
    both = (override(), override(DAMAGED))
    assert active_overrides(both, [EXPIRED, DAMAGED], LATER) == both
    assert active_overrides(both, [EXPIRED], LATER) == (override(),)
    assert active_overrides(both, [EXPIRED, DAMAGED], NOW + LONGEST_OVERRIDE) == ()


def test_decisions_and_overrides_are_journalled_with_their_grounds() -> None:
    journal = Notebook()
    override().append_to(journal)
    assert journal.acts[0][:2] == ("opening", "list_expired")
    assert journal.acts[0][2]["second"] == "other"
    assert journal.acts[0][2]["name"] == "boss"
    assert admit(cannot_say(WITHOUT_SLTD), override()).reason == "cannot_say: list_expired sltd (boss)"


def test_enter_never_admits_what_was_typed_and_the_own_key_does() -> None:
    typed = replace(result(Verdict.CLEAR), screening=screening(document(capture=Capture.TYPED)))
    with pytest.raises(Denied, match="rests on typing"):
        decide(typed, Decision.ADMIT, officer=make_actor("o"), now=NOW, key=DecisionKey.ENTER)
    assert decide(typed, Decision.ADMIT, officer=make_actor("o"), now=NOW).decision is Decision.ADMIT


REFERRED = Referral(NOW, (make_signatory("kim"), make_signatory("robin")))


@pytest.mark.parametrize("decision", [Decision.ADMIT, Decision.REFUSE, Decision.WITHDREW])
def test_an_open_referral_is_settled_by_somebody_who_did_not_refer_or_by_two(decision: Decision) -> None:
    def settle(officer: str, second: str = "") -> OfficerDecision:
        agrees = make_actor(second) if second else None
        shown = result(Verdict.CHECK)
        return decide(shown, decision, officer=make_actor(officer), now=LATER, second=agrees, referral=REFERRED)

    for officer, second in (("kim", ""), ("robin", ""), ("kim", "kim")):
        with pytest.raises(NeedsSecondPerson, match="Only a second person settles a referral"):
            settle(officer, second)
    assert settle("lee").officer == make_actor("lee")
    assert settle("kim", "lee").second == make_actor("lee")
    assert settle("kim", "robin").second == make_actor("robin")


def test_referring_again_needs_nobody_and_settling_by_it_a_second_person() -> None:
    def refer(second: Actor | None) -> OfficerDecision:
        lee, shown = make_actor("lee"), result(Verdict.CHECK)
        return decide(shown, Decision.REFER, officer=lee, now=LATER, second=second, referral=REFERRED)

    assert refer(None).decision is Decision.REFER
    with pytest.raises(NeedsSecondPerson):
        refer(make_actor("lee"))
    assert refer(make_actor("kim")).second == make_actor("kim")
    assert refer(make_actor("sam")).second == make_actor("sam")


def test_who_stays_with_the_second_line_is_admitted_by_a_second_person_and_never_by_enter() -> None:
    stays = replace(REFERRED, outcome=ReferralOutcome(Decision.REFER, NOW, *REFERRED.officers))
    shown = result(Verdict.CLEAR, finding(State.PASS, "referrals", reason="stays_referred"))
    with pytest.raises(Denied, match="Enter does not admit"):
        decide(shown, Decision.ADMIT, officer=make_actor("lee"), now=LATER, key=DecisionKey.ENTER, referral=stays)
    with pytest.raises(NeedsSecondPerson):
        decide(shown, Decision.ADMIT, officer=make_actor("kim"), now=LATER, referral=stays)
    assert decide(shown, Decision.ADMIT, officer=make_actor("lee"), now=LATER, referral=stays).officer == make_actor(
        "lee"
    )
    assert decide(shown, Decision.REFER, officer=make_actor("kim"), now=LATER, referral=stays).second is None


def test_a_settled_referral_asks_for_nobody() -> None:
    settled = replace(REFERRED, outcome=ReferralOutcome(Decision.ADMIT, NOW, make_signatory("lee"), None))
    record = decide(result(Verdict.CLEAR), Decision.ADMIT, officer=make_actor("kim"), now=LATER, referral=settled)
    assert record.decision is Decision.ADMIT
