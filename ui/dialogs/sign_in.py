"""The pages on which people sign in: number and PIN, a first PIN of one's own, the shift.

- The page that asks for number and PIN shows place, lane and clock, and nothing of a traveller, a list or a query,
  whatever is under it. Documents are not read meanwhile, and what a scanner types goes nowhere.
- Esc closes none of them: without somebody who works here there is no desk.
- A PIN is shown as dots, and gone from the page when it was refused or the page closes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from appliance.people.permissions import ROLE_NAMES, GuardedAction, describe_roles, is_allowed
from appliance.people.post_people import PostPeople
from appliance.people.proof import HandOver, ProvenPerson
from data.errors import Denied, InputError, WaypostError
from data.people.sessions import Place
from data.people.staff import StaffMember, StaffRole
from data.screenings import Direction
from data.text import EMPTY, Message, _, in_context, join, plural
from ui.desk.desk_port import PostState, Workplace
from ui.desk.messages import KitIsLocked, KitRefused, run_in_background
from ui.dialogs.dialog import AnswerT, FormDialog
from ui.dialogs.post_people_page import UnlockKitDialog
from ui.text.sanitize import safe
from ui.text.translation import translate
from ui.widgets.banner import draw_large
from ui.widgets.choice import ChoiceInput
from ui.widgets.status_lines import DIRECTION_NAMES

CLOCK_EVERY_S = 1.0
_NUMBER = in_context("field of a form", "Service number")
_PIN = in_context("field of a form", "PIN")
_LOCKED = in_context("large word of a page", "LOCKED")
_SIGN_IN = in_context("large word of a page", "SIGN IN")
_LEAST_ROWS_WITH_WORD = 20
_USUAL_FIRST = tuple(
    role
    for role in (StaffRole.SUPERVISOR, StaffRole.OFFICER, StaffRole.TRAINEE)
    if is_allowed(role, GuardedAction.SCREEN)
)
"""In this order a role is offered: whoever supervises does so, unless they say otherwise."""
_MOST_IN_A_WORD = 24
"""Characters of a lane or a shift."""


class PeoplePage(FormDialog[AnswerT]):
    """A page that Esc does not close."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f10", "back", _("back"), id="people.back", show=False)]
    keys: ClassVar[Message] = _("Enter goes on · Tab ↑ ↓ move · F10 goes back")

    def action_close(self) -> None:
        """Esc closes nothing here."""

    def describe_useless_key(self, key: str) -> Message:
        """Esc closes nothing here."""
        return _("{key} does nothing here", key=key)

    def action_back(self) -> None:
        """F10: close without an answer."""
        self.dismiss(None)

    def say_scan_went_to_desk(self) -> None:
        """What was scanned goes nowhere."""
        self.query_one(".error", Static).update(translate(_("No document is read here. Sign in first.")))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who proved who they are on the page, and what for."""

    proof: ProvenPerson | None
    """None: the desk is to be left."""
    ends_shift: bool = False


class SignInPage(PeoplePage[None]):
    """Number and PIN. Over a desk it is the page of the locked desk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "forward", _("PIN"), id="sign_in.forward", show=False),
        Binding("f9", "unlock_kit", _("unlock the kit"), id="sign_in.unlock_kit", show=False),
    ]
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {"number": (_NUMBER, EMPTY), "pin": (_PIN, EMPTY)}
    secret_fields: ClassVar[frozenset[str]] = frozenset({"pin"})

    def __init__(
        self,
        place: Workplace,
        people: PostPeople,
        now: Callable[[], datetime],
        take: Callable[[SignedIn], None],
        why: Message = EMPTY,
    ) -> None:
        """`take` gets who proved who they are; `why` says why the desk is locked, and is empty where nobody works."""
        super().__init__()
        self._place = place
        self._people = people
        self._now = now
        self._take = take
        self._why = why
        self._ends_shift = False

    def make_field(self, name: str) -> Input:
        """The number is typed anew by whoever goes back to it."""
        return Input(id=name, select_on_focus=name == "number", compact=True, password=name in self.secret_fields)

    def shown_fields(self) -> Mapping[str, tuple[Message, Message]]:
        """Where cards are read, the field says what to type."""
        hint = _("or the PIN of your card, once it is inserted") if self._people.has_card_reader else EMPTY
        return {**self.fields, "pin": (_PIN, hint)}

    def describe_keys(self) -> Message:
        """What Enter and F10 do at this moment."""
        if self._ends_shift:
            return _("Enter ends the shift · Tab ↑ ↓ move · F10 or Esc goes back")
        if self.is_lock:
            return _("Enter unlocks · Tab ↑ ↓ move · F10 ends the shift")
        return _("Enter signs in · Tab ↑ ↓ move · F10 leaves")

    @property
    def is_lock(self) -> bool:
        """Whether somebody's desk is under it."""
        return bool(self._why)

    def decoration(self) -> Iterator[Static]:
        """Where this is, and the large word."""
        word = _LOCKED if self.is_lock else _SIGN_IN
        yield Static("", markup=False, id="place")
        yield Static("\n".join(draw_large(translate(word))), markup=False, id="word")

    def leading(self) -> Sequence[Message]:
        """Why it is locked, and what number and PIN do."""
        if not self.is_lock:
            return (EMPTY,)
        unlocks = _("Number and PIN unlock; those of somebody else take the shift over.")
        return (
            EMPTY,
            self._why,
            unlocks,
            _("The desk goes on as it was. Documents are not read. F10: end the shift."),
            EMPTY,
        )

    def on_mount(self) -> None:
        """Draw the clock from now on, and say what keeps everybody from signing in."""
        self._show_place()
        self.set_interval(CLOCK_EVERY_S, self._show_place)
        self.query_one("#number", Input).focus()
        if not self.is_lock:
            run_in_background("people", self._look, lambda error: self.post_message(KitRefused(error)))

    def on_resize(self) -> None:
        """Where there are few rows, place and fields go before the large word."""
        self.query_one("#word").display = self.size.height >= _LEAST_ROWS_WITH_WORD

    def _look(self) -> None:
        state = self._people.read_state()
        if state.is_locked:
            what = _("This kit is locked: too many PINs were wrong")
            do = _("A supervisor and a second person unlock it: F9")
        elif not state.has_roster:
            what = _("This kit has no roster of its post yet")
            do = _("Only the technician of the enrolment can sign in; `waypost courier run` fetches the roster")
        else:
            return
        self.post_message(KitRefused(Denied(what, do=do)))

    def _show_place(self) -> None:
        place = self._place
        lane = _("lane {lane}", lane=place.lane) if place.lane else ""
        parts = [translate(_("Waypost")), place.post or place.kit, lane, f"{self._now():%Y-%m-%d %H:%M} UTC"]
        self.query_one("#place", Static).update(" · ".join(safe(part, 40) for part in parts if part))

    def action_back(self) -> None:
        """F10: leave the desk; or end the shift with number and PIN, and once more to unlock it after all."""
        if not self.is_lock:
            self._take(SignedIn(None))
            return
        self._set_ends_shift(not self._ends_shift)

    def action_close(self) -> None:
        """Esc: unlock it after all."""
        self._set_ends_shift(ends_shift=False)

    def _set_ends_shift(self, ends_shift: bool) -> None:
        self._ends_shift = ends_shift
        says = _("Number and PIN of whoever works here end the shift now.") if ends_shift else EMPTY
        self.query_one(".error", Static).update(translate(says))
        self.query_one(".page").border_subtitle = translate(self.describe_keys())

    def submit(self, values: dict[str, str]) -> None:
        """Prove it in the background: it takes tenths of a second."""
        number, pin = values["number"], values["pin"]
        if not number or not pin:
            self.go_to_first_empty()
            return
        self.ask_kit("sign in", lambda: self._people.prove(number, pin))

    def take_answer(self, answer: Any) -> None:
        """Tell who it is. The page stays until there is something to show in its place."""
        for field in self.query(Input):
            field.value = ""
        self.query_one("#number", Input).focus()
        ends_shift = self._ends_shift
        self._set_ends_shift(ends_shift=False)
        self._take(SignedIn(answer, ends_shift))

    def on_kit_refused(self, message: KitRefused) -> None:
        """Show why. The number stays, and the PIN is typed again."""
        if self._is_asking:
            self._set_ends_shift(ends_shift=False)
        super().on_kit_refused(message)

    def action_unlock_kit(self) -> None:
        """F9, on a kit that is locked: two people let everybody sign in again."""

        def look() -> None:
            if self._people.read_state().is_locked:
                self.post_message(KitIsLocked())

        run_in_background("people", look, lambda error: self.post_message(KitRefused(error)))

    def on_kit_is_locked(self) -> None:
        """Ask two people."""

        def tell(says: Message | None) -> None:
            if says is not None:
                self.query_one(".error", Static).update(translate(says))

        self.app.push_screen(UnlockKitDialog(self._people), tell)

    def action_forward(self) -> None:
        """Tab: from number to PIN, and no further: whoever types both again types no PIN behind the number."""
        self.query_one("#pin", Input).focus()

    def begin_again(self, error: WaypostError) -> None:
        """Show why it went no further."""
        self.complain(error)


