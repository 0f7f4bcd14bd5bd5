"""Drives the desk by keys only, as an officer does."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from tests.support.staff import PIN
from tests.support.waiting import GUARD_S
from tests.ui.support.desk_kit import Counter, zone
from ui.dialogs import read_back
from ui.dialogs.dialog import STRAY_S, Dialog
from ui.screens.desk import SEEN_AFTER_S, Desk


class Officer:
    """A person at the keyboard."""

    def __init__(self, pilot: Pilot[None], counter: Counter) -> None:
        self.pilot = pilot
        self.counter = counter

    @property
    def top(self) -> Screen[object]:
        return self.pilot.app.screen

    @property
    def text(self) -> str:
        """What is on the screen, as monochrome text."""
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """The text as one line: where a sentence wraps does not matter."""
        return " ".join(self.text.replace("│", " ").split())

    @property
    def lines(self) -> list[str]:
        compositor = self.top._compositor
        return ["".join(segment.text for segment in strip) for strip in compositor.render_full_update().strips]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def scan(self, text: str) -> None:
        """Lines that a scanner sends at once."""
        focused = self.top.focused
        assert focused is not None
        focused.post_message(Paste(text))
        await self.pilot.pause()

    async def send_keys(self, text: str) -> None:
        """Characters as keys, one right after the other: a scanner that types."""
        for character in text:
            name = "enter" if character == "\n" else _character_to_key(character)
            self.pilot.app.post_message(Key(name, character))
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Characters by hand, as keys."""
        names = {"<": "less_than_sign", "\n": "enter", " ": "space", "-": "minus", ".": "full_stop"}
        await self.pilot.press(*(names.get(character, character) for character in text))

    async def sees(self, *words: str) -> str:
        """Wait until all of `words` are on the screen."""
        shown = ""

        def are_shown() -> bool:
            nonlocal shown
            shown = self.words  # drawn once a look
            return all(word in shown for word in words)

        await self.until(are_shown, " and ".join(words))
        return shown

    async def signs(self, second: str = "O-2", own: str = PIN, pin: str = PIN) -> None:
        """Both people prove who they are on the page that asks for them."""
        await self.type(own)
        await self.press("tab")
        await self.type(second)
        await self.press("tab")
        await self.type(pin)
        await self.press("enter")

    async def unlocks(self, number: str = "O-1", pin: str = PIN) -> None:
        """Number and PIN on the page that asks for them."""
        await self.sees("Service number")
        if self.top.query_one("#number", Input).value:  # it stayed after a refusal
            await self.press("up")
        await self.type(number)
        await self.press("tab")
        await self.type(pin)
        await self.press("enter")

    async def until(self, true: Callable[[], bool], what: str = "it") -> None:
        ends = monotonic() + GUARD_S
        while not true():
            assert monotonic() < ends, f"never saw {what} in:\n{self.text}"
            await self.pilot.pause(0.02)

    async def meets(self, number: str, verdict: str) -> None:
        """Scan the document with this number and wait for the verdict."""
        await self.scan(zone(number))
        await self.sees(verdict)

    async def reads_back(self) -> None:
        """Compare the number that was typed with the document, and confirm it."""
        await self.sees("Read it back")
        self.compares()
        await self.press("enter")

    def compares(self) -> None:
        """As if the page to read back had been shown for as long as that takes."""
        assert isinstance(self.top, read_back.ReadBackDialog)
        self.top._shown_at -= read_back.SEEN_AFTER_S

    def waits(self) -> None:
        """As if what was scanned into a page had been a moment ago."""
        assert isinstance(self.top, Dialog)
        self.top._stray_at -= STRAY_S

    async def looks(self) -> None:
        """As if a verdict had been shown for as long as it takes to see it."""
        await self.pilot.pause()
        (session,) = (screen.session for screen in self.pilot.app.screen_stack if isinstance(screen, Desk))
        assert session is not None
        session.shown_at -= SEEN_AFTER_S


@asynccontextmanager
async def at_desk(
    counter: Counter | None = None, size: tuple[int, int] = (80, 24), keymap: dict[str, str] | None = None
) -> AsyncIterator[Officer]:
    counter = counter or Counter()
    app = counter.app(keymap)
    async with app.run_test(size=size) as pilot:
        officer = Officer(pilot, counter)
        await officer.sees("Lists:")
        yield officer
        counter.go.set()
