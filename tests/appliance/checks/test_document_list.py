"""Asking the lists of documents: what a match comes to, and what is no question."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from appliance.checks.document_list import DocumentListCheck
from appliance.screening.check_ports import ListView
from appliance.verdict import verdict_of_finding
from data.documents.travel_document import Capture, Confirmation, TravelDocument
from data.errors import InputError
from data.screenings import DocumentMatch, Finding, Grade, Screening, State, Verdict
from tests.support.sample import PaperList, document, match, screening


def asked_documents(*matches: DocumentMatch, of: Screening | None = None, listed: PaperList | None = None) -> Finding:
    def find(view: ListView, searched_document: TravelDocument, now: datetime) -> Iterable[DocumentMatch]:
        if not searched_document.number:
            raise InputError("no number")
        return matches

    return DocumentListCheck(listed or PaperList(), find).run(of or screening())


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("certain", [True, False])
def test_the_state_of_a_document_finding_agrees_with_its_verdict(grade: Grade, certain: bool) -> None:
    finding = asked_documents(match(grade, certain=certain))
    assert (finding.state is State.HIT) == (verdict_of_finding(finding) is not Verdict.CLEAR)
    assert finding.reason == f"document_{grade}"


def test_the_best_match_is_told_first_and_typed_asks_for_a_scan() -> None:
    finding = asked_documents(match(Grade.ELSEWHERE), match(Grade.EXACT, certain=False))
    assert finding.evidence.matches[0].grade is Grade.EXACT
    assert finding.says == "L1234567A is on sltd as stolen, but was typed or misread: scan it"


def test_a_number_that_was_not_read_is_not_nothing_found() -> None:
    finding = asked_documents(of=screening(document(), document(number="")))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_number")
    listed = asked_documents(match(), of=screening(document(), document(number="")))
    assert verdict_of_finding(listed) is Verdict.REFER


def test_a_listed_number_of_an_unknown_country_is_looked_at() -> None:
    elsewhere = match(Grade.ELSEWHERE)
    assert asked_documents(elsewhere, of=screening(document(issuer="QQQ"))).reason == "country_unknown"
    assert asked_documents(elsewhere, of=screening(document(issuer="QQQ"))).state is State.NOTICE
    assert asked_documents(of=screening(document(issuer="QQQ"))).reason == "not_listed"
    assert asked_documents(elsewhere).state is State.PASS


@pytest.mark.parametrize("confirmation", Confirmation)
def test_the_same_number_elsewhere_is_looked_at_where_the_country_was_typed(confirmation: Confirmation) -> None:
    typed = document(raw="", format=None, capture=Capture.TYPED, confirmation=confirmation)
    finding = asked_documents(match(Grade.ELSEWHERE), of=screening(typed))
    if confirmation is Confirmation.READ_BACK:
        assert finding.reason == "document_elsewhere"
    else:
        assert (finding.state, finding.reason) == (State.NOTICE, "place_typed")
        assert verdict_of_finding(finding) is Verdict.CHECK
    assert asked_documents(match(Grade.NEAR, certain=False), of=screening(typed)).reason == "document_near"
    assert asked_documents(match(), match(Grade.ELSEWHERE), of=screening(typed)).state is State.HIT


def test_a_record_past_its_review_date_by_the_clock_is_told_and_hides_no_hit() -> None:
    passed = replace(match(), review_passed=True)
    alone = asked_documents(passed, match(Grade.ELSEWHERE))
    assert (alone.state, alone.reason) == (State.NOTICE, "document_review_passed")
    assert "past its review date" in alone.says and verdict_of_finding(alone) is Verdict.CHECK
    both = asked_documents(passed, match(Grade.IN_RANGE))
    assert (both.state, both.reason) == (State.HIT, "document_in_range") and verdict_of_finding(both) is Verdict.REFER


def test_similar_numbers_of_a_typed_document_are_shown_under_why_alone() -> None:
    finding = asked_documents(match(Grade.NEAR, certain=False))
    assert (finding.state, finding.reason) == (State.PASS, "document_near") and verdict_of_finding(
        finding
    ) is Verdict.CLEAR


def test_no_document_no_question() -> None:
    assert asked_documents(of=replace(screening(), documents=())).state is State.NOT_APPLICABLE
