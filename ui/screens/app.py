"""The desk's Textual application: theme, keys, palette, and the one screen it starts with.

The theme is our own, made from `ui.verdict_style`. It never uses the terminal's palette, which may be anything.
"""

import asyncio
import select
import signal
from collections.abc import Coroutine, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape
from textual.theme import Theme

from data.log.error_log import log_error
from data.people.sessions import Session
from data.text import _
from ui import verdict_style
from ui.desk import actions
from ui.desk.actions import ACTIONS, PALETTE, explanation, label
from ui.desk.desk_start import DeskStart
from ui.screens.desk import Desk
from ui.screens.scan_guard import ScanGuard
from ui.screens.sign_in_flow import SignInFlow
from ui.screens.terminal_driver import TerminalDriver
from ui.text.translation import translate


def desk_theme() -> Theme:
    """`$<name>-ink` and `$<name>-paper` for every style, and the colours around them."""
    variables = {f"{style.name}-ink": style.ink for style in verdict_style.STYLES}
    variables |= {f"{style.name}-paper": style.paper for style in verdict_style.STYLES}
    variables |= {
        "ink": verdict_style.INK,
        "paper": verdict_style.PAPER,
        "soft-ink": verdict_style.SOFT_INK,
        "warn-ink": verdict_style.WARN_INK,
        "status-paper": verdict_style.STATUS_PAPER,
        "input-cursor-background": verdict_style.INK,
        "input-cursor-foreground": verdict_style.PAPER,
        "input-selection-background": "#3a5068",
    }
    return Theme(
        name="waypost",
        primary="#40e0d0",
        warning=verdict_style.WARN_INK,
        error="#a00000",
        foreground=verdict_style.INK,
        background=verdict_style.PAPER,
        surface=verdict_style.PAPER,
        panel=verdict_style.STATUS_PAPER,
        dark=True,
        text_alpha=1.0,
        variables=variables,
    )


class DeskCommands(Provider):
    """The palette: only the actions that do something now. One of them is done, however often Enter was pressed."""

    is_chosen = False

    async def discover(self) -> Hits:
        """Every action."""
        for words, run, explains in self._actions():
            yield DiscoveryHit(Content(words), run, help=escape(explains))

    async def search(self, query: str) -> Hits:
        """The actions that fit what was typed, or a line that says there are none."""
        matcher, hits = self.matcher(query), 0
        for words, run, explains in self._actions():
            if (score := matcher.match(f"{words} {explains}")) > 0:
                hits += 1
                yield Hit(score, Content(words), run, help=escape(explains))
        if not hits:
            yield Hit(1.0, Content(translate(_("No matching action"))), lambda: None)

    def _actions(self) -> Iterator[tuple[str, partial[Coroutine[Any, Any, None]], str]]:
        desk = self.screen
        if isinstance(desk, Desk):
            for action in ACTIONS:
                if action is not PALETTE and action in desk.working_actions():
                    run = partial(self._run, desk, action.method)
                    yield translate(label(action, desk.privacy)), run, translate(explanation(action, desk.privacy))

    async def _run(self, desk: Desk, method: str) -> None:
        if not self.is_chosen:
            self.is_chosen = True
            await desk.run_action(method)


class _Palette(CommandPalette):
    """Textual's, whose list cannot be turned by pages where the terminal has no line for it, and which closes the desk
    for a second Enter that came before it had closed itself.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "turn('page_down')", show=False),
        Binding("pageup", "turn('page_up')", show=False),
    ]

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close, if it is on top."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    async def action_turn(self, action: str) -> None:
        """One page of the list down or up."""
        rows = self.query_one(CommandList)
        if rows.scrollable_content_region:
            await rows.run_action(action)


_LOOK_AT_TERMINAL_S = 1.0
UNEXPECTED = _(
    "The desk ran into an unexpected error and closed. What was recorded is in the journal. "
    "Start it again; `waypost kit logs` shows the technician where it happened."
)


class DeskApp(SignInFlow, inherit_bindings=False):
    """`waypost desk`, for the keyboard only. `keymap` rebinds actions by their ids (`ui.desk.actions`)::

    DeskApp(make_desk_start(counter), {"desk.help": "f12"}).run()
    """

    TITLE = "Waypost"
    COMMANDS: ClassVar = {DeskCommands}
    BINDINGS: ClassVar[list[BindingType]] = actions.bindings([PALETTE])

    def __init__(
        self, start: DeskStart, keymap: Mapping[str, str] | None = None, session: Session | None = None
    ) -> None:
        """`session` is one that is open already; without one somebody signs in first."""
        super().__init__(start, keymap or {}, session, TerminalDriver)
        self._scan_guard = ScanGuard(self, super().on_event)
        self.register_theme(desk_theme())
        self.theme = "waypost"

    def _handle_exception(self, error: Exception) -> None:
        log_error(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Textual's own would show the values of every variable: travellers' data."""
        self.panic(translate(UNEXPECTED))

    async def on_event(self, event: events.Event) -> None:
        """Keys and pasted text pass the guard first: a scan is no text for a field. A desk that ends takes none."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            if self._exit or await self._scan_guard.takes(event):
                return
        await super().on_event(event)

    def on_mount(self) -> None:
        """Bind the configured keys, then show the desk."""
        self.set_keymap(self._keys)
        if not self.is_headless:
            self._listen_for_signals()
            self._watch_terminal()
        self.begin()

    def _listen_for_signals(self) -> None:
        """A terminal that is closed, or a machine that shuts down, ends the desk in order: the devices are released.

        Nothing waits for it: what counts is in the journal already. The loop's own handlers would miss a signal that
        comes while thousands of keys wait.
        """
        loop = asyncio.get_running_loop()

        def end(number: int, _frame: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.exit)
                return
            signal.signal(number, signal.SIG_DFL)  # the desk has ended already
            signal.raise_signal(number)

        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, end)

    def _watch_terminal(self) -> None:
        """The desk also ends with a terminal that is not its own, of whose end no signal tells: reading from it would
        go on for ever, at the cost of a processor.
        """
        terminal = select.poll()
        terminal.register(0, 0)  # of standard input: that it ended is reported without being asked for
        self.set_interval(_LOOK_AT_TERMINAL_S, lambda: self.exit() if terminal.poll(0) else None)

    def action_command_palette(self) -> None:
        """Ctrl+P: Textual's palette, with our own hint."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(_Palette(placeholder=translate(_("Search for an action …"))))