class FirstPinPage(PeoplePage[ProvenPerson]):
    """A PIN of one's own in place of the one that somebody gave."""

    heading: ClassVar[Message] = _("Choose your own PIN")
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {
        "new": (
            in_context("field of a form", "New PIN"),
            _("at least 6 digits, or a password of at least 10 characters"),
        ),
        "again": (in_context("field of a form", "New PIN again"), EMPTY),
    }
    secret_fields: ClassVar[frozenset[str]] = frozenset({"new", "again"})

    def __init__(self, people: PostPeople, proof: ProvenPerson) -> None:
        super().__init__()
        self._people = people
        self._proof = proof

    def leading(self) -> Sequence[Message]:
        """Why."""
        return (
            _(
                "{name}, your PIN was given to you. Nobody else may know the one you choose.",
                name=self._proof.person.name,
            ),
            _("Other kits of this post take the first one until headquarters has told them."),
            EMPTY,
        )

    def submit(self, values: dict[str, str]) -> None:
        """Change it in the background."""
        if values["new"] != values["again"]:
            raise InputError(_("The two PINs differ"), do=_("Type the new PIN twice"))
        self.ask_kit("change PIN", lambda: self._people.change_secret(self._proof, values["new"]))


@dataclass(frozen=True, slots=True)
class ShiftChoice:
    """How somebody works from now on."""

    role: StaffRole
    place: Place


