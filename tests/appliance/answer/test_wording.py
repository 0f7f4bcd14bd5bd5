"""The words of an answer: what is found, and which step comes next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.answer import wording
from appliance.answer.wording import advice_for_findings, deciding_finding
from appliance.checks.nothing_to_ask import NotCarriedCheck
from appliance.verdict import verdict_of_finding
from data.documents.travel_document import Capture
from data.persons.notice import Action
from data.screenings import Band, Evidence, Finding, Grade, Screening, State, Verdict
from tests.support.sample import (
    ADA,
    NOW,
    candidate,
    document,
    documents_hit,
    finding,
    match,
    persons_hit,
    screening,
)

HOLDING = ("detain", "hold", "arrest", "suspect", "seize")


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.INFORM, Action.DISCREET}))
def test_no_step_acts_on_a_strong_hit_before_it_is_confirmed(action: Action) -> None:
    advice = advice_for_findings([persons_hit(candidate(Band.STRONG, action))])
    assert wording.LEAD_NOT_PROOF in advice.steps
    assert wording.TO_SECOND_LINE in advice.steps


def test_an_action_of_tomorrow_has_steps() -> None:
    assert advice_for_findings([persons_hit(candidate(Band.STRONG, "tomorrow"))]) is wording.UNKNOWN_ACTION_ADVICE


def test_a_protected_person_is_no_suspect() -> None:
    advice = advice_for_findings([persons_hit(candidate(action="protect"))])
    assert advice.title == "Protect this person"
    assert "not a suspect" in advice.steps[0]
    assert not any(word in step.lower() for step in advice.steps[1:] for word in HOLDING)


@pytest.mark.parametrize("band", [Band.STRONG, Band.POSSIBLE])
def test_inform_never_holds(band: Band) -> None:
    assert advice_for_findings([persons_hit(candidate(band, "inform"))]).title == "Inform headquarters, do not hold"


@pytest.mark.parametrize(
    ("grade", "certain", "title"),
    [
        (Grade.EXACT, True, "Listed document"),
        (Grade.IN_RANGE, True, "Listed document"),
        (Grade.NEAR, True, "A similar number is listed"),
        (Grade.EXACT, False, "Scan the document"),
    ],
)
def test_documents(grade: Grade, certain: bool, title: str) -> None:
    assert advice_for_findings([documents_hit(match(grade, certain=certain))]).title == title


def test_a_record_past_its_review_date_by_the_clock_is_looked_at() -> None:
    passed = replace(match(), review_passed=True)
    assert wording.advice_for_document(passed) is wording.NOTICE_ADVICE


def test_the_worst_evidence_of_the_worst_finding_decides() -> None:
    findings = [finding(State.NOTICE), persons_hit(candidate(Band.POSSIBLE), candidate(Band.STRONG, "seize"))]
    assert deciding_finding(findings) is findings[1]
    assert advice_for_findings(findings).title == "Listed: seize the document if confirmed"
    assert advice_for_findings([finding(State.NOTICE), finding(State.NOT_DONE)]) is wording.NOT_DONE_ADVICE
    assert advice_for_findings([finding()]) is wording.CLEAR_ADVICE


def not_done(reason: str, check: str = "check") -> Finding:
    return finding(State.NOT_DONE, check, reason=reason)


@pytest.mark.parametrize(
    ("findings", "step"),
    [
        ([not_done("no_name")], "To admit, a second person must agree"),
        ([not_done("no_chip", "chip")], "To admit, a second person must agree"),
        ([not_done("reader_dead", "chip")], "Refer, or admit only under work opened by a supervisor"),
        ([not_done("list_expired", "age:un")], "Refer, or admit only under work opened by a supervisor"),
        (
            [not_done("list_expired", "age:un"), not_done("no_name")],
            "Refer, or admit only under work opened by a supervisor and with a second person",
        ),
        (
            [not_done("no_name"), not_done("list_expired", "age:un")],
            "To admit, a supervisor must open work (F9) and a second person must agree",
        ),
    ],
)
def test_how_to_admit_without_an_answer_is_what_the_rules_allow(findings: list[Finding], step: str) -> None:
    """The rules are those of `appliance.counter.decisions`."""
    assert [each for each in advice_for_findings(findings).steps if "admit" in each.lower()] == [step]


def test_a_document_that_gives_no_name_is_not_scanned_again() -> None:
    steps = [str(step) for step in advice_for_findings([not_done("name_unknown")]).steps]
    assert steps[0] == "Ask for the name and type it" and "Scan again" not in steps


@pytest.mark.parametrize(
    ("check", "reason", "title", "step"),
    [
        ("mrz", "digit_wrong", "Look at the document", "Scan again"),
        ("validity", "only_visa", "Look at the document", "Scan the passport as well"),
        ("validity", "expired", "Look at the document", "Compare the document with what was read, then decide"),
        ("seen_again", "two_lanes", "A document of this number was seen here before", "Find out why, then decide"),
        ("boarding_pass", "name_differs", "Look at the boarding pass", "Ask whose it is, then decide"),
    ],
)
def test_what_to_look_at_is_named_and_the_step_fits_the_reason(check: str, reason: str, title: str, step: str) -> None:
    advice = advice_for_findings([finding(State.NOTICE, check, reason=reason)])
    assert (advice.title, advice.steps[0]) == (title, step)


def test_checks_in_words() -> None:
    names = ["mrz", "documents:sltd", "age:un-2", "face"]
    assert [wording.check_title(name) for name in names] == [
        "Machine-readable zone",
        "Documents on sltd",
        "Age of the list un-2",
        "face",
    ]


SIMILAR = (
    documents_hit(match(Grade.NEAR, certain=False), state=State.PASS),
    documents_hit(match(Grade.ELSEWHERE), state=State.PASS),
    persons_hit(candidate(Band.WEAK), state=State.PASS),
)
AGE = {wording.AS_OF: (NOW - timedelta(hours=3)).isoformat()}


def aged(similar: Finding) -> Finding:
    return replace(similar, evidence=replace(similar.evidence, facts=AGE))


@pytest.mark.parametrize("similar", SIMILAR)
def test_nothing_found_is_not_said_over_something_found(similar: Finding) -> None:
    passed, lost = finding(check="persons:b", evidence=Evidence(facts=AGE)), finding(State.NOT_DONE, "documents:b")
    assert verdict_of_finding(similar) is Verdict.CLEAR
    for others in ((), (passed,), (passed, passed)):
        findings = [*others, aged(similar)]
        assert "Nothing found" not in wording.verdict_sentence(findings, Verdict.CLEAR, screening())
        assert "Nothing found" not in wording.second_line(findings, NOW)
        assert "Nothing found" not in wording.second_line([*findings, lost], NOW)
    assert wording.verdict_sentence([passed], Verdict.CLEAR, screening()) == "Nothing found"
    assert wording.second_line([passed], NOW) == "Nothing found; lists updated 3 hours ago"


def test_a_kind_of_list_that_the_kit_does_not_carry_is_named_in_the_second_line() -> None:
    passed = finding(check="persons:a", evidence=Evidence(facts=AGE))
    lacking = NotCarriedCheck("documents", required=False).run(screening())
    said = "Nothing found; lists updated 3 hours ago; not carried: lists of stolen documents"
    assert wording.second_line([passed, lacking], NOW) == said
    look = finding(State.NOTICE, says="Look here")
    assert wording.second_line([look, lacking], NOW) == "Look here; not carried: lists of stolen documents"


TYPED_DOCUMENT = document(raw="", format=None, digits=(), capture=Capture.TYPED)


@pytest.mark.parametrize(
    ("screened", "is_typed"),
    [
        (screening(), False),
        (screening(traveller=None), False),
        (screening(TYPED_DOCUMENT), True),
        (screening(document(), TYPED_DOCUMENT), True),
        (screening(document(capture=Capture.TYPED)), True),
        (screening(traveller=replace(ADA, surname="SAMPLER")), True),
        (screening(traveller=replace(ADA, birth=None)), True),
    ],
)
def test_the_verdict_says_that_it_rests_on_typing(screened: Screening, is_typed: bool) -> None:
    assert screened.rests_on_typing is is_typed
    for verdict in Verdict:
        says = wording.verdict_sentence([finding(), finding(State.NOT_DONE)], verdict, screened)
        assert says.endswith("(rests on typing)") is is_typed


def test_among_equals_a_listed_record_is_told_before_something_to_look_at() -> None:
    listed = documents_hit(match(certain=False))
    once = finding(State.NOTICE, reason="typed_once")
    assert deciding_finding([once, listed]) is listed
    assert deciding_finding([once, documents_hit(match(Grade.ELSEWHERE), state=State.NOTICE)]) is once
    assert advice_for_findings([once]).title == "Type the number again"
