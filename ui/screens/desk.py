"""The desk: one traveller, one verdict, one key.

- Enter admits on CLEAR only, never what was typed, and only when the verdict has been on the screen long enough to be
  seen.
- F6 pressed twice admits one traveller: the verdict on the next in line must have been seen as well.
- Nothing succeeds silently: a decision is shown as recorded once it is in the journal.
"""

from time import monotonic
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from appliance.counter.decisions import DecisionKey, SupervisorOverride
from appliance.counter.subject import Subject
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import find_conditions
from data.screenings import Decision, Verdict
from ui.desk import actions, messages, notes
from ui.desk.actions import FOOTER, Privacy, action_for_digit
from ui.desk.messages import run_in_background
from ui.desk.traveller_session import SessionStage
from ui.dialogs.help import HelpDialog
from ui.dialogs.lists import ListsDialog
from ui.dialogs.prompts import LeaveDialog, SecondPersonDialog, TypeInDialog
from ui.dialogs.why import WhyDialog
from ui.screens.desk_events import DeskEvents
from ui.widgets.mrz_line import MrzLine

SEEN_AFTER_S = 0.5
"""No key admits on a verdict younger than this: it may have been meant for the scan or the traveller before."""


class Desk(DeskEvents):
    """The officer's screen: its keys and decisions."""

    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(FOOTER)

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────

    @on(MrzLine.FunctionDigit)
    async def _run_function_key(self, message: MrzLine.FunctionDigit) -> None:
        self.note = notes.NOTHING
        self.draw()
        action = action_for_digit(message.digit)
        if action and self.check_action(action.method, ()):
            await self.run_action(action.method)

    @on(MrzLine.Armed)
    def _show_armed(self) -> None:
        self.show_note(notes.ARMED)

    @on(MrzLine.EnterPressed)
    def _enter(self, message: MrzLine.EnterPressed) -> None:
        session = self.session
        if session is None or session.stage in (SessionStage.WORKING, SessionStage.DECIDING):
            return
        if session.is_over:
            self.next_traveller()
        elif session.result and session.result.verdict is not Verdict.CLEAR:
            self.show_note(notes.ENTER_ONLY_ON_CLEAR)
        elif session.result and session.result.screening.rests_on_typing:
            self.show_note(notes.ENTER_NOT_ON_TYPING)
        elif message.at < session.shown_at + SEEN_AFTER_S:
            self.show_note(notes.TOO_SOON)
        else:
            self._decide(Decision.ADMIT, DecisionKey.ENTER)

    def action_help(self) -> None:
        """F1."""
        self.app.push_screen(HelpDialog(self.privacy, self.keymap))

    def action_new(self) -> None:
        """F2. It waits while a decision is being recorded; that is then shown, or its error."""
        self.record_note = notes.NOTHING
        is_undecided = self.session is not None and not self.session.is_over
        self.note = notes.for_missing_decision(self.session.name) if self.session and is_undecided else notes.NOTHING
        self.query_one(MrzLine).clear_all()
        self.codes.forget()
        self.next_traveller()

    def action_quiet(self) -> None:
        """F3."""
        self.privacy = Privacy.OPEN if self.privacy is Privacy.QUIET else Privacy.QUIET
        self.draw()

    def action_why(self) -> None:
        """F4."""
        if self.session and self.session.result:
            reading = self.session.chip.reading if self.session.chip else None
            self.app.push_screen(WhyDialog(self.session.result, self.privacy, reading))

    def action_refer(self) -> None:
        """F5."""
        self._decide(Decision.REFER, DecisionKey.OWN_KEY)

    def action_admit(self) -> None:
        """F6."""
        session = self.session
        if session is None or session.result is None:
            return
        if session.is_follow_up and monotonic() < session.shown_at + SEEN_AFTER_S:
            self.show_note(self.record_note.then(notes.TOO_SOON))
            return
        if not needs_second_person(session.result):
            self._decide(Decision.ADMIT, DecisionKey.OWN_KEY)
            return

        def admit_with(second: str | None) -> None:
            if second and self.session is session:
                self._decide(Decision.ADMIT, DecisionKey.OWN_KEY, second)
            else:
                self.show_note(notes.NOTHING_RECORDED)

        self.app.push_screen(SecondPersonDialog(), admit_with)

    def action_type_in(self) -> None:
        """F7."""

        def screen_typed(subject: Subject | None) -> None:
            if subject and subject.is_only_access_number:
                self.screen_again(subject.can)
            elif subject:
                self.take(subject)

        self.app.push_screen(TypeInDialog(self.port.today), screen_typed)

    def action_lists(self) -> None:
        """F9."""

        def show_override(override: SupervisorOverride | None) -> None:
            if override:
                self.show_note(notes.for_override(override))
            self.refresh_post_state()

        if self.post_state:
            self.app.push_screen(
                ListsDialog(self.post_state, tuple(self.late_notices), self.port, self.privacy), show_override
            )
            self.late_notices.clear()

    def action_leave(self) -> None:
        """F10."""

        def exit_if_confirmed(confirmed: bool | None) -> None:
            if confirmed:
                self.app.exit()

        is_undecided = self.session is not None and not self.session.is_over
        self.app.push_screen(LeaveDialog(has_undecided_traveller=is_undecided), exit_if_confirmed)

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────

    def _decide(self, decision: Decision, pressed: DecisionKey, second: str = "") -> None:
        session = self.session
        if session is None or session.is_deciding:
            return
        session.is_deciding = True
        self.draw()
        result, number = session.result, session.number

        def decide() -> None:
            record = self.port.decide(result, decision, pressed, second)
            self.post_message(messages.DecisionRecorded(number, record))

        run_in_background("decision", decide, lambda error: self.post_message(messages.DecisionFailed(number, error)))

    @on(messages.DecisionRecorded)
    def _show_decision(self, message: messages.DecisionRecorded) -> None:
        session = self.session
        if session is None or session.number != message.session:
            return
        session.is_deciding = False
        if session.result and session.result.verdict is not message.record.verdict:
            self.show_note(notes.for_worse_verdict(session.name))
            return
        session.decision = message.record
        self.note = self.record_note = notes.for_decision(session.name, message.record)
        if self.has_waiting_documents:
            self.next_traveller()
        else:
            self.draw()

    @on(messages.DecisionFailed)
    def _show_decision_failure(self, message: messages.DecisionFailed) -> None:
        if self.session and self.session.number == message.session:
            self.session.is_deciding = False
            self.show_note(notes.for_error(message.error))


def needs_second_person(result: ScreeningResult) -> bool:
    """Whether to ask for a second person's name before admitting; `counter.decisions` enforces the rule."""
    if result.verdict is Verdict.REFER:
        return True
    return result.verdict is Verdict.CANNOT_SAY and bool(find_conditions(result.findings)[1])
