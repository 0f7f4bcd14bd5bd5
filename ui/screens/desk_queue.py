"""Whose turn it is at the desk: a session begins, ends, or is called back; documents that came meanwhile wait.

- A document read before the last traveller is decided waits, counted on the screen. Nothing replaces an open verdict by
  itself, nor a traveller who was called back; and none takes their place behind a page.
- What is read is written to the journal before anything else, encrypted, and stays there until its verdict is: leaving
  the desk, or its end, loses none. A reader is told that a document or a code may go only once the desk has it.
- What the journal keeps of one document is changed in the order in which the desk says so, and before its screening
  begins. So no change comes after the verdict, which deletes it.
- What was recorded is said on the screen of the traveller it is about, and on no other's.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from threading import Thread
from time import monotonic
from uuid import uuid4

from textual import on
from textual.timer import Timer

from appliance.chips.read_job import ChipReadStage, ChipReadStep
from appliance.counter.past_travellers import WaitingSubject
from appliance.counter.reader_loop import ReaderEvent, ReaderLoop, ReadingArrived
from appliance.counter.subject import Subject, join_codes
from appliance.screening.result import ScreeningProgress
from data.documents.barcodes import Barcode
from data.documents.travel_document import find_chip_document
from data.errors import WaypostError
from data.log.error_log import log_error
from data.text import _
from devices.ports import holds_documents
from ui.desk import messages, notes
from ui.desk.desk_port import DeskPort
from ui.desk.messages import as_shown, run_in_background
from ui.desk.notes import Note
from ui.desk.traveller_session import EarlierTraveller, SessionStage, TravellerSession
from ui.screens.desk_view import DeskView

MOST_PAST = 50
TAKEN_WITHIN_S = 5.0
"""If the screen takes longer over what was read, its source keeps it."""
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
        self._is_queue_known: bool | None = None
        """Whether what waits from before was asked for; False where that failed."""
        self._changes: dict[str, Thread] = {}
        """The last change of what the journal keeps, by document; it may have ended."""
        self._next_begins: Timer | None = None
        self.looks_for_traveller = False
        """Whether the officer looks for somebody to call back, from F9 until that one is on the screen or the page is
        closed: also while the journal is read between two pages."""
        self.is_locked = False
        """Whether somebody has to sign in first: then no document is read, and none begins."""
        self._reader = ReaderLoop(port.reader, self._post_reader_event) if port.reader else None

    # ── documents come ───────────────────────────────────────────────────────────────────────────────

    def _post_reader_event(self, event: ReaderEvent) -> None:
        """From the reader's own thread: a document is in the journal when this returns, or the screen says why not."""
        if not isinstance(event, ReadingArrived):
            self.post_message(messages.reader_message(event))
            return
        subject = Subject.from_reading(event.reading, self.port.today())
        if not subject.is_only_codes:
            subject = replace(subject, unscreened=str(uuid4()))
            self._keep_reading(subject, is_held=event.reading.is_held)
        read = messages.DocumentRead(subject)
        self.post_message(read)
        try:
            read.is_safe.result(TAKEN_WITHIN_S)
        except TimeoutError:
            raise WaypostError(_("The desk did not take what the reader read")) from None

    def _keep_reading(self, subject: Subject, *, is_held: bool) -> None:
        """In the reader's thread. What cannot be kept is screened all the same; the reader does not let it go."""
        reader = self.port.reader
        try:
            self.port.keep(subject, reader.info.title if reader else "")
        except Exception as error:  # the reader's loop logs it
            says = notes.for_left_with_reader if is_held else notes.for_lost_if_left
            self.post_message(messages.DocumentRead(subject))
            self.post_message(messages.KeepFailed(says(as_shown(error))))
            raise

    def take(self, subject: Subject) -> bool:
        """Screen `subject` now, or let it wait while a traveller has no decision; False if there is no room for it."""
        self.waiting.take(subject.unscreened)  # the journal may have been asked what waits before the desk heard of it
        session = self.session
        is_next = self._gives_way and not self.waiting.has_next and self._may_begin
        failed = session.subject if session and self._is_retry(session, subject) else None
        if not is_next and failed is None and self.waiting.are_full:
            self._discard(subject.unscreened)
            self.show_note(notes.NOT_TAKEN)
            return False
        before = failed.codes if failed else ()
        codes = join_codes(before, self.codes.take(subject.codes))
        subject = self._keep(replace(subject, codes=codes), has_more_codes=codes != subject.codes)
        self._taken.add(subject.unscreened)
        if is_next:
            self.begin(subject)
        elif session and failed:
            self._discard(failed.unscreened)
            session.subject = replace(failed, unscreened="")
            self.begin(subject)
        else:
            self._let_wait(subject)
            self.begin_next_soon()
        return True

    @property
    def _gives_way(self) -> bool:
        """Whether nobody is on the screen who would have to stay there."""
        return self.session is None or self.session.gives_way

    @property
    def _may_begin(self) -> bool:
        """Whether one begins by itself: never under F9, and under another page only where nobody is on the screen."""
        is_seen = not self.is_locked and not self.looks_for_traveller
        return is_seen and (self.is_active or self.session is None)

    def take_codes(self, codes: tuple[Barcode, ...], is_safe: "Future[None]") -> None:
        """Codes without a document: they belong to the document that was read last, if its screening can still ask.

        Where there is none, they wait for the next one. `is_safe` ends when their source may go.
        """
        session, waiting = self.session, self.waiting.newest
        if waiting is not None:
            self._add_to_waiting(waiting, codes, is_safe)
        elif session is None or session.is_over:
            self.codes.keep(codes)
            self.show_note(self.record_note.then(notes.for_pending_codes(codes)))
            is_safe.set_result(None)
        elif session.must_stay or session.stage is SessionStage.DECIDING:
            self.show_note(notes.CODE_NOT_ADDED)
            is_safe.set_exception(WaypostError(notes.CODE_NOT_ADDED.text))
        else:
            self._add_to_session(session, codes, is_safe)

    def _add_to_waiting(self, waiting: Subject, codes: tuple[Barcode, ...], is_safe: "Future[None]") -> None:
        subject = replace(waiting, codes=join_codes(waiting.codes, codes))
        self.waiting.replace(subject)
        self._keep_codes(subject, is_safe)
        self.show_note(self.record_note.then(notes.for_codes_of_waiting(codes)))

    def _add_to_session(self, session: TravellerSession, codes: tuple[Barcode, ...], is_safe: "Future[None]") -> None:
        """Screen the traveller again, with these codes too: as a new row, for the first screening deletes its own."""
        before = session.subject
        joined = join_codes(before.codes, codes)
        if joined == before.codes:
            is_safe.set_result(None)
            return
        subject = replace(before, codes=joined, unscreened=str(uuid4()))

        def change() -> None:
            self.port.keep(subject, "")
            self.port.discard(before.unscreened)

        self._change(subject.unscreened, change, notes.for_kept_without_code, is_safe, after=before.unscreened)
        self._taken.add(subject.unscreened)
        session.subject = replace(before, unscreened="")
        self.begin(subject)
        if self.session:
            self.session.is_follow_up = True
        self.show_note(notes.for_added_codes(codes))

    def _is_retry(self, session: TravellerSession, subject: Subject) -> bool:
        """Whether the document whose screening failed was read again."""
        return session.stage is SessionStage.FAILED and session.has_document_of(subject)

    # ── what the journal keeps of them ───────────────────────────────────────────────────────────────

    def _keep(self, subject: Subject, *, has_more_codes: bool) -> Subject:
        """The same, being written to the journal under a new id; or with its codes, where the reader had it kept."""
        if subject.unscreened:
            if has_more_codes:
                self._keep_codes(subject)
            return subject
        subject = replace(subject, unscreened=str(uuid4()))
        self._change(subject.unscreened, partial(self.port.keep, subject, ""), notes.for_lost_if_left)
        return subject

    def _keep_codes(self, subject: Subject, is_safe: "Future[None] | None" = None) -> None:
        change = partial(self.port.keep_codes, subject)
        self._change(subject.unscreened, change, notes.for_kept_without_code, is_safe)

    def with_codes_of(self, session: TravellerSession, subject: Subject) -> Subject:
        """`subject`, read again, with the codes that were read with this traveller before."""
        joined = replace(subject, codes=join_codes(session.subject.codes, subject.codes))
        if joined.codes != subject.codes:
            self._keep_codes(joined)
        return joined

    def _discard(self, unscreened: str) -> None:
        if unscreened:
            self._change(unscreened, partial(self.port.discard, unscreened), notes.for_still_kept)

    def _change(
        self,
        unscreened: str,
        work: Callable[[], None],
        says: Callable[[WaypostError], Note],
        is_safe: "Future[None] | None" = None,
        after: str = "",
    ) -> None:
        """Change what the journal keeps of a document, after what was to be changed before, also about `after`."""
        before = [self._changes[id] for id in (unscreened, after) if id in self._changes]
        self._changes = {id: change for id, change in self._changes.items() if change.is_alive()}

        def run() -> None:
            for change in before:
                change.join()
            work()
            if is_safe is not None:
                is_safe.set_result(None)

        def fail(error: WaypostError) -> None:
            self.post_message(messages.KeepFailed(says(error)))
            if is_safe is not None:
                is_safe.set_exception(error)

        self._changes[unscreened] = run_in_background("keep", run, fail)

    def _let_wait(self, subject: Subject) -> None:
        self.waiting.add(subject)
        self._hold_or_resume_reader()
        session = self.session
        if session is None or session.is_over:
            note = notes.for_documents_in_turn(self.waiting.count_new)
        elif session.may_be_read_again and session.may_be_traveller_of(subject):
            session.read_again, session.shown_at = subject.unscreened, monotonic()
            note = notes.READ_AGAIN
        elif session.has_document_of(subject):
            note = notes.SAME_DOCUMENT
        else:
            note = notes.for_waiting_documents(self.waiting.count_new)
        self.show_note(self.record_note.then(note))

    @on(messages.KeepFailed)
    def _show_keep_failure(self, message: messages.KeepFailed) -> None:
        self.show_note(message.note)

    @on(messages.UnscreenedFound)
    def _show_unscreened(self, message: messages.UnscreenedFound) -> None:
        """What was kept when the desk was left or ended waits again."""
        from_before = [each for each in message.subjects if each.subject.unscreened not in self._taken]
        self.waiting.put_back(from_before)
        since = self.waiting.unscreened_since
        if since and from_before:
            self.note = notes.for_unscreened_documents(len(from_before), since)
        if message.removed:
            self.note = self.note.then(notes.for_removed_documents(message.removed))
        self.draw()

    def open_queue(self) -> None:
        """Delete what was kept for too long, and then ask what waits from before; in the background."""
        has_failed, self._is_queue_known = self._is_queue_known is False, True

        def ask() -> None:
            removed = 0
            try:
                removed = self.port.delete_expired_unscreened()
            except WaypostError as error:  # on a full disk: what waits can still be read
                log_error(error)
            self.post_message(messages.UnscreenedFound(self.port.find_unscreened(), removed))

        def fail(error: WaypostError) -> None:
            self._is_queue_known = False  # asked again later; a condition says that the journal cannot be used
            if not has_failed:
                self.post_message(messages.KeepFailed(notes.for_unknown_waiting(error)))

        run_in_background("unscreened", ask, fail)

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────────

    def begin(self, subject: Subject) -> None:
        """Start a traveller's session."""
        if self.session and self.session.subject.unscreened == subject.unscreened:
            self.session.subject = replace(self.session.subject, unscreened="")  # the same document, screened again
        self._end_session()
        self.session = session = TravellerSession(subject)
        if self.port.forget_chip and find_chip_document(subject.documents):
            session.chip = ChipReadStep(ChipReadStage.LAY)
        self._hold_or_resume_reader()

        def tell(progress: ScreeningProgress) -> None:
            self.post_message(messages.ScreeningAdvanced(session.number, progress))

        def tell_chip(step: ChipReadStep) -> None:
            self.post_message(messages.ChipAdvanced(session.number, step))

        change = self._changes.get(subject.unscreened)

        def screen() -> None:
            if change is not None:
                change.join()
            self.port.screen(subject, tell, tell_chip)

        run_in_background(
            "screening", screen, lambda error: self.post_message(messages.ScreeningFailed(session.number, error))
        )
        self.draw_soon()

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
        if session.stage is SessionStage.FAILED and session.subject.unscreened:
            self.waiting.put_back([WaitingSubject(session.subject, self.port.now(), "")])
        verdict = session.result.verdict if session.result else None
        self._past[session.number] = EarlierTraveller(session.name, verdict)
        while len(self._past) > MOST_PAST:
            del self._past[next(iter(self._past))]

    def begin_next_soon(self) -> None:
        """Let the next document that waits begin, once the officer has seen what was recorded and no page is open."""

        def go_on() -> None:
            self._next_begins = None
            if self._may_begin and self._gives_way and self.waiting.has_next:
                self.next_traveller()
            else:
                self.begin_next_soon()

        if self._gives_way and self.waiting.has_next and self._next_begins is None:
            self._next_begins = self.set_timer(RECORD_SHOWN_S, go_on)

    def on_screen_resume(self) -> None:
        """A page was closed: what the desk says now is shown for as long before the next document begins."""
        if self._next_begins is not None:
            self._next_begins.stop()
            self._next_begins = None
        self.begin_next_soon()

    def _hold_or_resume_reader(self) -> None:
        """Read no document while a chip is read: the reader has one glass for both.

        A reader that has nothing but its glass is not read either while a document waits: the next stays on it.
        """
        if self._reader is None or self.port.reader is None:
            return
        stays_on_glass = self.waiting.has_next and not holds_documents(self.port.reader)
        is_busy = (self.session and self.session.is_reading_chip) or self.waiting.are_full
        if is_busy or stays_on_glass or self.is_locked:
            self._reader.hold()
        else:
            self._reader.go_on()
