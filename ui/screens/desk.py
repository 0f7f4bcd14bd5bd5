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

from appliance.answer.referral_words import stays_with_second_line
from appliance.counter.decisions import DecisionKey, NeedsSecondPerson
from appliance.counter.subject import Subject
from appliance.people.permissions import GuardedAction
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import find_conditions
from data.errors import WaypostError
from data.people.staff import Actor
from data.screenings import Decision, Verdict
from data.text import EMPTY, Message
from ui.desk import actions, messages, notes
from ui.desk.actions import FOOTER, Privacy, action_for_digit
from ui.desk.desk_people import DeskPeople
from ui.desk.messages import run_in_background
from ui.desk.traveller_session import SessionStage, TravellerSession
from ui.dialogs.help import HelpDialog
from ui.dialogs.prompts import EndShiftDialog, TypeInDialog
from ui.dialogs.two_people import OutcomeDialog, PeopleAgreed, TwoPeopleDialog
from ui.dialogs.undecided import GoOnDialog
from ui.dialogs.why import WhyDialog
from ui.screens.desk_post_pages import DeskPostPages, describe_leaving
from ui.widgets.mrz_line import MrzLine

SEEN_AFTER_S = 0.5
"""No key admits on a verdict younger than this: it may have been meant for the scan or the traveller before."""


