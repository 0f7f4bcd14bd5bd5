"""Who works at the desk: sign-in, lock and unlock, hand-over, the end of a shift.

- Where somebody has to sign in, the page that asks for it is on top until the session is open: nothing of a desk under
  it shows for a moment, and it reads no document.
- A desk is locked by its key, by itself after a time without a key, a scan or a document, and at once where the session
  in which somebody works is over. Pages over the desk close, with all that was typed on them. What was being screened
  goes on; its verdict is in the journal, and is seen by whoever unlocks.
- Whoever works there unlocks with number and PIN. Anybody else takes the shift over: they see what is open, and sign
  for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from textual import events, on
from textual.app import App
from textual.driver import Driver
from textual.message import Message

from appliance.people.proof import HandOver, ProvenPerson
from data.errors import Denied, WaypostError
from data.people.sessions import SESSION_ENDS, Session, SessionEnd, SessionKind, SessionOver
from data.text import EMPTY, _, plural
from data.text import Message as TextMessage
from ui.desk import messages
from ui.desk.desk_port import PostState
from ui.desk.desk_start import DeskStart
from ui.desk.messages import run_in_background
from ui.desk.notes import Note, Tone, neutral
from ui.dialogs.sign_in import FirstPinPage, ShiftChoice, ShiftPage, SignedIn, SignInPage
from ui.screens.desk import Desk

_LOOK_AT_IDLE_S = 1.0
_LOCKED_BY_KEY = _("The desk was locked with F10.")
_LOCKED_BY_ITSELF = _("The desk locked itself: no key was pressed for a while.")


@dataclass
class _ShiftRead(Message):
    """What the page of the shift shows."""

    proof: ProvenPerson
    state: PostState
    left: HandOver


@dataclass
class _SessionOpened(Message):
    """Somebody works here from now on."""

    session: Session


@dataclass
class _SessionIsOver(Message):
    """Whoever works here is back, and must begin another session."""

    proof: ProvenPerson


@dataclass
class _Unlocked(Message):
    """Whoever works here is back."""


@dataclass
class _ShiftEnded(Message):
    """Nobody works here any more."""


@dataclass
class _Refused(Message):
    """A step did not work."""

    error: WaypostError


class SignInFlow(App[None], inherit_bindings=False):
    """The application as far as it knows who works at the desk."""

    def __init__(
        self, start: DeskStart, keymap: Mapping[str, str], session: Session | None, driver: type[Driver]
    ) -> None:
        """`session` is one that is open already; without one somebody signs in first."""
        super().__init__(driver_class=driver)
        self._start = start
        self._keys = dict(keymap)
        self._session = session
        self._desk: Desk | None = None
        self._page: SignInPage | None = None
        """The page that asks for number and PIN, while it is there."""
        self._used_at_s = start.clock_s()
        self._is_warned = False

    def begin(self) -> None:
        """Show the desk of the open session, or the page on which somebody signs in."""
        if self._session is not None:
            self._show_desk(self._session)
        else:
            self._ask_to_sign_in(EMPTY)
        self.set_interval(_LOOK_AT_IDLE_S, self.look_at_idle)

    # ── lock ─────────────────────────────────────────────────────────────────────────────────────────

    def note_use(self) -> None:
        """Somebody is there."""
        self._used_at_s, self._is_warned = self._start.clock_s(), False

    def look_at_idle(self) -> None:
        """Warn, and lock, where nobody has been there for long."""
        idle_s, limits = self._start.clock_s() - self._used_at_s, self._start.idle
        if idle_s >= limits.lock_s:
            self._leave_open_pages()
            if self._page is None:
                self._lock("idle", _LOCKED_BY_ITSELF)
        elif idle_s >= limits.warn_s and not self._is_warned and self._desk and self._page is None:
            self._is_warned = True
            self._desk.show_note(_note_idle(limits.lock_s - idle_s))

    def _leave_open_pages(self) -> None:
        """Whoever proved who they are and went away leaves nothing over that page on which others could go on."""
        page = self._page
        while page is not None and self.screen is not page and page in self.screen_stack:
            self.screen.dismiss(None)

    @on(messages.DeskUsed)
    def _note_document(self) -> None:
        self.note_use()

    @on(messages.LockAsked)
    def _lock_by_key(self) -> None:
        self._lock("key", _LOCKED_BY_KEY)

    @on(messages.SessionEnded)
    def _lock_by_end(self, message: messages.SessionEnded) -> None:
        self._lock("", SESSION_ENDS[message.end])

    def _lock(self, how: str, why: TextMessage) -> None:
        desk, session = self._desk, self._session
        if desk is None or session is None or self._page is not None:
            return
        desk.lock_desk()
        while self.screen is not desk and desk in self.screen_stack:
            self.screen.dismiss(None)
        self._ask_to_sign_in(why)
        if how:
            people = self._start.people
            run_in_background(
                "lock", lambda: people.note_locked(session, how), lambda error: self.post_message(_Refused(error))
            )

    def _ask_to_sign_in(self, why: TextMessage) -> None:
        self._page = SignInPage(self._start.place, self._start.people, self._start.now, self._take_proof, why)
        self.push_screen(self._page)

    # ── somebody proved who they are ─────────────────────────────────────────────────────────────────

    def _take_proof(self, signed_in: SignedIn) -> None:
        proof, session = signed_in.proof, self._session
        if proof is None:
            self.exit()
        elif signed_in.ends_shift and session is not None:
            self._ask_to_end(session, proof)
        elif session is not None and proof.person.human == session.human:
            self._do("unlock", lambda: self._unlock(session, proof))
        else:
            self._begin_shift(proof)

    def _begin_shift(self, proof: ProvenPerson) -> None:
        if proof.must_change_secret:
            self.push_screen(FirstPinPage(self._start.people, proof), self._take_changed)
        else:
            self._read_shift(proof)

    def _take_changed(self, proof: ProvenPerson | None) -> None:
        if proof is not None:
            self._read_shift(proof)

    def _read_shift(self, proof: ProvenPerson) -> None:
        start, session = self._start, self._session
        self._do("shift", lambda: _ShiftRead(proof, start.post_state(), start.read_open(session)))

    @on(_ShiftRead)
    def _ask_shift(self, message: _ShiftRead) -> None:
        proof, before, left = message.proof, self._session, message.left
        takes_over = _("{name}", name=before.name) if before and before.human != proof.person.human else EMPTY

        def begin(choice: ShiftChoice | None) -> None:
            if choice is not None:
                self._do("session", lambda: _SessionOpened(self._open_session(proof, choice, before, left)))

        place = self._start.place
        self.push_screen(ShiftPage(proof.person, place, message.state, left, takes_over), begin)

    def _open_session(
        self, proof: ProvenPerson, choice: ShiftChoice, before: Session | None, left: HandOver
    ) -> Session:
        people = self._start.people
        if before is not None and before.human != proof.person.human:
            return people.take_over(before, proof, choice.role, choice.place, left)
        return people.open_session(proof, choice.role, SessionKind.DESK, choice.place)

    @on(_SessionOpened)
    def _begin_session(self, message: _SessionOpened) -> None:
        self._session = message.session
        self._close_page()
        self._show_desk(message.session)

    def _show_desk(self, session: Session) -> None:
        port = self._start.make_port(session)
        if self._desk is None:
            self._desk = Desk(port, self._keys)
            self.push_screen(self._desk)
        else:
            self._desk.change_person(port)
            self._desk.unlock_desk()

    def _unlock(self, session: Session, proof: ProvenPerson) -> Message:
        """Whoever worked here goes on; where their session is over they begin another one."""
        try:
            self._start.people.sessions.get(session.id)
        except SessionOver:
            return _SessionIsOver(proof)
        self._start.people.unlock_desk(session, proof)
        return _Unlocked()

    @on(_SessionIsOver)
    def _begin_again(self, message: _SessionIsOver) -> None:
        self._begin_shift(message.proof)

    @on(_Unlocked)
    def _go_on(self) -> None:
        self._close_page()
        if self._desk is not None:
            self._desk.unlock_desk()

    def _close_page(self) -> None:
        """Take the page away, with whatever is over it. Nothing is drawn before the caller has ended."""
        self.note_use()
        page, self._page = self._page, None
        while page is not None and page in self.screen_stack:
            self.pop_screen()

    # ── the end of a shift ───────────────────────────────────────────────────────────────────────────

    def _ask_to_end(self, session: Session, proof: ProvenPerson) -> None:
        if proof.person.human != session.human:
            self._refuse(
                _Refused(
                    Denied(
                        _("{name} works at this desk, and ends the shift", name=session.name),
                        do=_("Take it over with your number and PIN, without F10"),
                    )
                )
            )
            return

        def end(confirmed: bool | None) -> None:
            if confirmed:
                self._do("end of shift", lambda: self._end(session))

        if self._desk is not None:
            self.push_screen(self._desk.ask_to_end(), end)

    def _end(self, session: Session) -> _ShiftEnded:
        self._start.people.end_session(session, SessionEnd.SHIFT_ENDED)
        return _ShiftEnded()

    @on(_ShiftEnded)
    def _show_sign_in(self) -> None:
        self._close_page()
        desk, self._desk, self._session = self._desk, None, None
        if desk is not None and self.screen is desk:
            self.pop_screen()
        self._ask_to_sign_in(EMPTY)

    # ── steps in the background ──────────────────────────────────────────────────────────────────────

    def _do(self, name: str, work: Callable[[], Message]) -> None:
        def run() -> None:
            self.post_message(work())

        run_in_background(name, run, lambda error: self.post_message(_Refused(error)))

    @on(_Refused)
    def _refuse(self, message: _Refused) -> None:
        if self._page is not None:
            self._page.begin_again(message.error)

    async def on_event(self, event: events.Event) -> None:
        """A key says that somebody is there."""
        if isinstance(event, (events.Key, events.Paste)):
            self.note_use()
        await super().on_event(event)


def _note_idle(left_s: float) -> Note:
    """Nobody was there for long."""
    minutes = max(1, round(left_s / 60))
    return neutral(
        plural(
            "Nobody has pressed a key for a while: the desk is locked in {count} minute.",
            "Nobody has pressed a key for a while: the desk is locked in {count} minutes.",
            minutes,
        ),
        Tone.WARN,
    )
