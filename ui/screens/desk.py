"""The desk: one traveller, one verdict, one key.

- Enter admits on CLEAR only, and only when the verdict has been on the screen long enough to be seen.
- F6 pressed twice admits one traveller: the verdict of who waited behind must have been seen as well.
- Nothing succeeds silently: what was recorded is told once the journal has it.
"""

from time import monotonic
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from appliance.counter.subject import Subject
from appliance.decisions import Pressed
from appliance.openings import Opening
from appliance.result import Result
from appliance.standing import conditions_of
from data.findings import Verdict
from data.screenings import Decision
from ui import keys
from ui.actions import FOOTER, for_digit
from ui.keys import Privacy
from ui.screens import messages, note
from ui.screens.arrivals import Arrivals
from ui.screens.background import beside
from ui.screens.help import Help
from ui.screens.leave import Leave
from ui.screens.lists import Lists
from ui.screens.second_person import SecondPerson
from ui.screens.turn import Stage
from ui.screens.type_in import TypeIn
from ui.screens.why import Why
from ui.widgets.mrz_line import MrzLine

SEEN_AFTER_S = 0.5
"""A verdict younger than this is not admitted: the key may belong to the scan, or to the traveller, before it."""


class Desk(Arrivals):
    """The officer's screen: its keys and decisions."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(FOOTER)

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────

    @on(MrzLine.FunctionDigit)
    async def _function_digit(self, message: MrzLine.FunctionDigit) -> None:
        self.note = note.NOTHING
        self.draw()
        action = for_digit(message.digit)
        if action and self.check_action(action.method, ()):
            await self.run_action(action.method)

    @on(MrzLine.Armed)
    def _armed(self) -> None:
        self.say(note.ARMED)

    @on(MrzLine.Nothing)
    def _enter(self, message: MrzLine.Nothing) -> None:
        turn = self.turn
        if turn is None or turn.stage in (Stage.WORKING, Stage.DECIDING):
            return
        if turn.over:
            self.next_traveller()
        elif turn.result and turn.result.verdict is not Verdict.CLEAR:
            self.say(note.ENTER_ONLY_ON_CLEAR)
        elif message.at < turn.shown_at + SEEN_AFTER_S:
            self.say(note.TOO_SOON)
        else:
            self._decide(Decision.ADMIT, Pressed.ENTER)

    def action_help(self) -> None:
        """F1."""
        self.app.push_screen(Help(self.privacy, self.keymap))

    def action_new(self) -> None:
        """F2. A decision on its way is waited for: it is told, or it failed."""
        self.recorded = note.NOTHING
        left = self.turn is not None and not self.turn.over
        self.note = note.undecided(self.turn.name) if self.turn and left else note.NOTHING
        self.query_one(MrzLine).clear_all()
        self.codes.forget()
        self.next_traveller()

    def action_quiet(self) -> None:
        """F3."""
        self.privacy = Privacy.OPEN if self.privacy is Privacy.QUIET else Privacy.QUIET
        self.draw()

    def action_why(self) -> None:
        """F4."""
        if self.turn and self.turn.result:
            reading = self.turn.chip.reading if self.turn.chip else None
            self.app.push_screen(Why(self.turn.result, self.privacy, reading))

    def action_refer(self) -> None:
        """F5."""
        self._decide(Decision.REFER, Pressed.OWN_KEY)

    def action_admit(self) -> None:
        """F6."""
        turn = self.turn
        if turn is None or turn.result is None:
            return
        if turn.followed and monotonic() < turn.shown_at + SEEN_AFTER_S:
            self.say(self.recorded.then(note.TOO_SOON))
            return
        if not needs_second(turn.result):
            self._decide(Decision.ADMIT, Pressed.OWN_KEY)
            return

        def named(second: str | None) -> None:
            if second and self.turn is turn:
                self._decide(Decision.ADMIT, Pressed.OWN_KEY, second)
            else:
                self.say(note.same("Nothing was recorded"))

        self.app.push_screen(SecondPerson(), named)

    def action_type_in(self) -> None:
        """F7."""

        def typed(subject: Subject | None) -> None:
            if subject and subject.is_only_access_number:
                self.again_with(subject.can)
            elif subject:
                self.take(subject)

        self.app.push_screen(TypeIn(), typed)

    def action_lists(self) -> None:
        """F9."""

        def closed(opening: Opening | None) -> None:
            if opening:
                self.say(note.opened(opening))
            self.look()

        if self.post_state:
            self.app.push_screen(Lists(self.post_state, tuple(self.late), self.port, self.privacy), closed)
            self.late.clear()

    def action_leave(self) -> None:
        """F10."""

        def answered(leaves: bool | None) -> None:
            if leaves:
                self.app.exit()

        unsettled = self.turn is not None and not self.turn.over
        self.app.push_screen(Leave("This traveller has no decision yet." if unsettled else ""), answered)

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────

    def _decide(self, decision: Decision, pressed: Pressed, second: str = "") -> None:
        turn = self.turn
        if turn is None or turn.deciding:
            return
        turn.deciding = True
        self.draw()
        result, number = turn.result, turn.number

        def decide() -> None:
            made = self.port.decide(result, decision, pressed, second)
            self.post_message(messages.Decided(number, made))

        beside("decision", decide, lambda error: self.post_message(messages.NotDecided(number, error)))

    @on(messages.Decided)
    def _decided(self, message: messages.Decided) -> None:
        turn = self.turn
        if turn is None or turn.number != message.turn:
            return
        turn.deciding = False
        if turn.result and turn.result.verdict is not message.made.verdict:
            self.say(note.worse(turn.name))
            return
        turn.decision = message.made
        self.note = self.recorded = note.decided(turn.name, message.made)
        if self.somebody_waits:
            self.next_traveller()
        else:
            self.draw()

    @on(messages.NotDecided)
    def _not_decided(self, message: messages.NotDecided) -> None:
        if self.turn and self.turn.number == message.turn:
            self.turn.deciding = False
            self.say(note.failed(message.error))


def needs_second(result: Result) -> bool:
    """Whether admitting needs a second person's name (appliance.decisions holds the rule; this asks in time)."""
    if result.verdict is Verdict.REFER:
        return True
    return result.verdict is Verdict.CANNOT_SAY and bool(conditions_of(result.findings)[1])
