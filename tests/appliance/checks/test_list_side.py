"""Checks of the lists: documents, persons, ages, what is not carried."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from appliance.checks.document_list import DocumentListCheck
from appliance.checks.list_state import ListAgeCheck
from appliance.checks.nothing_to_ask import NotCarriedCheck
from appliance.checks.person_list import PersonListCheck
from appliance.matching.index.person_index import LiveIndex
from appliance.matching.query import PersonQuery
from appliance.screening.check_ports import Check, ListView
from appliance.verdict import verdict_of_finding
from data.documents.travel_document import MrzName, TravelDocument
from data.errors import Damaged, InputError
from data.lists.edition import AgePolicy
from data.lists.kinds.persons import rows
from data.lists.rows import Row
from data.screenings import Band, DocumentMatch, Finding, Grade, PersonCandidate, Screening, State, Traveller, Verdict
from tests.appliance.support.people import notice
from tests.support.sample import PaperList, candidate, document, edition, match, screening


def asked_documents(*matches: DocumentMatch, of: Screening | None = None, listed: PaperList | None = None) -> Finding:
    def find(view: ListView, searched_document: TravelDocument, now: datetime) -> Iterable[DocumentMatch]:
        if not searched_document.number:
            raise InputError("no number")
        return matches

    return DocumentListCheck(listed or PaperList(), find).run(of or screening())


def persons(*candidates: PersonCandidate, listed: PaperList | None = None) -> PersonListCheck:
    return PersonListCheck(listed or PaperList("wanted"), find=lambda *_, **__: candidates)


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


def test_a_traveller_without_a_name_is_not_nobody_fits() -> None:
    finding = persons().run(screening(document(name=None), traveller=None))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_name")


@pytest.mark.parametrize("name", ["—", "'", "1234", "\u200b", "\u0301", "X", "X 1", "😀"])
def test_a_name_without_two_letters_is_not_nobody_fits(name: str) -> None:
    unnamed = document(name=None)
    finding = persons().run(screening(unnamed, traveller=Traveller(name)))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_name")


def test_a_chinese_name_of_one_character_is_asked() -> None:
    finding = persons().run(screening(document(name=None), traveller=Traveller("李")))
    assert finding.reason == "not_listed"


def test_a_typed_name_never_stands_in_for_the_one_on_the_document() -> None:
    searched: list[str] = []

    def find(query: PersonQuery, *_: object, **__: object) -> Iterable[PersonCandidate]:
        searched.append(query.surname)
        return [candidate(Band.STRONG if query.surname == "LISTED" else Band.WEAK)]

    check = PersonListCheck(PaperList("wanted"), find=find)
    finding = check.run(screening(document(name=MrzName("LISTED", "")), traveller=Traveller("TYPED")))
    assert sorted(searched) == ["LISTED", "TYPED"]
    assert [document_searched.band for document_searched in finding.evidence.candidates] == [Band.STRONG]


@pytest.mark.parametrize(
    ("bands", "state", "reason"),
    [
        ((Band.WEAK, Band.POSSIBLE, Band.STRONG), State.HIT, "person_strong"),
        ((Band.WEAK, Band.POSSIBLE), State.HIT, "person_possible"),
        ((Band.WEAK,), State.PASS, "person_weak"),
        ((), State.PASS, "not_listed"),
    ],
)
def test_persons_by_their_best_band(bands: tuple[Band, ...], state: State, reason: str) -> None:
    finding = persons(*[replace(candidate(band), record=band) for band in bands]).run(screening())
    assert (finding.state, finding.reason) == (state, reason)
    assert [document_searched.band for document_searched in finding.evidence.candidates] == list(bands[::-1])


def test_an_index_of_another_version_is_never_asked() -> None:
    listed, searched = PaperList("wanted", edition("wanted", 1)), list[str]()

    def find(query: PersonQuery, index: LiveIndex, *_: object, **__: object) -> Iterable[PersonCandidate]:
        searched.extend(listed_notice.record for part, _ in index.parts for listed_notice in part.notices)
        return ()

    check = PersonListCheck(listed, find=find)
    for version in (1, 1, 2, 1):
        listed.edition = edition("wanted", version)
        listed.content = {row.key: row.body for row in rows([notice(f"in-{version}", "Jane DOE")], b"")}
        check.prepare()
        check.run(screening())
    assert searched == ["in-1", "in-1", "in-2", "in-1"]


def test_an_index_is_built_once_a_version_and_again_after_a_failure() -> None:
    built: list[int] = []

    class FailingAtFirst(PaperList):
        def changes(self) -> tuple[Sequence[Row], Sequence[bytes]]:
            built.append(1)
            if len(built) == 1:
                raise MemoryError
            return super().changes()

    check = PersonListCheck(FailingAtFirst("wanted"))
    with pytest.raises(MemoryError):
        check.prepare()
    check.prepare()
    check.run(screening())
    assert len(built) == 2


def checks_of(listed: PaperList) -> list[Check]:
    return [
        DocumentListCheck(listed, lambda view, document_searched, now: ()),
        PersonListCheck(listed, find=lambda *_, **__: ()),
        ListAgeCheck(listed, AgePolicy()),
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_list_that_never_came_or_is_damaged_gives_no_answer(number: int) -> None:
    never = checks_of(PaperList(edition=None))[number].run(screening())
    damaged = checks_of(PaperList(error=Damaged("bit flipped")))[number].run(screening())
    assert (never.state, never.reason) == (State.NOT_DONE, "list_missing")
    assert (damaged.state, damaged.reason) == (State.NOT_DONE, "list_damaged")


@pytest.mark.parametrize(
    ("hours", "state", "reason", "words"),
    [
        (3, State.PASS, "list_fresh", "sltd is as of 3 hours ago"),
        (49, State.PASS, "list_old", "sltd is as of 2 days ago: old, still within policy"),
        (169, State.NOT_DONE, "list_expired", "sltd is as of 7 days ago: expired"),
    ],
)
def test_the_age_of_a_list(hours: int, state: State, reason: str, words: str) -> None:
    listed = PaperList(edition=edition(age=timedelta(hours=hours)))
    finding = ListAgeCheck(listed, AgePolicy(48, 168)).run(screening())
    assert (finding.state, finding.reason, finding.says) == (state, reason, words)


def test_what_is_not_carried_is_said_and_counts_only_where_it_is_required() -> None:
    plain = NotCarriedCheck("documents", required=False)
    assert (plain.run(screening()).says, plain.mandatory) == ("Stolen documents: not carried", False)
    assert verdict_of_finding(plain.run(screening())) is Verdict.CLEAR
    required = NotCarriedCheck("documents", required=True)
    assert required.mandatory
    assert verdict_of_finding(required.run(screening())) is Verdict.CANNOT_SAY