class Desk(DeskPostPages):
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
        elif session.stage is SessionStage.FAILED:
            self.show_note(notes.STAYS_UNSCREENED)
        elif session.may_be_read_again and self.waiting.has(session.read_again):
            self._screen_read_again(session, message.at)
        elif session.is_called_back:
            self.show_note(notes.CALLED_BACK_BY_KEY)
        elif session.result and session.result.verdict is not Verdict.CLEAR:
            self.show_note(notes.ENTER_ONLY_ON_CLEAR)
        elif session.result and session.result.screening.rests_on_typing:
            self.show_note(notes.ENTER_NOT_ON_TYPING)
        elif session.result and stays_with_second_line(session.result.findings):
            self.show_note(notes.ENTER_NOT_FROM_SECOND_LINE)
        elif message.at < session.shown_at + SEEN_AFTER_S:
            self.show_note(notes.TOO_SOON)
        else:
            self._decide(Decision.ADMIT, DecisionKey.ENTER)

    def _screen_read_again(self, session: TravellerSession, at: float) -> None:
        """Screen what was read again in place of this answer; Enter counts only while the question is shown."""
        if self.note != notes.READ_AGAIN:
            session.shown_at = monotonic()
            self.show_note(notes.READ_AGAIN)
        elif at >= session.shown_at + SEEN_AFTER_S:
            subject = self.waiting.take(session.read_again)
            if subject is not None:
                self.begin(self.with_codes_of(session, subject))
                self.refresh_post_state()

    def action_help(self) -> None:
        """F1."""
        self.app.push_screen(HelpDialog(self.privacy, self.keymap))

    def action_new(self) -> None:
        """F2. It waits while a decision is being recorded, and asks before a traveller is left whose answer is open."""
        session = self.session
        if session is None or session.may_be_left:
            self._go_on()
            return

        def go_on(confirmed: bool | None) -> None:
            if confirmed and self.session is session and session.stage is not SessionStage.DECIDING:
                self._go_on()

        self.app.push_screen(GoOnDialog(self.describe(session), describe_leaving(session)), go_on)

    def _go_on(self) -> None:
        self.record_note = notes.NOTHING
        is_undecided = self.session is not None and self.session.stage in (SessionStage.OPEN, SessionStage.WORKING)
        self.note = _describe_left(self.session) if self.session and is_undecided else notes.NOTHING
        self.query_one(MrzLine).clear_all()
        drops_codes = self.codes.are_waiting
        self.codes.forget()
        self.next_traveller()
        if drops_codes:
            self.show_note(self.note.then(notes.CODE_DROPPED))
        self.refresh_post_state()

    def action_quiet(self) -> None:
        """F3."""
        self.privacy = Privacy.OPEN if self.privacy is Privacy.QUIET else Privacy.QUIET
        self.draw()

    def action_why(self) -> None:
        """F4."""
        if self.session and self.session.result:
            result = self.session.result
            run_in_background("opening", lambda: self.port.note_why(result), lambda _error: None)  # which is logged
            reading = self.session.chip.reading if self.session.chip else None
            self.app.push_screen(WhyDialog(result, self.privacy, reading))

    def action_refer(self) -> None:
        """F5. For a referred traveller who was called back, a second person makes it the outcome."""
        session = self.session
        if session is None or session.result is None:
            return
        if not session.has_open_referral:
            self._decide(Decision.REFER, DecisionKey.OWN_KEY)
            return

        def refer_with(agreement: PeopleAgreed | None) -> None:
            if agreement is None or self.session is not session:
                self.show_note(notes.NOTHING_RECORDED)
            else:
                self._decide(Decision.REFER, DecisionKey.OWN_KEY, agreement.second)

        self.app.push_screen(OutcomeDialog(*self._what_to_settle(session)), refer_with)

    def action_admit(self) -> None:
        """F6."""
        session = self.session
        if session is None or session.result is None:
            return
        if session.is_follow_up and monotonic() < session.shown_at + SEEN_AFTER_S:
            self.show_note(self.record_note.then(notes.TOO_SOON))
            return
        if needs_second_person(session.result):
            self._admit_with_second_person(session)
        else:
            self._decide(Decision.ADMIT, DecisionKey.OWN_KEY)

    def _admit_with_second_person(self, session: TravellerSession) -> None:
        def admit_with(agreement: PeopleAgreed | None) -> None:
            if agreement and self.session is session:
                self._decide(Decision.ADMIT, DecisionKey.OWN_KEY, agreement.second)
            else:
                self.show_note(notes.NOTHING_RECORDED)

        self.app.push_screen(TwoPeopleDialog(*self._what_to_settle(session)), admit_with)

    def _what_to_settle(self, session: TravellerSession) -> tuple[Message, DeskPeople, GuardedAction, str]:
        subject = str(session.result.screening.id) if session.result else ""
        return self.describe(session), self.port.people, GuardedAction.SETTLE, subject

    def action_type_in(self) -> None:
        """F7."""
        session = self.session

        def screen_typed(subject: Subject | None) -> None:
            if subject and subject.is_only_access_number:
                self.screen_again(subject.can, session)
            elif subject:
                self.take(subject)

        self.app.push_screen(TypeInDialog(self.port.today), screen_typed)

    def action_lock(self) -> None:
        """F10."""
        self.post_message(messages.LockAsked())

    def ask_to_end(self) -> EndShiftDialog:
        """The page that says what is left to the next person: who has no decision, and what was not screened."""
        session = self.session
        is_open = session is not None and session.stage in (SessionStage.OPEN, SessionStage.WORKING)
        is_failed = session is not None and session.stage is SessionStage.FAILED
        who = self.describe(session) if session and is_open else EMPTY
        undecided, unscreened = self.count_undecided() + is_open, len(self.waiting) + is_failed
        return EndShiftDialog(undecided=undecided, unscreened=unscreened, who=who)

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────

    def _decide(self, decision: Decision, pressed: DecisionKey, second: Actor | None = None) -> None:
        session = self.session
        if session is None or session.is_deciding:
            return
        if session.decision and session.decision.decision is decision and not second:
            self.show_note(self.record_note.then(notes.ALREADY_RECORDED))
            return
        session.is_deciding = True
        self.draw()
        result, number = session.result, session.number

        def decide() -> None:
            record = self.port.decide(result, decision, pressed, second)
            self.post_message(messages.DecisionRecorded(number, record))

        def refuse(error: WaypostError) -> None:
            self.post_message(messages.DecisionFailed(number, error, has_second=second is not None))

        run_in_background("decision", decide, refuse)

    @on(messages.DecisionRecorded)
    def _show_decision(self, message: messages.DecisionRecorded) -> None:
        session = self.session
        if session is None or session.number != message.session:
            return
        session.is_deciding = False
        if session.result and session.result.verdict is not message.decision.verdict:
            self.show_note(notes.for_worse_verdict(session.name))
            return
        session.decision, session.is_decided_here = message.decision, True
        self.note = self.record_note = notes.for_decision(session.name, message.decision)
        self.begin_next_soon()
        self.refresh_post_state()
        self.draw()

    @on(messages.DecisionFailed)
    def _show_decision_failure(self, message: messages.DecisionFailed) -> None:
        session = self.session
        if session is None or session.number != message.session:
            return
        session.is_deciding = False
        self.show_error(message.error)
        if isinstance(message.error, NeedsSecondPerson) and not message.has_second and self.is_active:
            self._admit_with_second_person(session)


def _describe_left(session: TravellerSession) -> notes.Note:
    return notes.for_missing_decision(session.name, is_recorded=session.result is None or session.result.is_recorded)


def needs_second_person(result: ScreeningResult) -> bool:
    """Whether to ask for a second person before admitting; `counter.decisions` enforces the rule."""
    if result.verdict is Verdict.REFER:
        return True
    return result.verdict is Verdict.CANNOT_SAY and bool(find_conditions(result.findings)[1])
