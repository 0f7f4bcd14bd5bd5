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
from appliance.counter.decisions import DecisionKey, NeedsSecondPerson, SupervisorOverride
from appliance.counter.subject import Subject
from appliance.people.permissions import GuardedAction
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import find_conditions
from data.errors import WaypostError
from data.journal.travellers import PastScreening
from data.people.staff import Actor
from data.screenings import Decision, Verdict
from data.text import EMPTY, Message, _
from ui.desk import actions, messages, notes
from ui.desk.actions import FOOTER, Privacy, action_for_digit
from ui.desk.desk_people import DeskPeople
from ui.desk.messages import run_in_background
from ui.desk.traveller_session import SessionStage, TravellerSession, describe_session
from ui.dialogs.help import HelpDialog
from ui.dialogs.lists import ListsDialog, PostPage
from ui.dialogs.prompts import EndShiftDialog, TypeInDialog
from ui.dialogs.travellers import TravellerChoice, TravellersDialog
from ui.dialogs.two_people import OutcomeDialog, PeopleAgreed, TwoPeopleDialog
from ui.dialogs.undecided import CallBackDialog, GoOnDialog
from ui.dialogs.why import WhyDialog
from ui.screens.desk_events import DeskEvents
from ui.widgets.mrz_line import MrzLine

SEEN_AFTER_S = 0.5
"""No key admits on a verdict younger than this: it may have been meant for the scan or the traveller before."""


class Desk(DeskEvents):
    """The officer's screen: its keys and decisions."""

    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(FOOTER)

    _leaves: TravellerSession | None = None
    """Who is on the screen while somebody is called back in their place."""

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

        self.app.push_screen(GoOnDialog(self._describe(session), _describe_leaving(session)), go_on)

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
        return self._describe(session), self.port.people, GuardedAction.SETTLE, subject

    def _describe(self, session: TravellerSession) -> Message:
        return describe_session(session, self.privacy)

    def action_type_in(self) -> None:
        """F7."""
        session = self.session

        def screen_typed(subject: Subject | None) -> None:
            if subject and subject.is_only_access_number:
                self.screen_again(subject.can, session)
            elif subject:
                self.take(subject)

        self.app.push_screen(TypeInDialog(self.port.today), screen_typed)

    def action_lists(self) -> None:
        """F9."""

        def show_answer(answer: SupervisorOverride | PostPage | None) -> None:
            self.looks_for_traveller = answer is PostPage.TRAVELLERS
            if answer is PostPage.TRAVELLERS:
                self._ask_for_overview()
            elif answer is not None and not isinstance(answer, PostPage):
                self.show_note(notes.for_override(answer))
            self.refresh_post_state()

        if self.post_state:
            self.looks_for_traveller = True
            self.app.push_screen(
                ListsDialog(self.post_state, tuple(self.late_notices), self.port, self.privacy), show_answer
            )
            self.late_notices.clear()

    def _ask_for_overview(self) -> None:
        """Read the travellers of the last hours in the background."""

        def ask() -> None:
            self.post_message(messages.OverviewRead(self.port.overview()))

        run_in_background("overview", ask, lambda error: self.post_message(messages.CallBackFailed(error)))

    @on(messages.OverviewRead)
    def _show_overview(self, message: messages.OverviewRead) -> None:
        def take_choice(choice: TravellerChoice | None) -> None:
            self.looks_for_traveller = False
            if choice == TravellerChoice():
                self.action_lists()
            elif choice is not None:
                self._take_choice(choice)

        if self.is_active:
            result = self.session.result if self.session else None
            on_screen = str(result.screening.id) if result else ""
            page = TravellersDialog(message.overview, self.waiting, self.privacy, on_screen)
            self.app.push_screen(page, take_choice)
        else:
            self.looks_for_traveller = False

    def _take_choice(self, choice: TravellerChoice) -> None:
        """Show whom the officer chose; on whom nobody has decided leaves the screen only on a second key."""
        session = self.session
        if self._is_on_screen(choice.past):
            self.show_note(notes.ON_SCREEN)
        elif session is None or session.is_over:
            self._show_choice(choice)
        elif session.stage is SessionStage.DECIDING:
            self.show_note(notes.STILL_RECORDING)
        else:

            def leave(confirmed: bool | None) -> None:
                if confirmed and self.session is session and session.stage is not SessionStage.DECIDING:
                    self._show_choice(choice)

            self.app.push_screen(
                CallBackDialog(self._describe(session), _describe_leaving(session), choice.name), leave
            )

    def _show_choice(self, choice: TravellerChoice) -> None:
        past, leaves = choice.past, self.session
        if choice.waiting is not None:
            subject = self.waiting.take(choice.waiting.subject.unscreened)
            if subject is not None:
                self.begin(subject)
                self.refresh_post_state()
        elif past is not None:
            self.looks_for_traveller = True
            self._leaves = leaves

            def ask() -> None:
                self.post_message(messages.CalledBack(past, self.port.call_back(past)))

            run_in_background("call back", ask, lambda error: self.post_message(messages.CallBackFailed(error)))

    def _is_on_screen(self, past: PastScreening | None) -> bool:
        """Whether this traveller, without a decision, is on the screen already."""
        session = self.session
        if past is None or session is None or session.is_over or session.result is None:
            return False
        return str(session.result.screening.id) == past.id

    @on(messages.CalledBack)
    def _show_called_back(self, message: messages.CalledBack) -> None:
        session, self.looks_for_traveller = self.session, False
        if message.result is None:
            self.show_note(notes.DETAILS_GONE)
        elif session is not None and session.stage is SessionStage.DECIDING:
            self.show_note(notes.STILL_RECORDING)
        elif session is not None and session is not self._leaves:
            self.show_note(notes.CHANGED_MEANWHILE)
        else:
            self.call_back(TravellerSession.called_back(message.past, message.result))
            self.refresh_post_state()

    @on(messages.CallBackFailed)
    def _show_call_back_failure(self, message: messages.CallBackFailed) -> None:
        self.looks_for_traveller = False
        self.show_error(message.error)

    def action_lock(self) -> None:
        """F10."""
        self.post_message(messages.LockAsked())

    def ask_to_end(self) -> EndShiftDialog:
        """The page that says what is left to the next person: who has no decision, and what was not screened."""
        session = self.session
        is_open = session is not None and session.stage in (SessionStage.OPEN, SessionStage.WORKING)
        is_failed = session is not None and session.stage is SessionStage.FAILED
        who = self._describe(session) if session and is_open else EMPTY
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


def _describe_leaving(session: TravellerSession) -> Message:
    if session.stage is SessionStage.FAILED:
        return _("This document has no answer. It stays unscreened: F9 shows it.")
    if session.result and not session.result.is_recorded:
        return _("Nothing about this traveller is in the journal: F9 will not show them. Write them down on paper.")
    return _("This traveller has no decision yet and stays undecided: F9 shows who is.")


def _describe_left(session: TravellerSession) -> notes.Note:
    return notes.for_missing_decision(session.name, is_recorded=session.result is None or session.result.is_recorded)


def needs_second_person(result: ScreeningResult) -> bool:
    """Whether to ask for a second person before admitting; `counter.decisions` enforces the rule."""
    if result.verdict is Verdict.REFER:
        return True
    return result.verdict is Verdict.CANNOT_SAY and bool(find_conditions(result.findings)[1])
