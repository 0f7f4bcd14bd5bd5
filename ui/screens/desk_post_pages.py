"""The desk behind F9: lists, travellers of the last hours, people of the post; and calling a traveller back."""

from textual import on

from appliance.counter.decisions import SupervisorOverride
from appliance.people.post_roll import read_roll
from data.journal.travellers import PastScreening
from data.text import Message, _
from ui.desk import messages, notes
from ui.desk.actions import PostPage
from ui.desk.messages import run_in_background
from ui.desk.traveller_session import SessionStage, TravellerSession, describe_session
from ui.dialogs.lists import ListsDialog
from ui.dialogs.post_people_page import PeopleDialog
from ui.dialogs.travellers import TravellerChoice, TravellersDialog
from ui.dialogs.undecided import CallBackDialog
from ui.screens.desk_events import DeskEvents


class DeskPostPages(DeskEvents):
    """The officer's screen, as far as its pages about the post."""

    _leaves: TravellerSession | None = None
    """Who is on the screen while somebody is called back in their place."""

    def describe(self, session: TravellerSession) -> Message:
        """Who it is, in the words that whoever sees the screen may read."""
        return describe_session(session, self.privacy)

    def action_lists(self) -> None:
        """F9."""

        def show_answer(answer: SupervisorOverride | PostPage | None) -> None:
            self.looks_for_traveller = answer is PostPage.TRAVELLERS
            if isinstance(answer, PostPage):
                self._turn_to(answer)
            elif answer is not None:
                self.show_note(notes.for_override(answer))
            self.refresh_post_state()

        if self.post_state:
            self.looks_for_traveller = True
            self.app.push_screen(
                ListsDialog(self.post_state, tuple(self.late_notices), self.port, self.privacy), show_answer
            )
            self.late_notices.clear()

    def _turn_to(self, page: PostPage) -> None:
        """Another page of the post."""
        if page is PostPage.LISTS:
            self.action_lists()
        elif page is PostPage.TRAVELLERS:
            self.looks_for_traveller = True
            self._ask_for_overview()
        else:
            self._ask_for_people()

    def _ask_for_people(self) -> None:
        """Read who may work here in the background."""

        def ask() -> None:
            self.post_message(messages.RollRead(read_roll(self.port.people.people)))

        run_in_background("people", ask, lambda error: self.post_message(messages.CallBackFailed(error)))

    @on(messages.RollRead)
    def _show_people(self, message: messages.RollRead) -> None:
        def turn(page: PostPage | None) -> None:
            if page is not None:
                self._turn_to(page)

        if self.is_active:
            self.app.push_screen(PeopleDialog(message.roll, self.port.people, self.privacy), turn)

    def _ask_for_overview(self) -> None:
        """Read the travellers of the last hours in the background."""

        def ask() -> None:
            self.post_message(messages.OverviewRead(self.port.overview()))

        run_in_background("overview", ask, lambda error: self.post_message(messages.CallBackFailed(error)))

    @on(messages.OverviewRead)
    def _show_overview(self, message: messages.OverviewRead) -> None:
        def take_choice(choice: TravellerChoice | PostPage | None) -> None:
            self.looks_for_traveller = False
            if isinstance(choice, PostPage):
                self._turn_to(choice)
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

            self.app.push_screen(CallBackDialog(self.describe(session), describe_leaving(session), choice.name), leave)

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


def describe_leaving(session: TravellerSession) -> Message:
    """What becomes of a traveller who leaves the screen without a decision."""
    if session.stage is SessionStage.FAILED:
        return _("This document has no answer. It stays unscreened: F9 shows it.")
    if session.result and not session.result.is_recorded:
        return _("Nothing about this traveller is in the journal: F9 will not show them. Write them down on paper.")
    return _("This traveller has no decision yet and stays undecided: F9 shows who is.")
