"""The theme is our own and never the terminal's; a terminal of any size keeps the desk, and a signal ends it."""

import asyncio
import signal
from collections.abc import Iterator

import pytest
from textual.widgets import Input, OptionList

from tests.ui.support.desk_kit import Counter
from tests.ui.support.desk_scenes import SCENES, staged
from ui.desk.actions import Privacy
from ui.dialogs.help import HelpDialog
from ui.screens.app import desk_theme
from ui.screens.desk import Desk


def test_the_theme_is_our_own_and_never_the_terminals() -> None:
    theme = desk_theme()
    assert not theme.ansi
    assert all(value.startswith("#") for value in theme.variables.values())


@pytest.mark.parametrize("scene", ["palette", "travellers"])
async def test_a_list_without_a_line_of_room_can_be_turned_by_pages(scene: str) -> None:
    async with staged(SCENES[scene]) as officer:
        rows = officer.top.query_one(OptionList)
        await officer.until(lambda: bool(rows.option_count))
        await officer.press("down")
        await officer.pilot.resize_terminal(10, 1)
        await officer.until(lambda: not rows.scrollable_content_region)
        rows.add_option("one more")
        await officer.press("pagedown", "pageup")
        await officer.pilot.pause()
        assert officer.pilot.app.return_code is None


async def test_a_second_enter_chooses_nothing_and_closes_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are on their way before the palette has closed: a key that sticks, or a scanner."""
    chosen = list[str]()

    async def run(desk: Desk, action: str) -> bool:
        chosen.append(action)
        return True

    monkeypatch.setattr(Desk, "run_action", run)
    async with staged(SCENES["palette"]) as officer:
        palette = officer.top
        await officer.press("down")
        await officer.until(lambda: bool(palette.query_one(OptionList).option_count))
        field = palette.query_one(Input)
        for _again in range(3):
            field.post_message(Input.Submitted(field, ""))
        await officer.until(lambda: bool(chosen))
        await officer.pilot.pause()
        assert len(chosen) == 1
        assert isinstance(officer.pilot.app.screen, Desk)


async def test_a_page_that_is_closed_twice_closes_nothing_more() -> None:
    async with staged(SCENES["travellers"]) as officer:
        page = officer.top
        page.dismiss()
        page.dismiss()
        await officer.pilot.pause()
        assert isinstance(officer.pilot.app.screen, Desk)


async def test_a_page_below_another_one_stays_where_it_is() -> None:
    async with staged(SCENES["travellers"]) as officer:
        page = officer.top
        officer.pilot.app.push_screen(HelpDialog(Privacy.OPEN, {}))
        await officer.until(lambda: isinstance(officer.pilot.app.screen, HelpDialog))
        page.dismiss()
        await officer.pilot.pause()
        assert isinstance(officer.pilot.app.screen, HelpDialog)


@pytest.fixture
def own_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_desk_while_thousands_of_keys_wait(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, ended = Counter().app(), asyncio.Event()
    monkeypatch.setattr(app, "exit", ended.set)
    app._listen_for_signals()
    for _key in range(5000):
        asyncio.get_running_loop().call_soon_threadsafe(lambda: None)
    signal.raise_signal(number)
    await asyncio.wait_for(ended.wait(), 10)
