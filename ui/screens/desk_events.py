"""The events of the desk: documents from the reader or the keys, steps of a screening, the state of the post.

- Background threads post events; only the handlers here and in `desk` touch the state.
- A document read before the last traveller is decided waits, and does not replace another that waits. Nothing replaces
  an open verdict by itself.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from textual import on

from appliance.chips.read_job import ChipReadStage, ChipReadStep
from appliance.counter.reader_loop import ReaderEvent, ReaderLoop
from appliance.counter.subject import Subject, join_codes
from appliance.screening.result import ScreeningProgress
from data.documents.barcodes import Barcode
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument, find_chip_document
from data.errors import InputError
from devices.documents.keyboard_layout import explain_swapped_characters
from ui.desk import messages, notes
from ui.desk.desk_port import DeskPort
from ui.desk.messages import run_in_background
from ui.desk.notes import Note
from ui.desk.traveller_session import EarlierTraveller, SessionStage, TravellerSession, late_answer
from ui.screens.desk_view import DeskView
from ui.widgets.mrz_line import MrzLine

TICK_S = 1.0
POST_STATE_EVERY_S = 5.0
"""The screen shows a lock by headquarters after so long; screenings obey it at once."""
MOST_PAST = 50
MOST_WAITING = 3
"""Documents that may wait for the open traveller's decision: a scanner next to the reader, a family's passports."""


class DeskEvents(DeskView):
    """The desk with its events."""

    def __init__(self, port: DeskPort, keymap: Mapping[str, str]) -> None:
        super().__init__(port, keymap)
        self._waiting: deque[Subject] = deque()
        self._past: dict[int, EarlierTraveller] = {}
        self._accepted_zone = ""
        """Lines that the officer wants to screen although a check digit is wrong."""
        self._is_refreshing = False
        self._refresh_again = False
        self._reader = ReaderLoop(port.reader, self._post_reader_event) if port.reader else None

    def on_mount(self) -> None:
        """Start what runs in the background."""
        if self._reader:
            self._reader.start()
        self.set_interval(TICK_S, self._tick)
        self.set_interval(POST_STATE_EVERY_S, self.refresh_post_state)
        self.refresh_post_state()
        self.draw()

    def on_unmount(self) -> None:
        """Stop the reader."""
        if self._reader:
            self._reader.stop()

    # ── a document is read ───────────────────────────────────────────────────────────────────────────

    @on(messages.DocumentRead)
    def _take_reading(self, message: messages.DocumentRead) -> None:
        subject = Subject.from_reading(message.reading, self.port.today())
        if subject.is_only_codes:
            self._take_codes(subject.codes)
        else:
            self.take(subject)

    def _take_codes(self, codes: tuple[Barcode, ...]) -> None:
        """Codes without a document: they join the traveller who has no decision yet, else the next document."""
        self._hold_or_resume_reader()
        session = self.session
        if session is None or session.is_over:
            self.codes.keep(codes)
            self.show_note(self.record_note.then(notes.for_pending_codes(codes)))
        elif session.stage in (SessionStage.WORKING, SessionStage.OPEN) and not self._waiting:
            joined = join_codes(session.subject.codes, codes)
            if joined != session.subject.codes:
                self.note = notes.for_added_codes(codes)
                self.begin(replace(session.subject, codes=joined))
                if self.session:
                    self.session.is_follow_up = True

    @on(MrzLine.Entered)
    def _take_typed_zone(self, message: MrzLine.Entered) -> None:
        if message.capture is Capture.MACHINE:
            self.take(Subject.from_zone(message.text, self.port.today()))
            return
        try:
            document = parse_mrz(message.text, capture=Capture.TYPED, today=self.port.today())
        except InputError as error:
            note = notes.for_error(error)
            swapped = explain_swapped_characters(message.text)
            self._give_back(message.text, replace(note, text=swapped) if swapped else note)
        else:
            if not self._asks_about_digits(document):
                self.take(Subject.from_document(document, self.port.today()))

    def _give_back(self, text: str, why: Note) -> None:
        """Typed lines go back into the input, to be corrected."""
        self.query_one(MrzLine).keep(text)
        self.show_note(why)

    def _asks_about_digits(self, document: TravelDocument) -> bool:
        """Whether a typed zone with a wrong digit goes back into the input, once, to correct or submit it again."""
        if document.raw in ("", self._accepted_zone):
            return False
        wrong = notes.for_wrong_digits(document)
        if wrong is None:
            return False
        self._accepted_zone = document.raw
        self._give_back(document.raw, wrong)
        return True

    def take(self, subject: Subject) -> None:
        """Screen `subject` now, or keep it waiting while a verdict is open."""
        subject = replace(subject, codes=self.codes.take(subject.codes))
        if self.session is None or self.session.is_over:
            self.note = self.record_note
            self.begin(subject)
        else:
            self._queue(subject)

    def _queue(self, subject: Subject) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(subject)
            if self._reader:
                self._reader.hold()
            self.show_note(self.record_note.then(notes.for_waiting_documents(len(self._waiting))))
        else:
            self.show_note(notes.NOT_TAKEN)

    def begin(self, subject: Subject) -> None:
        """Start a traveller's session."""
        self._remember()
        self.session = session = TravellerSession(subject)
        self._accepted_zone = ""
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

    def next_traveller(self) -> None:
        """End this session; begin the next one that waits, or be ready."""
        if self._waiting:
            self.begin(self._waiting.popleft())
            if self.session:
                self.session.is_follow_up = True
        else:
            self._remember()
            self.session = None
            self._hold_or_resume_reader()
            self.draw()

    @property
    def has_waiting_documents(self) -> bool:
        """Whether a document was read before the decision and waits."""
        return bool(self._waiting)

    def screen_again(self, can: str) -> None:
        """Screen the document on the desk again and open its chip with the access number that was typed."""
        if self.session and self.port.forget_chip and find_chip_document(self.session.subject.documents):
            self.begin(replace(self.session.subject, can=can))
        else:
            self.show_note(notes.NO_CHIP_TO_OPEN)

    def _remember(self) -> None:
        if self.port.forget_chip:
            self.port.forget_chip()
        if self.session:
            verdict = self.session.result.verdict if self.session.result else None
            self._past[self.session.number] = EarlierTraveller(self.session.name, verdict)
            while len(self._past) > MOST_PAST:
                del self._past[next(iter(self._past))]

    # ── the screening advances ───────────────────────────────────────────────────────────────────────

    @on(messages.ScreeningAdvanced)
    def _advance_screening(self, message: messages.ScreeningAdvanced) -> None:
        session = self.session
        if session is None or session.number != message.session:
            self._notice_late_answer(message)
            return
        decided = session.decision is not None
        session.update(message.progress)
        if session.is_reading_chip and session.result and session.result.complete:
            session.chip = ChipReadStep(ChipReadStage.ENDED)
            self._hold_or_resume_reader()
        if decided and session.stage is SessionStage.OPEN:
            self.note = notes.for_worse_verdict(session.name)
        self.draw()

    @on(messages.ChipAdvanced)
    def _advance_chip(self, message: messages.ChipAdvanced) -> None:
        session = self.session
        if session and session.number == message.session:
            session.chip = message.step
            self._hold_or_resume_reader()
            self.draw()

    def _notice_late_answer(self, message: messages.ScreeningAdvanced) -> None:
        past = self._past.get(message.session)
        notice = late_answer(past, message.progress) if past else None
        if past and notice and message.progress.result:
            self._past[message.session] = EarlierTraveller(past.name, message.progress.result.verdict)
            self.late_notices.append(notice)
            self.draw()

    @on(messages.ScreeningFailed)
    def _show_screening_failure(self, message: messages.ScreeningFailed) -> None:
        if self.session and self.session.number == message.session:
            self.session.failure = message.error
            self.session.chip = None
            self._hold_or_resume_reader()
        self.show_note(notes.for_error(message.error))

    # ── the reader, the post ─────────────────────────────────────────────────────────────────────────

    def _post_reader_event(self, event: ReaderEvent) -> None:
        """From the reader's own thread."""
        self.post_message(messages.reader_message(event))

    @on(messages.ReaderStateChanged)
    def _update_reader_state(self, message: messages.ReaderStateChanged) -> None:
        changed = self.device is None or self.device.health is not message.state.health
        self.device = message.state
        if message.what or changed:
            self.device_what = message.what
        if changed:
            self.refresh_post_state()
        self.draw()

    @on(messages.ReaderGuidance)
    def _show_reader_guidance(self, message: messages.ReaderGuidance) -> None:
        self.show_note(self.record_note.then(notes.for_reader_advice(message.says)))

    @on(messages.PostStateRead)
    def _update_post_state(self, message: messages.PostStateRead) -> None:
        self.post_state = message.state
        self._end_refresh()
        self.draw()

    @on(messages.PostStateFailed)
    def _show_post_state_failure(self, message: messages.PostStateFailed) -> None:
        self._end_refresh()
        self.show_note(notes.for_error(message.error))

    def refresh_post_state(self) -> None:
        """Ask for the state of the post in the background, in one thread at a time."""
        self._refresh_again = self._is_refreshing
        if self._is_refreshing:
            return
        self._is_refreshing = True
        states = {}
        state = self.hanging_state if self.device_hangs else self.device
        if self.port.reader and state:
            states[self.port.reader.info.title] = state

        def ask() -> None:
            self.post_message(messages.PostStateRead(self.port.post_state(states)))

        run_in_background("post state", ask, lambda error: self.post_message(messages.PostStateFailed(error)))

    def _end_refresh(self) -> None:
        self._is_refreshing = False
        if self._refresh_again:
            self.refresh_post_state()

    def _tick(self) -> None:
        hangs = bool(self._reader and self._reader.is_hung)
        if hangs is not self.device_hangs:
            self.device_hangs = hangs
            self.refresh_post_state()
            self.draw()

    def _hold_or_resume_reader(self) -> None:
        """Read no document while a chip is read: the reader has one glass for both."""
        if self._reader is None:
            return
        if self.session and self.session.is_reading_chip:
            self._reader.hold()
        elif not self._waiting:
            self._reader.go_on()

    @on(MrzLine.Typing)
    def _show_typing_progress(self, message: MrzLine.Typing) -> None:
        self.show_note(notes.for_typing(message.lines, message.length))
