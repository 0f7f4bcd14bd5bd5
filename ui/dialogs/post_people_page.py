"""People of the post: who may work here, who works now, who is locked; and what two people do for others.

- Enter on a row unlocks whoever is locked, and gives anybody else a new first PIN. It takes two people, who prove who
  they are on one page: the one who works at the desk types their own PIN, and the second person number and PIN, or
  headquarters answers by radio.
- A first PIN is shown once, on a page of its own, and not where travellers may see the screen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from appliance.people.permissions import ROLE_NAMES, GuardedAction
from appliance.people.post_administration import LOCAL_ROLES, LONGEST_LOCAL, NewLocalPerson, PostAdministration
from appliance.people.post_people import PostPeople
from appliance.people.post_roll import PostRoll
from data.errors import InputError
from data.people.staff import Actor, StaffRole
from data.text import EMPTY, Message, _, in_context
from ui.desk.actions import PostPage, Privacy
from ui.desk.desk_people import DeskPeople
from ui.dialogs.dialog import Dialog, FormDialog
from ui.dialogs.two_people import CODE_FIELD, SECOND_FIELDS, SUPERVISOR_FIELDS, describe_question
from ui.text.people_text import describe_person, describe_session
from ui.text.sanitize import safe
from ui.text.translation import translate
from ui.widgets.choice import ChoiceInput
from ui.widgets.choice_rows import ChoiceRows

_OWN_PIN = {"own_pin": (in_context("field of a form", "Your own PIN"), EMPTY)}
_NOT_IN_QUIET = _("Not where travellers may see the screen: press F3 first")
_KIT_UNLOCKED = _("People can sign in on this kit again. Who is locked stays so.")
_LOCAL_ROLES = tuple(role for role in StaffRole if role in LOCAL_ROLES)


@dataclass(frozen=True, slots=True)
class AdministrationTask:
    """What two people do."""

    action: GuardedAction
    subject: str
    """A service number, or `KIT`: what headquarters is told."""
    effect: Message
    do: Callable[[DeskPeople, Actor, Actor], Message]
    """What it came to, to be shown."""


def unlock_task(number: str) -> AdministrationTask:
    """All tries again for one person."""

    def do(people: DeskPeople, first: Actor, second: Actor) -> Message:
        people.administration.unlock_person(number, first, second)
        return _("{number} has all tries again.", number=number)

    effect = _("{number} was locked after wrong PINs, and can sign in again.", number=number)
    return AdministrationTask(GuardedAction.UNLOCK_PERSON, number, effect, do)


def unlock_kit_task() -> AdministrationTask:
    """All tries again for the kit."""

    def do(people: DeskPeople, first: Actor, second: Actor) -> Message:
        people.administration.unlock_kit(first, second)
        return _KIT_UNLOCKED

    effect = _("Too many PINs were wrong on this kit. People can sign in again; who is locked stays so.")
    return AdministrationTask(GuardedAction.UNLOCK_PERSON, "KIT", effect, do)


def first_pin_task(number: str) -> AdministrationTask:
    """A new first PIN."""

    def do(people: DeskPeople, first: Actor, second: Actor) -> Message:
        return _describe_pin(number, people.administration.give_first_pin(number, first, second))

    effect = _("{number} gets a new first PIN. The one before is dead at once.", number=number)
    return AdministrationTask(GuardedAction.NEW_FIRST_PIN, number, effect, do)


class PeopleDialog(Dialog[PostPage]):
    """Ends with the page to be shown instead, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "close", _("close"), id="people.leave", show=False),
        Binding("left", "travellers", _("travellers"), id="people.travellers", show=False),
    ]

    def __init__(self, roll: PostRoll, people: DeskPeople, privacy: Privacy) -> None:
        super().__init__()
        self._roll = roll
        self._people = people
        self._privacy = privacy
        self._tasks: list[AdministrationTask | None] = []
        """What Enter does on each row; None: add somebody."""

    def compose(self) -> ComposeResult:
        """Whoever works now, and one row for each person."""
        with VerticalScroll(classes="page", can_focus=False) as page:
            self.title_page(page, _("People of the post"), _("Enter: unlock, new PIN · ← travellers · Esc closes"))
            for session in self._roll.sessions:
                yield Static(translate(describe_session(session)), markup=False)
            yield Static("")
            yield ChoiceRows(*self._rows(), markup=False)
            yield Static("", classes="error", markup=False)

    def _rows(self) -> Iterator[Option]:
        if self._roll.state.is_locked:
            self._tasks.append(unlock_kit_task())
            yield Option(translate(_("THE KIT IS LOCKED: too many PINs were wrong")))
        for person in self._roll.known.people:
            if StaffRole.SERVICE in person.roles:
                continue  # a program signs in nowhere
            number = person.number
            self._tasks.append(unlock_task(number) if number in self._roll.locked else first_pin_task(number))
            yield Option(translate(describe_person(person, self._roll)))
        self._tasks.append(None)
        yield Option(translate(_("Let somebody else work here for some days")))

    def on_mount(self) -> None:
        """Focus the rows. The page names people, so in quiet mode it closes by itself."""
        rows = self.query_one(ChoiceRows)
        rows.focus()
        rows.action_first()
        self.hold_open(self._privacy)

    def action_travellers(self) -> None:
        """Close, to see the travellers."""
        self.dismiss(PostPage.TRAVELLERS)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ask two people, but not where travellers may see the screen: it takes a while, and may show a PIN."""
        event.stop()
        if self._privacy is Privacy.QUIET:
            self.query_one(".error", Static).update(translate(_NOT_IN_QUIET))
            return
        task = self._tasks[event.option_index]
        page = AdministrationDialog(task, self._people) if task else AddPersonDialog(self._people)
        self.app.push_screen(page, self._show_outcome)

    def _show_outcome(self, says: Message | None) -> None:
        def show_anew(_answer: None) -> None:
            self.dismiss(PostPage.PEOPLE)

        if says is not None:
            self.app.push_screen(OutcomePage(says), show_anew)


class AdministrationDialog(FormDialog[Message]):
    """Both prove who they are, and it is done; ends with what it came to, or None."""

    heading: ClassVar[Message] = _("A second person")
    secret_fields: ClassVar[frozenset[str]] = frozenset({"own_pin", "second_pin"})

    def __init__(self, task: AdministrationTask, people: DeskPeople) -> None:
        super().__init__()
        self._wanted = task
        self._people = people
        self._question = people.ask_headquarters(task.action, task.subject)

    def leading(self) -> Sequence[Message]:
        """What it does, and what is read to headquarters."""
        session = self._people.session
        own = _("You are {name} ({number}).", name=safe(session.name), number=session.number)
        return (self._wanted.effect, own, *describe_question(self._question, self._people), EMPTY)

    def shown_fields(self) -> Mapping[str, tuple[Message, Message]]:
        """Without a roster key nobody at headquarters can answer."""
        return {**_OWN_PIN, **SECOND_FIELDS, **(CODE_FIELD if self._question else {})}

    def submit(self, values: dict[str, str]) -> None:
        """Prove both in the background, and do it."""
        if not values["own_pin"] or not (values.get("code") or (values["number"] and values["second_pin"])):
            self.go_to_first_empty()
            raise InputError(_("Something is missing"), do=_("Both prove who they are, or press Esc"))
        self.ask_kit("administration", lambda: self._do(values))

    def _do(self, values: dict[str, str]) -> Message:
        people, task = self._people, self._wanted
        first = people.prove_first(task.action, people.session.number, values["own_pin"])
        code = values.get("code", "")
        if code and self._question and not values["number"]:
            second = people.remote.answer(self._question, code)
        else:
            second = people.prove_second(task.action, values["number"], values["second_pin"], first, task.subject)
        return task.do(people, first, second)


class UnlockKitDialog(FormDialog[Message]):
    """Nobody can sign in, so both prove who they are here; ends with what it came to, or None."""

    heading: ClassVar[Message] = _("Unlock the kit")
    lead: ClassVar[Sequence[Message]] = (
        _("Too many PINs were wrong on this kit. People can sign in again; who is locked stays so."),
        EMPTY,
    )
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {**SUPERVISOR_FIELDS, **SECOND_FIELDS}
    secret_fields: ClassVar[frozenset[str]] = frozenset({"supervisor_pin", "second_pin"})

    def __init__(self, people: PostPeople) -> None:
        super().__init__()
        self._people = people

    def submit(self, values: dict[str, str]) -> None:
        """Prove both in the background, and do it."""
        if not all(values.values()):
            self.go_to_first_empty()
            raise InputError(_("Something is missing"), do=_("Fill in every field, or press Esc"))
        self.ask_kit("administration", lambda: self._do(values))

    def _do(self, values: dict[str, str]) -> Message:
        people, action = self._people, GuardedAction.UNLOCK_PERSON
        first = people.prove_first(values["supervisor"], values["supervisor_pin"], action)
        second = people.prove_second(values["number"], values["second_pin"], action, first, "KIT")
        PostAdministration(people.home, people).unlock_kit(first, second)
        return _KIT_UNLOCKED


class AddPersonDialog(FormDialog[Message]):
    """Somebody whom headquarters does not know yet works here for some days; ends with their first PIN, or None."""

    heading: ClassVar[Message] = _("Let somebody work here for some days")
    lead: ClassVar[Sequence[Message]] = (
        _("Headquarters hears of it. Until then they work on this kit only, as officer or trainee."),
        EMPTY,
    )
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {
        "new_number": (in_context("field of a form", "Their service number"), EMPTY),
        "name": (in_context("field of a form", "Their name"), EMPTY),
        "role": (in_context("field of a form", "Role"), _("← → or the first letter chooses")),
        "days": (in_context("field of a form", "Days"), _("at most {days}", days=LONGEST_LOCAL.days)),
        **_OWN_PIN,
        **SECOND_FIELDS,
    }
    secret_fields: ClassVar[frozenset[str]] = frozenset({"own_pin", "second_pin"})

    def __init__(self, people: DeskPeople) -> None:
        super().__init__()
        self._people = people

    def make_field(self, name: str) -> Input:
        """The role is chosen."""
        if name == "role":
            return ChoiceInput([translate(ROLE_NAMES[role]) for role in _LOCAL_ROLES], name)
        return super().make_field(name)

    def submit(self, values: dict[str, str]) -> None:
        """Prove both in the background, and do it."""
        if not all(values.values()):
            self.go_to_first_empty()
            raise InputError(_("Something is missing"), do=_("Fill in every field, or press Esc"))
        if not values["days"].isdecimal():
            raise InputError(_("This is no number of days"), do=_("Type 1 to {most}", most=LONGEST_LOCAL.days))
        words = [translate(ROLE_NAMES[role]) for role in _LOCAL_ROLES]
        role = _LOCAL_ROLES[words.index(values["role"])]
        new = NewLocalPerson(values["new_number"], values["name"], role, timedelta(days=int(values["days"][:4])))
        self.ask_kit("administration", lambda: self._do(values, new))

    def _do(self, values: dict[str, str], new: NewLocalPerson) -> Message:
        people, action = self._people, GuardedAction.ADD_LOCAL_PERSON
        first = people.prove_first(action, people.session.number, values["own_pin"])
        second = people.prove_second(action, values["number"], values["second_pin"], first, new.number)
        return _describe_pin(new.number, people.administration.add_local_person(new, first, second))


class OutcomePage(Dialog[None]):
    """What was done. A first PIN stands here once."""

    def __init__(self, says: Message) -> None:
        super().__init__()
        self._says = says

    def compose(self) -> ComposeResult:
        """One sentence."""
        with VerticalScroll(classes="page") as page:
            self.title_page(page, _("Done"), _("Esc closes"))
            yield Static(translate(self._says), markup=False)

    def on_mount(self) -> None:
        """Focus the page, which takes the keys."""
        self.query_one(VerticalScroll).focus()


def _describe_pin(number: str, pin: str) -> Message:
    return _(
        "First PIN of {number}: {pin}. It is shown only now, and must be changed when it is first used.",
        number=safe(number.upper()),
        pin=pin,
    )
