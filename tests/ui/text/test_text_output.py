"""Plain lines: the whole answer by words alone, without anything that draws."""

import subprocess
import sys

from appliance.counter.subject import ScreeningRequest, Subject
from tests.support.staff import make_actor
from tests.ui.support.desk_kit import CHECK, CLEAR, DISCREET, NOW, REFER, Counter, zone
from ui.text.text_output import plain_lines


def _lines(number: str, counter: Counter | None = None) -> list[str]:
    request = ScreeningRequest(Subject.from_zone(zone(number), NOW.date()), make_actor("officer-1"))
    return plain_lines((counter or Counter(asks_who=False)).service.screen(request))


def test_lines_are_numbered_and_begin_with_the_verdict() -> None:
    lines = _lines(CLEAR)
    assert lines[0] == "1. CLEAR: Nothing found"
    assert [line.split(".")[0] for line in lines] == [str(number) for number in range(1, len(lines) + 1)]


def test_a_match_is_told_with_what_to_do() -> None:
    text = "\n".join(_lines(REFER))
    assert "REFER: Listed document" in text
    assert "Do: Take the traveller to the second line" in text
    assert "Document: sltd: same number, R1234567 NOR PAS, stolen, reported 2025-03-02 XOM" in text


def test_a_candidate_is_told_field_by_field() -> None:
    text = "\n".join(_lines(CHECK))
    assert "Birth date: close; traveller 1990-02-03, list 1990" in text
    assert "birth place: not known for the traveller; list Old Harbour" in text
    assert "To decide: Where was the traveller born?" in text


def test_a_discreet_record_leaves_the_lines_as_they_are_without_it() -> None:
    assert [line.replace(DISCREET, CLEAR) for line in _lines(DISCREET)] == _lines(CLEAR)


def test_hostile_names_do_not_reach_the_terminal() -> None:
    text = "\n".join(_lines(CHECK, Counter(asks_who=False, name="EVIL\x1b[2J\u202eNAME")))
    assert "\x1b" not in text
    assert "EVIL[2JNAME" in text


def test_plain_mode_imports_nothing_that_draws() -> None:
    modules = "ui.text.text_output, ui.verdict_style, ui.text.sanitize, ui.wiring, ui.commands.check, ui.commands.demo"
    code = f"import {modules}, sys; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
