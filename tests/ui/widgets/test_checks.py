"""The checks fit their room; what was not done is never what is left out."""

from dataclasses import replace

from appliance.answer.wording import CLEAR_ADVICE
from appliance.screening.result import ScreeningProgress
from data.screenings import Band, Finding, Grade, State, Verdict
from data.text import _
from tests.support.sample import candidate, documents_hit, match, persons_hit, result, screening
from ui.desk.actions import Privacy
from ui.widgets.checks import check_lines

WIDTH, HEIGHT = 42, 11


def _progress(*findings: Finding, waiting: tuple[str, ...] = ()) -> ScreeningProgress:
    names = tuple(finding.check for finding in findings)
    return ScreeningProgress(screening(), names + waiting, findings, result(Verdict.CLEAR, *findings))


def _passed(count: int) -> list[Finding]:
    return [
        Finding(f"documents:l{number}", State.PASS, "r", _("No document is on {list}", list=f"l{number}"))
        for number in range(count)
    ]


def test_each_state_has_its_own_mark_and_a_waiting_check_is_seen() -> None:
    states = [State.PASS, State.NOTICE, State.HIT, State.NOT_DONE, State.NOT_APPLICABLE]
    findings = [Finding(f"c{state}", state, "r", _("Words")) for state in states]
    lines = check_lines(_progress(*findings, waiting=("persons:un",)), Privacy.OPEN, WIDTH, HEIGHT)
    assert [line[0] for line in lines] == ["■", "?", "!", "✓", "–", "…"]
    assert lines[-1] == "… Persons on un"


def test_passed_checks_are_told_in_one_line_when_there_is_no_room() -> None:
    failed = Finding("persons:un", State.NOT_DONE, "timeout", _("Persons on un: no answer in 5 s, so nothing is known"))
    lines = check_lines(_progress(*_passed(20), failed), Privacy.OPEN, WIDTH, HEIGHT)
    assert len(lines) < HEIGHT
    assert lines[0].startswith("? Persons on un")
    assert lines[-1] == "✓ 20 checks done, nothing found"


def test_a_check_that_found_something_similar_is_not_counted_as_nothing_found() -> None:
    similar = [
        replace(documents_hit(match(Grade.ELSEWHERE), state=State.PASS), check="documents:a"),
        replace(persons_hit(candidate(Band.WEAK), state=State.PASS), check="persons:b"),
    ]
    lines = check_lines(_progress(*_passed(20), *similar), Privacy.OPEN, 60, HEIGHT)
    assert lines == ["✓ 20 checks done, nothing found", "✓ 2 checks done, only similar records: F4"]


def test_what_several_checks_say_alike_is_said_once_and_kinds_not_carried_are_told_from_checks_that_do_not_apply() -> (
    None
):
    alike = [Finding(f"persons:l{n}", State.NOT_DONE, "no_name", _("No name was read")) for n in range(3)]
    carried = Finding("persons", State.NOT_APPLICABLE, "not_carried", _("Wanted persons: not carried"))
    applicable = Finding("seal", State.NOT_APPLICABLE, "no_seal", _("No digital seal was read"))
    lines = check_lines(_progress(*_passed(20), *alike, carried, applicable), Privacy.OPEN, WIDTH, HEIGHT)
    assert lines == [
        "? No name was read",
        "✓ 20 checks done, nothing found",
        "– 1 check not applicable",
        "– 1 kind of list not carried",
    ]


def test_what_does_not_fit_even_so_is_counted() -> None:
    failed = [
        Finding(f"persons:l{n}", State.NOT_DONE, "timeout", _("Persons on {list}: no answer", list=f"l{n}"))
        for n in range(30)
    ]
    lines = check_lines(_progress(*failed), Privacy.OPEN, WIDTH, HEIGHT)
    assert len(lines) == HEIGHT - 1
    assert lines[-1] == "and 21 lines more: F4"


def test_no_line_is_wider_than_its_room() -> None:
    long = Finding("mrz", State.NOTICE, "r", _("word " * 30))
    assert all(len(line) <= WIDTH for line in check_lines(_progress(long), Privacy.OPEN, WIDTH, HEIGHT))


def test_quiet_collapses_everything() -> None:
    hit = Finding("documents:sltd", State.HIT, "r", _("Stolen"))
    assert check_lines(_progress(hit, *_passed(5)), Privacy.QUIET, WIDTH, HEIGHT) == ["6 steps done"]
    assert check_lines(_progress(hit, waiting=("mrz",)), Privacy.QUIET, WIDTH, HEIGHT) == ["1 step done of 2"]


def test_a_clear_result_has_no_steps_to_take() -> None:
    assert CLEAR_ADVICE.steps == ()
    assert check_lines(_progress(*_passed(1)), Privacy.OPEN, WIDTH, 40) == ["✓ No document is on l0"]
