"""The parts of the desk, and one `draw` that draws all of them from the state."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Label

from data.errors import WaypostError
from data.people.sessions import SessionOver
from data.text import EMPTY, Message, _
from devices.faults import FaultReason, restart_hint
from devices.ports import DeviceHealth, DeviceState
from ui.desk import actions, messages, notes
from ui.desk.actions import DeskAction, Privacy
from ui.desk.desk_port import DeskPort, PostState
from ui.desk.notes import NOTHING, Note
from ui.desk.traveller_session import PendingCodes, SessionStage, TravellerSession
from ui.desk.waiting import WaitingDocuments
from ui.text.translation import translate
from ui.widgets.banner import Banner, banner_text
from ui.widgets.checks import Checks
from ui.widgets.document_pane import DocumentPane
from ui.widgets.footer import FooterKeys, MessageLine, WaitingLine
from ui.widgets.mrz_line import MrzLine
from ui.widgets.status_lines import StatusLines

DRAWN_WITHIN_S = 0.05
"""What is no answer is on the screen after so long; most screenings end before, undisturbed by any drawing."""


class DeskView(Screen[None]):
    """The parts of the desk and the state they show."""

    DEFAULT_CSS = """
    DeskView { background: $paper; color: $ink; layout: vertical; }
    DeskView #middle { height: 1fr; }
    DeskView #input { height: 1; padding: 0 1; }
    DeskView #input Label { color: $soft-ink; margin-right: 1; }
    """
    AUTO_FOCUS = "MrzLine"

    def __init__(self, port: DeskPort, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self.port = port
        self.keymap = keymap
        self.session: TravellerSession | None = None
        self.post_state: PostState | None = None
        self.device: DeviceState | None = None
        self.device_what = EMPTY
        self.device_hangs = False
        self.privacy = Privacy.OPEN
        self.note = NOTHING
        self.record_note = NOTHING
        """What was recorded about the traveller before, until the officer does something else."""
        self.codes = PendingCodes()
        """Codes that were read before their document."""
        self.waiting = WaitingDocuments()
        """Documents that were read while a traveller has no decision."""
        self.late_notices: list[Message] = []
        """Notices about earlier travellers whose answer got worse."""
        self._draws_soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """Status, banner, document and checks, a message, the input, the keys."""
        reader = self.port.reader
        simulated = self.port.simulated or bool(reader and reader.info.simulated)
        yield StatusLines(self.port.place, simulated=simulated)
        yield Banner(banner_text(None, None, EMPTY, self.privacy))
        with Horizontal(id="middle"):
            yield DocumentPane()
            yield Checks()
        yield MessageLine()
        with Horizontal(id="input"):
            yield Label(translate(_("MRZ>")), markup=False)
            yield MrzLine()
            yield WaitingLine()
        yield FooterKeys(self.keymap)

    @property
    def hanging_state(self) -> DeviceState:
        """The state of a reader whose driver does not come back."""
        driver = self.port.reader.info.driver if self.port.reader else ""
        return DeviceState(DeviceHealth.FAULTED, FaultReason.TIMEOUT, restart_hint(driver))

    def draw_soon(self) -> None:
        """Draw within `DRAWN_WITHIN_S`, together with what else happens until then."""
        if self._draws_soon is None:
            self._draws_soon = self.set_timer(DRAWN_WITHIN_S, self.draw)

    def draw(self) -> None:
        """Draw from the state whatever is not on the screen yet."""
        if self._draws_soon is not None:
            self._draws_soon.stop()
            self._draws_soon = None
        session, privacy = self.session, self.privacy
        device = self.hanging_state if self.device_hangs else self.device
        what = _("The reader does not answer") if self.device_hangs else self.device_what
        overrides = self.post_state.overrides if self.post_state else ()
        self.query_one(StatusLines).show(self.post_state, self.late_notices, privacy, self.count_undecided())
        self.query_one(Banner).show(banner_text(session, device, what, privacy, overrides))
        self.query_one(DocumentPane).show(session.subject if session else None, privacy)
        chip = session.chip.says if session and session.chip else EMPTY
        self.query_one(Checks).show(session.progress if session else None, privacy, chip)
        self.query_one(MessageLine).show(self.note, privacy)
        self.query_one(WaitingLine).show(self.waiting, privacy)
        self.query_one(FooterKeys).show(self.working_actions(), privacy)

    def draw_note(self, note: Note) -> None:
        """Show a note where nothing else has changed, as with each character that is typed."""
        self.note = note
        self.query_one(MessageLine).show(note, self.privacy)

    def count_undecided(self) -> int:
        """Travellers without a decision, beside the one on the screen."""
        undecided = self.post_state.undecided if self.post_state else frozenset()
        result = self.session.result if self.session else None
        return len(undecided - {str(result.screening.id)} if result else undecided)

    def show_note(self, note: Note) -> None:
        """Show a note, and everything else as it is."""
        self.note = note
        self.draw()

    def show_error(self, error: WaypostError) -> None:
        """Show an error; where the session is over, the desk is locked as well."""
        self.show_note(notes.for_error(error))
        if isinstance(error, SessionOver):
            self.post_message(messages.SessionEnded(error.end))

    def working_actions(self) -> set[DeskAction]:
        """The actions that do something now."""
        working = {actions.HELP, actions.QUIET, actions.TYPE_IN, actions.LOCK, actions.PALETTE}
        if self._can_start_next():
            working.add(actions.NEW)
        if self.post_state:
            working.add(actions.LISTS)
        if self.session and self.session.result:
            working.add(actions.WHY)
            if self.session.stage is not SessionStage.DECIDING:
                working |= {actions.REFER, actions.ADMIT}
        return working

    def _can_start_next(self) -> bool:
        """Whether there is a traveller, or a code without a document, to leave behind; or a document that waits."""
        if self.session:
            return self.session.stage is not SessionStage.DECIDING
        return self.codes.are_waiting or bool(len(self.waiting))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the keys of `working_actions` do anything."""
        known = next((known_action for known_action in actions.ACTIONS if known_action.method == action), None)
        return known is None or known in self.working_actions()
