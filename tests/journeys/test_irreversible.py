"""What headquarters cannot take back is asked about in a terminal, and needs `--yes` without one."""

from pathlib import Path

import pytest

from tests.support.command_line import Waypost

STEPS = {
    "revoke": ("revoke", "--kit", "north-1", "--why", "stolen"),
    "wipe": ("revoke", "--kit", "north-1", "--why", "stolen", "--wipe"),
    "enrol again": ("enrol", "--again", "--kit", "north-1", "--source", "http://hq.example", "--out", "{out}"),
    "take lists away": ("kits", "set", "north-1", "--lists", "un"),
    "a shorter lease": ("kits", "set", "north-1", "--lease-days", "2"),
    "a time that is signed by force": ("publish", "--clock-is-right"),
}
REVERSIBLE = {
    "suspend": ("kits", "set", "north-1", "--suspend", "being repaired"),
    "a longer lease": ("kits", "set", "north-1", "--lease-days", "100"),
    "every list": ("kits", "set", "north-1", "--every-list"),
    "publish": ("publish",),
}


def call(step: tuple[str, ...], hq: Path) -> list[str]:
    """The command line of one step."""
    return ["hq", *(word.format(out=hq.parent / "again.secret") for word in step), "--home", str(hq)]


def published(hq: Path) -> dict[str, bytes]:
    """Every file that kits read."""
    return {str(path): path.read_bytes() for path in (hq / "public").rglob("*") if path.is_file()}


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_without_a_terminal_nothing_happens_unless_yes_is_given(
    waypost: Waypost, hq: Path, step: tuple[str, ...]
) -> None:
    before = published(hq)
    done = waypost(*call(step, hq))
    assert done.code == 1 and "nobody confirmed it. Nothing was changed." in done.err and "--yes" in done.err
    assert published(hq) == before
    assert waypost(*call(step, hq), "--yes").code == 0
    assert published(hq) != before


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_in_a_terminal_a_person_is_asked(
    waypost: Waypost, hq: Path, step: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[str] = []
    answers = iter(["n", "y"])

    def answer(question: str) -> str:
        questions.append(question)
        return next(answers)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", answer)
    before = published(hq)
    done = waypost(*call(step, hq))
    assert done.code == 1 and "Stopped." in done.err and published(hq) == before
    done = waypost(*call(step, hq))
    assert done.code == 0 and published(hq) != before and len(questions) == 2
    if "publish" not in step:
        assert "north-1: in force, enrolled" in done.err, "the question does not say whom it is about"


@pytest.mark.parametrize("step", REVERSIBLE.values(), ids=list(REVERSIBLE))
def test_what_can_be_taken_back_is_not_asked_about(waypost: Waypost, hq: Path, step: tuple[str, ...]) -> None:
    assert waypost(*call(step, hq)).code == 0


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (("revoke", "--kit", "nobody", "--why", "x"), "no kit"),
        (("kits", "set", "north-1", "--lists", "un,none"), "no list"),
        (("kits", "set", "nobody", "--lists", "un"), "no kit"),
    ],
)
def test_what_cannot_be_done_is_said_before_anybody_is_asked(
    waypost: Waypost, hq: Path, step: tuple[str, ...], fault: str
) -> None:
    done = waypost(*call(step, hq))
    assert done.code == 1 and fault in done.err
