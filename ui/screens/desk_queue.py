"""Whose turn it is at the desk: a session begins, ends, or is called back; documents that came meanwhile wait.

- A document read before the last traveller is decided waits, counted on the screen. Nothing replaces an open verdict by
  itself.
- What is read is written to the journal at once, encrypted, and stays there until its verdict is: leaving the desk, or
  its end, loses none. A reader is told that its document may go only after that.
- What was recorded is said on the screen of the traveller it is about, and on no other's.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from uuid import uuid4

from textual import on
from textual.timer import Timer

from appliance.chips.read_job import ChipReadStage, ChipReadStep
from appliance.counter.past_travellers import WaitingSubject
from appliance.counter.reader_loop import ReaderEvent, ReaderLoop, ReadingArrived
from appliance.counter.subject import Subject
from appliance.screening.result import ScreeningProgress
from data.documents.travel_document import find_chip_document
from data.errors import StoreError, WaypostError
from data.text import _
from devices.ports import holds_documents
from ui.desk import messages, notes
from ui.desk.desk_port import DeskPort
from ui.desk.messages import run_in_background
from ui.desk.traveller_session import EarlierTraveller, SessionStage, TravellerSession
from ui.screens.desk_view import DeskView

MOST_PAST = 50
CODES_KEPT_WITHIN_S = 5.0
"""For so long the reader waits until codes without a document are with one."""
RECORD_SHOWN_S = 1.5
"""A decision is shown as recorded for so long before the next document that waits begins by itself."""


class DeskQueue(DeskView):
    """The desk with its sessions and its waiting documents."""

    def __init__(self, port: DeskPort, keymap: Mapping[str, str]) -> None:
        super().__init__(port, keymap)
        self._past: dict[int, EarlierTraveller] = {}
        self._accepted_zone = ""
        """Lines that the officer wants to screen although a check digit is wrong."""
        self._taken: set[str] = set()
        """Documents that this desk has taken: none of them waits from before, though the journal may still hold it."""
        self._is_unread_known = False
        self._next_begins: Timer | None = None
        self._reader = ReaderLoop(port.reader, self._post_reader_event) if port.reader else None

    # ── documents come ───────────────────────────────────────────────────────────────────────────────

    def _post_reader_event(self, event: ReaderEvent) -> None:
        """From the reader's own thread: a document is in the journal when this returns, or the screen says why not."""
        if not isinstance(event, ReadingArrived):
            self.post_message(messages.reader_message(event))
            return
        subject = Subject.from_reading(event.reading, self.port.today())
        if subject.is_only_codes:
            self._wait_for_owner(messages.CodesRead(subject.codes))
            return
        subject = replace(subject, unread=str(uuid4()))
        self.post_message(messages.DocumentRead(subject))
        if self.port.keep is None:
            return
        try:
            self.port.keep(subject, self.port.reader.info.title if self.port.reader else "")
        except WaypostError as error:
            self.post_message(messages.KeepFailed(error))
            raise  # the reader does not let the document go; its loop logs why

    def _wait_for_owner(self, message: messages.CodesRead) -> None:
        """Until the codes are with their document, and that in the journal; raises WaypostError if they are not."""
        self.post_message(message)
        try:
            message.delivery.result(CODES_KEPT_WITHIN_S)
        except TimeoutError:
            raise StoreError(_("The bar code was not kept in time"), do=_("Scan it again")) from None

    def take(self, subject: Subject) -> None:
        """Screen `subject` now, or let it wait while a traveller has no decision."""
        joined = replace(subject, codes=self.codes.take(subject.codes))
        subject = joined if subject.unread and joined == subject else self._keep(joined)
        self._taken.add(subject.unread)
        if (self.session is None or self.session.is_over) and not self.waiting.has_next:
            self.begin(subject)
        elif self.session and self._is_retry(self.session, subject):
            self._discard(self.session.subject)
            self.session.subject = replace(self.session.subject, unread="")
            self.begin(subject)
        else:
            self._let_wait(subject)

    def _is_retry(self, session: TravellerSession, subject: Subject) -> bool:
        """Whether the document whose screening failed was read again."""
        before = [document.raw or document.number for document in session.subject.documents]
        now = [document.raw or document.number for document in subject.documents]
        return session.stage is SessionStage.FAILED and now == before

    def _keep(self, subject: Subject, delivery: Future[None] | None = None) -> Subject:
        """The same, being written to the journal under its id, or a new one; `delivery` is done once it is there."""
        subject, keep = replace(subject, unread=subject.unread or str(uuid4())), self.port.keep
        done: Future[None] = delivery or Future()

        def write() -> None:
            if keep is not None:
                keep(subject, "")
            done.set_result(None)

        def fail(error: WaypostError) -> None:
            self.post_message(messages.KeepFailed(error))
            done.set_exception(error)

        run_in_background("keep", write, fail)
        return subject

    def _discard(self, subject: Subject) -> None:
        discard = self.port.discard
        if discard is not None and subject.unread:
            run_in_background(
                "discard", lambda: discard(subject.unread), lambda error: self.post_message(messages.KeepFailed(error))
            )

    def _let_wait(self, subject: Subject) -> None:
        if self.waiting.are_full:
            self._discard(subject)
            self.show_note(notes.NOT_TAKEN)
            return
        self.waiting.add(subject)
        self._hold_or_resume_reader()
        self.show_note(self.record_note.then(notes.for_waiting_documents(self.waiting.count_new)))

    @on(messages.KeepFailed)
    def _show_keep_failure(self, message: messages.KeepFailed) -> None:
        self.show_note(notes.for_lost_if_left(message.error))

    @on(messages.UnreadFound)
    def _show_unread(self, message: messages.UnreadFound) -> None:
        """What was kept when the desk was left or ended waits again."""
        from_before = [each for each in message.subjects if each.subject.unread not in self._taken]
        self.waiting.put_back(from_before)
        since = self.waiting.unread_since
        if since and from_before:
            self.note = notes.for_unread_documents(len(from_before), since)
        if message.removed:
            self.note = self.note.then(notes.for_removed_documents(message.removed))
        self.draw()

    def find_unread(self) -> None:
        """Ask in the background what waits from before."""
        find = self.port.find_unread
        if find is not None:
            self._is_unread_known = True

            def ask() -> None:
                self.post_message(messages.UnreadFound(*find()))

            def ask_later(_error: WaypostError) -> None:
                self._is_unread_known = False  # asked again later; a condition says that the journal cannot be used

            run_in_background("unread", ask, ask_later)

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────────

    def begin(self, subject: Subject) -> None:
        """Start a traveller's session."""
        if self.session and self.session.subject.unread == subject.unread:
            self.session.subject = replace(self.session.subject, unread="")  # the same document, screened again
        self._end_session()
        self.session = session = TravellerSession(subject)
        if self.port.forget_chip and find_chip_document(subject.documents):
            session.chip = ChipReadStep(ChipReadStage.LAY)
        self._hold_or_resume_reader()

        def tell(progress: ScreeningProgress) -> None:
            self.post_message(messages.ScreeningAdvanced(session.number, progress))

        def tell_chip(step: ChipReadStep) -> None:
            self.post_message(messages.ChipAdvanced(session.number, step))

        def screen() -> None:
            self.port.screen(subject, tell, tell_chip)

        run_in_background(
            "screening", screen, lambda error: self.post_message(messages.ScreeningFailed(session.number, error))
        )
        self.draw()

    def call_back(self, session: TravellerSession) -> None:
        """Show a traveller of the last hours again, with what was found and decided."""
        self._end_session()
        self.session = session
        self.note = notes.for_called_back(session)
        self._hold_or_resume_reader()
        self.draw()

    def next_traveller(self) -> None:
        """End this session; begin the next one that waits, or be ready."""
        subject = self.waiting.take_next()
        if subject is None and self.session is None:
            subject = self.waiting.take_oldest()
        if subject is not None:
            self.begin(subject)
            if self.session:
                self.session.is_follow_up = True
            return
        note, record_note = self.note, self.record_note
        self._end_session()
        self.note, self.record_note = note, record_note  # nobody else's screen: what was recorded may stay
        self._hold_or_resume_reader()
        self.draw()

    def _end_session(self) -> None:
        """Leave the traveller; no note about them stays on the next one's screen."""
        if self._next_begins is not None:
            self._next_begins.stop()
            self._next_begins = None
        if self.port.forget_chip:
            self.port.forget_chip()
        session, self.session = self.session, None
        self.note = self.record_note = notes.NOTHING
        self._accepted_zone = ""
        if session is None:
            return
        if session.stage is SessionStage.FAILED and session.subject.unread and self.port.now:
            self.waiting.put_back([WaitingSubject(session.subject, self.port.now(), "")])
        verdict = session.result.verdict if session.result else None
        self._past[session.number] = EarlierTraveller(session.name, verdict)
        while len(self._past) > MOST_PAST:
            del self._past[next(iter(self._past))]

    def begin_next_soon(self) -> None:
        """Let the next document that waits begin, once the officer has seen what was recorded."""
        session = self.session

        def go_on() -> None:
            self._next_begins = None
            if self.session is session and session and session.is_over:
                if self.is_current:
                    self.next_traveller()
                else:
                    self.begin_next_soon()

        if self.waiting.has_next:
            self._next_begins = self.set_timer(RECORD_SHOWN_S, go_on)

    def screen_again(self, can: str) -> None:
        """Screen the document on the desk again and open its chip with the access number that was typed."""
        session = self.session
        if session is None or not (self.port.forget_chip and find_chip_document(session.subject.documents)):
            self.show_note(notes.NO_CHIP_TO_OPEN)
        elif session.must_stay:
            self.show_note(notes.CHIP_NOT_READ_AGAIN)
        elif session.stage is not SessionStage.DECIDING:
            self.begin(replace(session.subject, can=can))

    def _hold_or_resume_reader(self) -> None:
        """Read no document while a chip is read: the reader has one glass for both.

        A reader that has nothing but its glass is not read either while a document waits: the next stays on it.
        """
        if self._reader is None or self.port.reader is None:
            return
        stays_on_glass = self.waiting.has_next and not holds_documents(self.port.reader)
        if (self.session and self.session.is_reading_chip) or self.waiting.are_full or stays_on_glass:
            self._reader.hold()
        else:
            self._reader.go_on()
