"""What a lane and a second line are shown of one result."""

from dataclasses import replace
from datetime import timedelta

from appliance.screening.result import ScreeningProgress
from appliance.screening.run import Screener
from data.screenings import DocumentMatch, Evidence, Grade, State, Verdict
from tests.appliance.support.check_doubles import passes, screen
from tests.support.sample import NOW, Asked, Notebook, candidate, finding, persons_hit, screening


def test_a_discreet_record_leaves_the_lane_its_ordinary_result() -> None:
    ordinary = finding(State.PASS, "persons:wanted", reason="not_listed", says="No match on wanted")
    hit_check = Asked(lambda: persons_hit(candidate(action="discreet")), "persons:wanted")
    journal, reports = Notebook(), list[ScreeningProgress]()
    result = Screener([passes(), hit_check], journal).screen(screening(), reports.append)
    lane = [replace(one, elapsed_ms=0) for one in result.findings]
    assert lane == [finding(), ordinary]
    assert (result.verdict, result.says) == (Verdict.CLEAR, "Nothing found")
    assert result.second_line == "No list was searched"
    assert result.discreet_findings[0].evidence.candidates[0].action == "discreet"
    assert journal.revisions[0][2][1].evidence.candidates
    assert not any(one.evidence.candidates for progress in reports for one in progress.findings)


def test_the_second_line_of_cannot_say_never_claims_more_than_was_searched() -> None:
    lost = Asked(lambda: finding(State.NOT_DONE, "documents:a", says="a is damaged"), "documents:a")
    assert screen(lost).second_line == "No list was searched"
    facts = {"as_of": (NOW - timedelta(hours=3)).isoformat()}
    other = Asked(lambda: finding(State.PASS, "persons:b", evidence=Evidence(facts=facts)), "persons:b")
    assert screen(lost, other).second_line == "Nothing found on other lists, updated 3 hours ago"


def test_the_second_line_of_cannot_say_names_a_similar_number() -> None:
    facts = {"as_of": (NOW - timedelta(hours=3)).isoformat()}
    evidence = Evidence((DocumentMatch("a", Grade.NEAR, "L1234567A", "NOR", "PAS"),), facts=facts)
    near = Asked(
        lambda: finding(State.PASS, "documents:a", says="L1234567A is similar to a number on a", evidence=evidence),
        "documents:a",
    )
    unread = Asked(lambda: finding(State.NOT_DONE, "mrz", says="A digit is wrong"), "mrz")
    assert screen(near).second_line == "No match, only similar records; lists updated 3 hours ago"
    assert screen(near).says == "No match, only similar records"
    assert screen(near, unread).second_line == "L1234567A is similar to a number on a (list updated 3 hours ago)"


def test_the_second_line_names_the_oldest_list_or_the_finding() -> None:
    def searched(name: str, hours: int, state: State = State.PASS, **more: str) -> Asked:
        facts = {"as_of": (NOW - timedelta(hours=hours)).isoformat()}
        return Asked(lambda: finding(state, name, evidence=Evidence(facts=facts), **more), name)

    assert screen(searched("a", 3), searched("b", 5)).second_line == "Nothing found; lists updated 5 hours ago"
    noticed = screen(searched("a", 3), searched("b", 5, State.NOTICE, says="Look here"))
    assert noticed.second_line == "Look here (list updated 5 hours ago)"
    expired = screen(searched("a", 3), Asked(lambda: finding(State.NOT_DONE, says="The list is expired"), "age:a"))
    assert (expired.says, expired.second_line) == ("The list is expired", "Nothing found; lists updated 3 hours ago")
