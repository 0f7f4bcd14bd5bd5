"""Where a second person has to agree: both prove who they are, in one page.

- Whoever works at the desk types their own PIN again: that a session is open proves nothing about who presses the keys.
- The second person types number and PIN, or headquarters answers by radio or telephone with seven digits.
- The pages have neutral titles, since travellers may see them. Nothing that was typed stays when one closes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from appliance.counter.decisions import FOUR_EYES_CONDITIONS, SupervisorOverride, opening_action
from appliance.people.permissions import GuardedAction
from appliance.people.remote_person import RemoteQuestion
from appliance.standing_conditions import Condition
from data.errors import InputError
from data.people.staff import Actor
from data.text import EMPTY, Message, _, in_context
from ui.desk.desk_people import DeskPeople
from ui.desk.desk_port import DeskPort
from ui.dialogs.dialog import FormDialog
from ui.text.sanitize import safe

_Fields = Mapping[str, tuple[Message, Message]]
SECOND_FIELDS: _Fields = {
    "number": (in_context("field of a form", "Second person's service number"), EMPTY),
    "second_pin": (in_context("field of a form", "Second person's PIN"), EMPTY),
}
SUPERVISOR_FIELDS: _Fields = {
    "supervisor": (in_context("field of a form", "Supervisor's service number"), EMPTY),
    "supervisor_pin": (in_context("field of a form", "Supervisor's PIN"), EMPTY),
}
CODE_FIELD: _Fields = {
    "code": (in_context("field of a form", "Or answer of headquarters"), _("seven digits, by radio"))
}


@dataclass(frozen=True, slots=True)
class PeopleAgreed:
    """What a page about two people ends with."""

    second: Actor | None
    """None: nobody else was asked, where that may be."""


class TwoPeopleDialog(FormDialog[PeopleAgreed]):
    """Ends with the second person, or None."""

    heading: ClassVar[Message] = _("A second person")
    effect: ClassVar[Message] = _(
        "A second person must agree. Nothing is recorded until both have proved who they are."
    )
    secret_fields: ClassVar[frozenset[str]] = frozenset({"own_pin", "second_pin"})

    def __init__(self, who: Message, people: DeskPeople, action: GuardedAction, subject: str) -> None:
        """`who` is the traveller with the verdict; `subject` is what headquarters answers about."""
        super().__init__()
        self._who = who
        self._people = people
        self._action = action
        self.question = people.ask_headquarters(action, subject)
        self._subject = subject

    def leading(self) -> Sequence[Message]:
        """Whom it is about, what agreement does, and what is read to headquarters."""
        session = self._people.session
        own = _("You are {name} ({number}).", name=safe(session.name), number=session.number)
        return (self._who, self.effect, own, *describe_question(self.question, self._people), EMPTY)

    def shown_fields(self) -> _Fields:
        """Without a roster key nobody at headquarters can answer."""
        own = {"own_pin": (in_context("field of a form", "Your own PIN"), EMPTY)}
        return {**own, **SECOND_FIELDS, **(CODE_FIELD if self.question else {})}

    def submit(self, values: dict[str, str]) -> None:
        """Prove both in the background."""
        number, second_pin, code = values["number"], values["second_pin"], values.get("code", "")
        if not values["own_pin"] or not (code or (number and second_pin)):
            self.complain(InputError(_("Something is missing"), do=_("Both prove who they are, or press Esc")))
            self.go_to_first_empty()
            return
        self.ask_kit("second person", lambda: self._prove(values["own_pin"], number, second_pin, code))

    def _prove(self, own_pin: str, number: str, second_pin: str, code: str) -> PeopleAgreed:
        people, question = self._people, self.question
        if code and question and not number:
            return PeopleAgreed(people.prove_with_headquarters(own_pin, question, code))
        return PeopleAgreed(people.prove_two(self._action, own_pin, number, second_pin, self._subject))


class OutcomeDialog(TwoPeopleDialog):
    """The same, or without anybody: then the traveller is referred once more, and it stays open."""

    effect: ClassVar[Message] = _(
        "With a second person this is the outcome. Leave all fields empty and press Enter to leave it open."
    )

    def submit(self, values: dict[str, str]) -> None:
        """Nobody, or both."""
        if any(values.values()):
            super().submit(values)
        else:
            self.dismiss(PeopleAgreed(None))


class OpenWorkDialog(FormDialog[SupervisorOverride]):
    """Ends with the override that is in the journal, or None."""

    heading: ClassVar[Message] = _("Open work under this condition")
    secret_fields: ClassVar[frozenset[str]] = frozenset({"supervisor_pin", "second_pin"})

    def __init__(self, condition: Condition, port: DeskPort) -> None:
        super().__init__()
        self._condition = condition
        self._port = port

    def leading(self) -> Sequence[Message]:
        """Which condition, and what it means."""
        return (
            _("Condition: {condition}", condition=self._condition.says),
            _("The verdict stays CANNOT SAY. Officers can then admit, for one shift at most."),
            EMPTY,
        )

    def shown_fields(self) -> _Fields:
        """One person or two."""
        return {**SUPERVISOR_FIELDS, **(SECOND_FIELDS if self._needs_two else {})}

    @property
    def _needs_two(self) -> bool:
        return self._condition.kind in FOUR_EYES_CONDITIONS

    def submit(self, values: dict[str, str]) -> None:
        """Prove and open it in the background."""
        if not all(values.values()):
            self.complain(InputError(_("Something is missing"), do=_("Fill in every field, or press Esc")))
            self.go_to_first_empty()
            return
        self.ask_kit("open work", lambda: self._open(values))

    def _open(self, values: dict[str, str]) -> SupervisorOverride:
        people, action = self._port.people, opening_action(self._condition)
        supervisor = people.prove_first(action, values["supervisor"], values["supervisor_pin"])
        second = None
        if self._needs_two:
            second = people.prove_second(
                action, values["number"], values["second_pin"], supervisor, self._condition.subject
            )
        return self._port.open_work(self._condition, supervisor, second)


def describe_question(question: RemoteQuestion | None, people: DeskPeople) -> Sequence[Message]:
    """What is read to headquarters."""
    if question is None:
        return ()
    return (
        _(
            "Or by radio, read to headquarters: kit {kit}, case {case}, code {nonce}",
            kit=people.remote.kit,
            case=question.case,
            nonce=question.nonce,
        ),
    )
