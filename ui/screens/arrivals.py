"""What comes to the desk: documents from the reader or the keys, steps of a screening, the state of the post.

- Threads beside the screen post messages; only the handlers here and in `desk` touch the state.
- A document that comes before the last traveller is decided waits, and none takes another's place; nothing
  replaces an open verdict by itself.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from textual import on

from appliance.chips.carrier import carrier
from appliance.chips.steps import ChipStep
from appliance.chips.steps import Stage as ChipStage
from appliance.counter.reader_loop import ReaderEvent, ReaderLoop
from appliance.counter.subject import Subject, joined_codes
from appliance.result import Progress
from data.documents.codes import Code
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument
from data.errors import InputError
from ui.screens import messages, note
from ui.screens.background import beside
from ui.screens.desk_port import DeskPort
from ui.screens.desk_view import HANGS, DeskView
from ui.screens.note import Note, Tone
from ui.screens.turn import Past, Stage, Turn, late_answer
from ui.widgets.mrz_line import MrzLine

TICK_S = 1.0
LOOK_EVERY_S = 5.0
"""Lists that headquarters locks are shown as locked this soon; screenings find them so at once."""
MOST_PAST = 50
MOST_WAITING = 3
"""Documents read before the open traveller is decided: a scanner beside the reader, a family's passports."""


