"""The desk's Textual application: theme, keys, palette, and the one screen it starts with."""

from collections.abc import Coroutine, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.command import DiscoveryHit, Hit, Hits, Provider

from ui import keys
from ui.actions import ACTIONS, PALETTE
from ui.keys import explained, label
from ui.screens.desk import Desk
from ui.screens.desk_port import DeskPort
from ui.theme import desk_theme


class DeskCommands(Provider):
    """The palette: the actions that do something now, and nothing else."""

    async def discover(self) -> Hits:
        """All of them."""
        for words, run, explains in self._actions():
            yield DiscoveryHit(words, run, help=explains)

    async def search(self, query: str) -> Hits:
        """Those that fit what was typed."""
        matcher = self.matcher(query)
        for words, run, explains in self._actions():
            if (score := matcher.match(f"{words} {explains}")) > 0:
                yield Hit(score, words, run, help=explains)

    def _actions(self) -> Iterator[tuple[str, partial[Coroutine[Any, Any, None]], str]]:
        desk = self.screen
        if isinstance(desk, Desk):
            for action in ACTIONS:
                if action is not PALETTE and action in desk.working_actions():
                    run = partial(desk.run_action, action.method)
                    yield label(action, desk.privacy), run, explained(action, desk.privacy)


class DeskApp(App[None], inherit_bindings=False):
    """`waypost desk`. Keyboard only; `keymap` rebinds actions by their ids (`ui.actions`)."""

    TITLE = "Waypost"
    COMMANDS: ClassVar = {DeskCommands}
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings([PALETTE])

    def __init__(self, port: DeskPort, keymap: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._port = port
        self._keys = dict(keymap or {})
        self.register_theme(desk_theme())
        self.theme = "waypost"

    def on_mount(self) -> None:
        """Own keys, then the desk."""
        self.set_keymap(self._keys)
        self.push_screen(Desk(self._port, self._keys))