class ShiftPage(PeoplePage[ShiftChoice]):
    """Role, lane, direction and shift; what one starts with, or takes over."""

    heading: ClassVar[Message] = _("Your shift")

    def __init__(
        self, person: StaffMember, place: Workplace, state: PostState, left: HandOver, takes_over: Message = EMPTY
    ) -> None:
        """`takes_over` names who worked here before; empty for a new shift."""
        super().__init__()
        self._person = person
        self._place = place
        self._state = state
        self._left = left
        self._takes_over = takes_over
        self._roles = [role for role in _USUAL_FIRST if role in person.roles]

    def leading(self) -> Sequence[Message]:
        """Who signs for what."""
        lists = [_("{list}: {age}", list=state.name, age=state.words) for state in self._state.lists]
        signs = _("You take over from {name} and sign for what is open.", name=self._takes_over)
        return (
            _("{name}", name=safe(self._person.name)),
            *((signs,) if self._takes_over else ()),
            _("Lists: {lists}", lists=join(lists, " · ")) if lists else _("This kit has no list."),
            _("Link: {state}", state=safe(self._state.link)) if self._state.link else _("Link: not known"),
            *_describe_open(self._left),
            EMPTY,
        )

    def shown_fields(self) -> Mapping[str, tuple[Message, Message]]:
        """The role is asked for where there are several."""
        role = {
            "role": (in_context("field of a form", "Role"), _describe_choices(ROLE_NAMES[role] for role in self._roles))
        }
        return {
            **(role if len(self._roles) > 1 else {}),
            "lane": (in_context("field of a form", "Lane"), EMPTY),
            "direction": (in_context("field of a form", "Direction"), _describe_choices(DIRECTION_NAMES.values())),
            "shift": (in_context("field of a form", "Shift"), _("may be empty")),
        }

    def make_field(self, name: str) -> Input:
        """Role and direction are chosen among those that there are."""
        if name == "role":
            return ChoiceInput([translate(ROLE_NAMES[role]) for role in self._roles], name)
        if name == "direction":
            return ChoiceInput([translate(each) for each in DIRECTION_NAMES.values()], name)
        return super().make_field(name)

    def on_mount(self) -> None:
        """Begin with what is usual here."""
        usual = {"lane": self._place.lane, "direction": translate(DIRECTION_NAMES[self._place.direction])}
        if len(self._roles) > 1:
            usual["role"] = translate(ROLE_NAMES[self._roles[0]])
        for name, value in usual.items():
            self.query_one(f"#{name}", Input).value = value
        self.query(Input).first().focus()

    def submit(self, values: dict[str, str]) -> None:
        """Close with the choice."""
        place = Place(
            values["lane"][:_MOST_IN_A_WORD], _read_direction(values["direction"]), values["shift"][:_MOST_IN_A_WORD]
        )
        self.dismiss(ShiftChoice(self._read_role(values.get("role", "")), place))

    def _read_role(self, text: str) -> StaffRole:
        if not self._roles:
            raise InputError(
                _("No role of {name} allows screening travellers", name=self._person.name),
                means=_("There is nothing to do at this desk."),
                do=_("Use the command line: `waypost people sign-in`. F10 leaves"),
            )
        for role in self._roles:
            if text.casefold() in ("", role.value, translate(ROLE_NAMES[role]).casefold()):
                return role
        raise InputError(
            _("You do not have this role here"), do=_("Type one of these: {roles}", roles=describe_roles(self._roles))
        )


def _describe_choices(words: Iterable[Message]) -> Message:
    return _("{words}: ← → or the first letter chooses", words=join(words, " · "))


def _read_direction(text: str) -> Direction:
    word = text.casefold()
    names = {translate(name).casefold(): direction for direction, name in DIRECTION_NAMES.items()}
    if word in names:
        return names[word]
    try:
        return Direction(word)
    except ValueError:
        raise InputError(_("This is no direction"), do=_("Type entry, exit or transit")) from None


def _describe_open(left: HandOver) -> Iterator[Message]:
    if left.undecided:
        yield plural("{count} traveller has no decision yet", "{count} travellers have no decision yet", left.undecided)
    if left.waiting:
        yield plural("{count} document waits unscreened", "{count} documents wait unscreened", left.waiting)
    for condition in left.open_work:
        yield _("Work is open under a condition: {condition}", condition=safe(condition, 80))