class Arrivals(DeskView):
    """Takes what comes."""

    def __init__(self, port: DeskPort, keymap: Mapping[str, str]) -> None:
        super().__init__(port, keymap)
        self._waiting: deque[Subject] = deque()
        self._past: dict[int, Past] = {}
        self._accepted = ""
        """Lines the officer wants screened although a digit is wrong."""
        self._looking = False
        self._look_again = False
        self._reader = ReaderLoop(port.reader, self._from_reader) if port.reader else None

    def on_mount(self) -> None:
        """Start what runs beside the screen."""
        if self._reader:
            self._reader.start()
        self.set_interval(TICK_S, self._tick)
        self.set_interval(LOOK_EVERY_S, self.look)
        self.look()
        self.draw()

    def on_unmount(self) -> None:
        """Let the reader go."""
        if self._reader:
            self._reader.stop()

    # ── a traveller comes ────────────────────────────────────────────────────────────────────────────

    @on(messages.DocumentRead)
    def _document_read(self, message: messages.DocumentRead) -> None:
        subject = Subject.from_reading(message.reading, self.port.today())
        if subject.is_only_codes:
            self._codes_read(subject.codes)
        else:
            self.take(subject)

    def _codes_read(self, codes: tuple[Code, ...]) -> None:
        """Codes without a document: they join the traveller who has no decision yet, else the next document."""
        self._read_on()
        turn = self.turn
        if turn is None or turn.over:
            self.codes.keep(codes)
            self.say(self.recorded.then(note.codes_kept(codes)))
        elif turn.stage in (Stage.WORKING, Stage.OPEN) and not self._waiting:
            joined = joined_codes(turn.subject.codes, codes)
            if joined != turn.subject.codes:
                self.note = note.codes_joined(codes)
                self.begin(replace(turn.subject, codes=joined))
                if self.turn:
                    self.turn.followed = True

    @on(MrzLine.Entered)
    def _entered(self, message: MrzLine.Entered) -> None:
        if message.capture is Capture.MACHINE:
            self.take(Subject.from_zone(message.text, self.port.today()))
            return
        try:
            document = parse_mrz(message.text, capture=Capture.TYPED, today=self.port.today())
        except InputError as error:
            self._give_back(message.text, note.failed(error))
        else:
            if not self._asks_about_digits(document):
                self.take(Subject.from_document(document, self.port.today()))

    def _give_back(self, text: str, why: Note) -> None:
        """Typed lines go back into the input, to be mended."""
        self.query_one(MrzLine).keep(text)
        self.say(why)

    def _asks_about_digits(self, document: TravelDocument) -> bool:
        """Whether a typed zone with a wrong digit is given back once, to be mended or handed over again."""
        if document.raw in ("", self._accepted):
            return False
        wrong = note.wrong_digits(document)
        if wrong is None:
            return False
        self._accepted = document.raw
        self._give_back(document.raw, wrong)
        return True

    def take(self, subject: Subject) -> None:
        """Screen `subject` now, or keep it waiting while a verdict is open."""
        subject = replace(subject, codes=self.codes.taken(subject.codes))
        if self.turn is None or self.turn.over:
            self.note = self.recorded
            self.begin(subject)
        else:
            self._wait(subject)

    def _wait(self, subject: Subject) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(subject)
            if self._reader:
                self._reader.hold()
            self.say(self.recorded.then(note.waiting(len(self._waiting))))
        else:
            self.say(note.NOT_TAKEN)

    def begin(self, subject: Subject) -> None:
        """Start a turn."""
        self._remember()
        self.turn = turn = Turn(subject)
        self._accepted = ""
        if self.port.forget_chip and carrier(subject.documents):
            turn.chip = ChipStep(ChipStage.LAY)
        self._read_on()

        def tell(progress: Progress) -> None:
            self.post_message(messages.Told(turn.number, progress))

        def tell_chip(step: ChipStep) -> None:
            self.post_message(messages.ChipSaid(turn.number, step))

        def screen() -> None:
            self.port.screen(subject, tell, tell_chip)

        beside("screening", screen, lambda error: self.post_message(messages.ScreeningFailed(turn.number, error)))
        self.draw()

    def next_traveller(self) -> None:
        """End this turn; begin with who waits, or be ready."""
        if self._waiting:
            self.begin(self._waiting.popleft())
            if self.turn:
                self.turn.followed = True
        else:
            self._remember()
            self.turn = None
            self._read_on()
            self.draw()

    @property
    def somebody_waits(self) -> bool:
        """Whether a document was read meanwhile."""
        return bool(self._waiting)

    def again_with(self, can: str) -> None:
        """Screen the document on the desk again, its chip opened by the access number that was typed."""
        if self.turn and self.port.forget_chip and carrier(self.turn.subject.documents):
            self.begin(replace(self.turn.subject, can=can))
        else:
            self.say(note.NO_CHIP_TO_OPEN)

    def _remember(self) -> None:
        if self.port.forget_chip:
            self.port.forget_chip()
        if self.turn:
            verdict = self.turn.result.verdict if self.turn.result else None
            self._past[self.turn.number] = Past(self.turn.name, verdict)
            while len(self._past) > MOST_PAST:
                del self._past[next(iter(self._past))]

    # ── a screening goes on ──────────────────────────────────────────────────────────────────────────

    @on(messages.Told)
    def _told(self, message: messages.Told) -> None:
        turn = self.turn
        if turn is None or turn.number != message.turn:
            self._told_late(message)
            return
        decided = turn.decision is not None
        turn.told(message.progress)
        if turn.chip_is_read and turn.result and turn.result.complete:
            turn.chip = ChipStep(ChipStage.ENDED)
            self._read_on()
        if decided and turn.stage is Stage.OPEN:
            self.note = note.worse(turn.name)
        self.draw()

    @on(messages.ChipSaid)
    def _chip_said(self, message: messages.ChipSaid) -> None:
        turn = self.turn
        if turn and turn.number == message.turn:
            turn.chip = message.step
            self._read_on()
            self.draw()

    def _told_late(self, message: messages.Told) -> None:
        past = self._past.get(message.turn)
        notice = late_answer(past, message.progress) if past else None
        if past and notice and message.progress.result:
            self._past[message.turn] = Past(past.name, message.progress.result.verdict)
            self.late.append(notice)
            self.draw()

    @on(messages.ScreeningFailed)
    def _screening_failed(self, message: messages.ScreeningFailed) -> None:
        if self.turn and self.turn.number == message.turn:
            self.turn.failure = message.error
            self.turn.chip = None
            self._read_on()
        self.say(note.failed(message.error))

    # ── the reader, the post ─────────────────────────────────────────────────────────────────────────

    def _from_reader(self, event: ReaderEvent) -> None:
        """From the reader's own thread."""
        self.post_message(messages.of_reader(event))

    @on(messages.ReaderSaid)
    def _reader_said(self, message: messages.ReaderSaid) -> None:
        changed = self.device is None or self.device.health is not message.state.health
        self.device = message.state
        if message.what or changed:
            self.device_what = message.what
        if changed:
            self.look()
        self.draw()

    @on(messages.ReaderGuides)
    def _reader_guides(self, message: messages.ReaderGuides) -> None:
        self.say(self.recorded.then(note.same(f"Reader: {message.says}", Tone.WARN)))

    @on(messages.PostLooked)
    def _post_looked(self, message: messages.PostLooked) -> None:
        self.post_state = message.state
        self._looked()
        self.draw()

    @on(messages.PostUnknown)
    def _post_unknown(self, message: messages.PostUnknown) -> None:
        self._looked()
        self.say(note.failed(message.error))

    def look(self) -> None:
        """Ask for the state of the post; while one answer is awaited, no second thread asks."""
        self._look_again = self._looking
        if self._looking:
            return
        self._looking = True
        states = {}
        state = HANGS if self.device_hangs else self.device
        if self.port.reader and state:
            states[self.port.reader.info.title] = state

        def ask() -> None:
            self.post_message(messages.PostLooked(self.port.post_state(states)))

        beside("post state", ask, lambda error: self.post_message(messages.PostUnknown(error)))

    def _looked(self) -> None:
        self._looking = False
        if self._look_again:
            self.look()

    def _tick(self) -> None:
        hangs = bool(self._reader and self._reader.hangs)
        if hangs is not self.device_hangs:
            self.device_hangs = hangs
            self.look()
            self.draw()

    def _read_on(self) -> None:
        """While a chip is read no further document is: the reader has one glass for both."""
        if self._reader is None:
            return
        if self.turn and self.turn.chip_is_read:
            self._reader.hold()
        elif not self._waiting:
            self._reader.go_on()

    @on(MrzLine.Typing)
    def _typing(self, message: MrzLine.Typing) -> None:
        self.say(note.typing(message.lines, message.length))
