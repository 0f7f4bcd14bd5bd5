"""The events of the desk: documents from the reader or the keys, steps of a screening, the state of the post.

Background threads post events; only the handlers here, in `desk_queue` and in `desk` touch the state.
"""

import gc
from collections.abc import Mapping
from dataclasses import replace

from textual import on

from appliance.chips.read_job import ChipReadStage, ChipReadStep
from appliance.counter.subject import Subject
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument, find_chip_document
from data.errors import InputError, WaypostError
from devices.documents.keyboard_layout import explain_swapped_characters
from ui.desk import messages, notes
from ui.desk.desk_port import DeskPort
from ui.desk.messages import run_in_background
from ui.desk.notes import Note
from ui.desk.traveller_session import EarlierTraveller, SessionStage, TravellerSession, late_answer
from ui.screens.desk_queue import DeskQueue
from ui.widgets.mrz_line import MrzLine
from ui.widgets.status_lines import StatusLines

TICK_S = 1.0
POST_STATE_EVERY_S = 5.0
"""The screen shows a lock by headquarters after so long; screenings obey it at once."""


class DeskEvents(DeskQueue):
    """The desk with its events."""

    def __init__(self, port: DeskPort, keymap: Mapping[str, str]) -> None:
        super().__init__(port, keymap)
        self._is_refreshing = False
        self._refresh_again = False

    def on_mount(self) -> None:
        """Start what runs in the background."""
        if self._reader:
            self._reader.start()
        self.set_interval(TICK_S, self._tick)
        self.set_interval(POST_STATE_EVERY_S, self.refresh_post_state)
        self.refresh_post_state()
        self.draw()

    def on_unmount(self) -> None:
        """Stop the reader; what waits belongs to the next desk."""
        if self._reader:
            self._reader.stop()
        self.port.leave()

    def lock_desk(self) -> None:
        """Nobody sees this desk from now on: it reads no document, and begins none."""
        self.is_locked = True
        self._hold_or_resume_reader()

    def unlock_desk(self) -> None:
        """Go on where it was."""
        self.is_locked = False
        self._hold_or_resume_reader()
        self.begin_next_soon()
        self.refresh_post_state()

    def change_person(self, port: DeskPort) -> None:
        """Somebody else works here from now on; what is on the screen and what waits stays."""
        self.port = port
        self.query_one(StatusLines).change_place(port.place)
        self.draw()

    # ── a document is read ───────────────────────────────────────────────────────────────────────────

    @on(messages.DocumentRead)
    def _take_reading(self, message: messages.DocumentRead) -> None:
        self.post_message(messages.DeskUsed())
        if message.subject.is_only_codes:
            self.take_codes(message.subject.codes, message.is_safe)
        elif self.take(message.subject):
            message.is_safe.set_result(None)
        else:
            message.is_safe.set_exception(WaypostError(notes.NOT_TAKEN.text))
        self._hold_or_resume_reader()

    @on(MrzLine.PartGivenBack)
    def _show_part(self, message: MrzLine.PartGivenBack) -> None:
        self.show_note(self.record_note.then(notes.PART_OF_ZONE))

    @on(MrzLine.TypedKept)
    def _show_typed_kept(self, message: MrzLine.TypedKept) -> None:
        self.show_note(self.note.then(notes.for_kept_typing(message.text)))

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

    def screen_again(self, can: str, typed_for: TravellerSession | None) -> None:
        """Screen the document on the desk again and open its chip with the access number that was typed.

        `typed_for` is whoever was on the screen when the officer began to type: no other chip is tried with it, since
        each wrong key may be the last.
        """
        session = self.session
        is_same = session is typed_for or (session and typed_for and typed_for.has_document_of(session.subject))
        if not is_same or (self._gives_way and self.waiting.has_next):
            self.show_note(notes.ACCESS_NUMBER_OF_ANOTHER)
        elif session is None or not (self.port.forget_chip and find_chip_document(session.subject.documents)):
            self.show_note(notes.NO_CHIP_TO_OPEN)
        elif session.must_stay:
            self.show_note(notes.CHIP_NOT_READ_AGAIN)
        elif session.stage is not SessionStage.DECIDING:
            self.begin(replace(session.subject, can=can))

    # ── the screening advances ───────────────────────────────────────────────────────────────────────

    @on(messages.ScreeningAdvanced)
    def _advance_screening(self, message: messages.ScreeningAdvanced) -> None:
        session = self.session
        if session is None or session.number != message.session:
            self._notice_late_answer(message)
            return
        decided, before = session.decision is not None, session.result
        session.update(message.progress)
        if session.is_reading_chip and session.result and session.result.complete:
            session.chip = ChipReadStep(ChipReadStage.ENDED)
            self._hold_or_resume_reader()
        if decided and session.stage is SessionStage.OPEN:
            self.note = notes.for_worse_verdict(session.name)
        if session.result is before:
            self.draw_soon()
        else:
            self.draw()

    @on(messages.ChipAdvanced)
    def _advance_chip(self, message: messages.ChipAdvanced) -> None:
        session = self.session
        if session and session.number == message.session:
            session.chip = message.step
            self._hold_or_resume_reader()
            self.draw_soon()

    def _notice_late_answer(self, message: messages.ScreeningAdvanced) -> None:
        past = self._past.get(message.session)
        notice = late_answer(past, message.progress) if past else None
        if past and notice and message.progress.result:
            self._past[message.session] = EarlierTraveller(past.name, message.progress.result.verdict)
            self.late_notices.append(notice)
            self.refresh_post_state()
            self.draw()

    @on(messages.ScreeningFailed)
    def _show_screening_failure(self, message: messages.ScreeningFailed) -> None:
        if self.session and self.session.number == message.session:
            self.session.failure = message.error
            self.session.chip = None
            self._hold_or_resume_reader()
        self.show_error(message.error)

    # ── the reader, the post ─────────────────────────────────────────────────────────────────────────

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
        if self.post_state is None and not self.app.is_headless:
            gc.freeze()  # lists and screen are loaded and stay: no collection during a screening looks through them
        self.post_state = message.state
        self._end_refresh()
        self.draw()

    @on(messages.PostStateFailed)
    def _show_post_state_failure(self, message: messages.PostStateFailed) -> None:
        self._end_refresh()
        self.show_error(message.error)

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

        if not self._is_queue_known:
            self.open_queue()
        run_in_background("post state", ask, lambda error: self.post_message(messages.PostStateFailed(error)))

    def _end_refresh(self) -> None:
        self._is_refreshing = False
        if self._refresh_again:
            self.refresh_post_state()

    def _tick(self) -> None:
        if self.codes.drop_expired():
            self.show_note(self.record_note.then(notes.CODE_WITHOUT_DOCUMENT))
        hangs = bool(self._reader and self._reader.is_hung)
        if hangs is not self.device_hangs:
            self.device_hangs = hangs
            self.refresh_post_state()
            self.draw()

    @on(MrzLine.Typing)
    def _show_typing_progress(self, message: MrzLine.Typing) -> None:
        self.draw_note(notes.for_typing(message.lines, message.length))
