"""The desk draws what changed and nothing else; the steps of a screening are drawn together, a verdict at once.

Draws are counted, never timed: `DRAWN_WITHIN_S` is as long as a test may last, so that nothing is drawn because time
has passed.
"""

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.widget import Widget
from textual.widgets import Static

from appliance.screening.result import ScreeningProgress
from data.text import _
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.waiting import GUARD_S
from tests.ui.support.desk_kit import CLEAR, SLOW, Counter, zone
from ui.desk.messages import ScreeningAdvanced
from ui.desk.notes import NOTHING, neutral
from ui.desk.traveller_session import SessionStage
from ui.screens import desk_view
from ui.screens.desk import Desk
from ui.widgets.banner import Banner
from ui.widgets.footer import MOST_ROWS, MessageLine

PARTS = ("StatusLines", "Banner", "DocumentPane", "Checks", "MessageLine", "WaitingLine", "FooterKeys")


@pytest.fixture
def drawn_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn because time has passed."""
    monkeypatch.setattr(desk_view, "DRAWN_WITHIN_S", GUARD_S)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tally[str]]:
    """How often each part of the desk draws itself anew, and how often one asks for another layout."""
    draws = Tally[str]()
    with monkeypatch.context() as patch:
        update, refresh = Static.update, Widget.refresh

        def count_update(self: Static, content: Any = "", *, layout: bool = True) -> None:
            draws[type(self).__name__] += 1
            update(self, content, layout=layout)

        def count_refresh(self: Widget, *regions: Any, layout: bool = False, **options: Any) -> Widget:
            if isinstance(self, Banner) and not layout:
                draws["Banner"] += 1
            if layout and type(self).__name__ in PARTS:
                draws["layout"] += 1
            return refresh(self, *regions, layout=layout, **options)

        patch.setattr(Static, "update", count_update)
        patch.setattr(Widget, "refresh", count_refresh)
        yield draws


def desk_of(officer: Officer) -> Desk:
    (desk,) = (screen for screen in officer.pilot.app.screen_stack if isinstance(screen, Desk))
    return desk


async def test_a_draw_with_nothing_new_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk() as officer:
        await officer.meets(CLEAR, "● CLEAR")
        with counted(monkeypatch) as draws:
            desk_of(officer).draw()
        assert not draws


async def test_a_typed_character_draws_the_message_and_no_other_part(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk() as officer:
        await officer.type("P")
        await officer.sees("Line 1: 1 character;")
        with counted(monkeypatch) as draws:
            await officer.type("<")
            await officer.sees("Line 1: 2 characters;")
        assert draws == {"MessageLine": 1}


@pytest.mark.usefixtures("drawn_late")
async def test_steps_are_drawn_together_and_the_verdict_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk() as officer:
        await officer.meets(CLEAR, "● CLEAR")
        desk = desk_of(officer)
        assert desk.session and desk.session.progress and desk.session.result
        session, ended = desk.session, desk.session.progress
        worse = replace(ended, result=replace(desk.session.result, says=desk.session.result.second_line))
        with counted(monkeypatch) as draws:
            for _step in range(50):
                desk.post_message(ScreeningAdvanced(session.number, replace(ended)))
            await officer.pilot.pause()
            assert not draws
            desk.post_message(ScreeningAdvanced(session.number, worse))
            await officer.pilot.pause()
        assert draws["Banner"] == draws["Checks"] == 1
        assert not draws.keys() - {"Banner", "Checks", "layout"}
        assert draws["layout"] <= 1


@pytest.mark.usefixtures("drawn_late")
async def test_the_steps_before_a_verdict_come_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter()
    async with at_desk(counter) as officer:
        desk = desk_of(officer)
        shown: list[ScreeningProgress | None] = []
        draw = desk.draw
        monkeypatch.setattr(desk, "draw", lambda: (shown.append(desk.session and desk.session.progress), draw()))
        await officer.scan(zone(SLOW))
        await officer.until(lambda: bool(desk.session and desk.session.progress and desk.session.progress.ended == 6))
        assert not shown
        assert "CLEAR" not in officer.words
        counter.go.set()
        await officer.sees("● CLEAR", "No match on wanted")
        assert all(progress and progress.result for progress in shown)


@pytest.mark.usefixtures("drawn_late")
async def test_no_key_decides_about_the_next_before_they_are_drawn() -> None:
    counter = Counter()
    async with at_desk(counter) as officer:
        await officer.meets(CLEAR, "● CLEAR")
        await officer.press("f6")
        await officer.sees("Recorded.")
        await officer.scan(zone(SLOW, "OTHER"))
        desk = desk_of(officer)
        await officer.until(lambda: bool(desk.session and desk.session.stage is SessionStage.WORKING))
        assert "Recorded." in officer.words  # the screen still shows the traveller before
        await officer.press("enter", "f6", "f5")
        assert len(counter.decisions) == 1
        assert desk.session and desk.session.stage is SessionStage.WORKING


async def test_a_note_takes_the_rows_that_it_needs() -> None:
    async with at_desk() as officer:
        desk = desk_of(officer)
        line = desk.query_one(MessageLine)
        for words, rows in ((20, MOST_ROWS), (2, 1), (12, 2), (0, 1)):
            desk.show_note(neutral(_("{words}", words="sentence " * words)) if words else NOTHING)
            await officer.until(lambda rows=rows: line.size.height == rows, f"{rows} rows")
