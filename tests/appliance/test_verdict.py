"""The verdict is the worst of the findings, in any order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance import verdict
from data.persons.notice import Action
from data.screenings import Band, Finding, Grade, State, Verdict
from tests.support.sample import candidate, documents_hit, finding, match, persons_hit

actions = st.sampled_from([*Action, "an action of tomorrow"])
candidates = st.builds(candidate, st.sampled_from(Band), actions)
matches = st.builds(lambda grade, certain: match(grade, certain=certain), st.sampled_from(Grade), st.booleans())
findings = st.one_of(
    st.builds(lambda state, mandatory: finding(state, mandatory=mandatory), st.sampled_from(State), st.booleans()),
    st.builds(lambda state, findings: documents_hit(*findings, state=state), st.sampled_from(State), st.lists(matches)),
    st.builds(
        lambda state, findings: persons_hit(*findings, state=state), st.sampled_from(State), st.lists(candidates)
    ),
)


def _running(findings: list[Finding]) -> verdict.RunningVerdict:
    running = verdict.RunningVerdict()
    for each in findings:
        running.add(each)
    return running


@given(st.lists(findings))
def test_the_verdict_of_findings_that_come_one_by_one_is_that_of_all(findings: list[Finding]) -> None:
    assert _running(findings).final is verdict.final_verdict(findings)


@given(st.lists(findings), findings)
def test_another_finding_never_improves_the_verdict(before: list[Finding], more: Finding) -> None:
    assert verdict.final_verdict([*before, more]).seriousness >= verdict.final_verdict(before).seriousness


@given(st.lists(findings, min_size=1))
def test_the_verdict_is_the_worst_finding_in_any_order(findings: list[Finding]) -> None:
    assert verdict.final_verdict(findings) is verdict.final_verdict(findings[::-1])
    assert verdict.final_verdict(findings) in {verdict.verdict_of_finding(one) for one in findings}


@given(st.lists(findings))
def test_a_mandatory_check_not_done_is_never_clear(findings: list[Finding]) -> None:
    assert verdict.final_verdict([*findings, finding(State.NOT_DONE)]) in (Verdict.CANNOT_SAY, Verdict.REFER)


@given(st.lists(findings))
def test_meanwhile_only_check_and_refer_are_shown_and_never_more_than_in_the_end(findings: list[Finding]) -> None:
    meanwhile = _running(findings).interim
    assert meanwhile in (None, Verdict.CHECK, Verdict.REFER)
    if meanwhile:
        assert meanwhile.seriousness <= verdict.final_verdict(findings).seriousness


@given(st.lists(findings))
def test_a_refer_shows_at_once(findings: list[Finding]) -> None:
    assert _running([*findings, documents_hit(match())]).interim is Verdict.REFER


def test_a_check_shows_at_once_although_another_check_was_not_done() -> None:
    findings = [finding(State.NOTICE), finding(State.NOT_DONE, "age:sltd")]
    assert _running(findings).interim is Verdict.CHECK
    assert verdict.final_verdict(findings) is Verdict.CANNOT_SAY


def test_documents_by_grade_and_certainty() -> None:
    def of(grade: Grade, certain: bool) -> Verdict:
        return verdict.verdict_of_document(match(grade, certain=certain))

    certain = {grade: of(grade, True) for grade in Grade}
    typed = {grade: of(grade, False) for grade in Grade}
    refer, check, clear = Verdict.REFER, Verdict.CHECK, Verdict.CLEAR
    assert certain == {Grade.EXACT: refer, Grade.IN_RANGE: refer, Grade.NEAR: check, Grade.ELSEWHERE: clear}
    assert typed == {Grade.EXACT: check, Grade.IN_RANGE: check, Grade.NEAR: clear, Grade.ELSEWHERE: clear}


def test_past_its_review_date_by_the_clock_alone_a_record_is_neither_a_hit_nor_nothing() -> None:
    passed = {grade: verdict.verdict_of_document(replace(match(grade), review_passed=True)) for grade in Grade}
    check, clear = Verdict.CHECK, Verdict.CLEAR
    assert passed == {Grade.EXACT: check, Grade.IN_RANGE: check, Grade.NEAR: clear, Grade.ELSEWHERE: clear}


def test_persons_by_band_and_action() -> None:
    strong = {action: verdict.verdict_of_person(candidate(Band.STRONG, action)) for action in Action}
    assert strong.pop(Action.INFORM) is Verdict.CHECK
    assert strong.pop(Action.DISCREET) is Verdict.CLEAR
    assert set(strong.values()) == {Verdict.REFER}
    possible = {action: verdict.verdict_of_person(candidate(Band.POSSIBLE, action)) for action in Action}
    assert possible.pop(Action.DISCREET) is Verdict.CLEAR
    assert set(possible.values()) == {Verdict.CHECK}
    assert {verdict.verdict_of_person(candidate(Band.WEAK, action)) for action in Action} == {Verdict.CLEAR}


def test_an_unknown_action_is_referred_and_a_hit_without_evidence_too() -> None:
    assert verdict.verdict_of_person(candidate(Band.STRONG, "an action of tomorrow")) is Verdict.REFER
    assert verdict.verdict_of_finding(finding(State.HIT)) is Verdict.REFER


def test_a_search_that_broke_off_after_a_hit_is_still_a_hit() -> None:
    assert verdict.verdict_of_finding(documents_hit(match(), state=State.NOT_DONE)) is Verdict.REFER
