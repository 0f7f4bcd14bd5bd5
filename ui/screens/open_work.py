"""Opens work under a standing condition: a supervisor by name, for an expired list a second person too."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from appliance.openings import FOUR_EYES, Opening
from appliance.standing import Condition
from ui.say import safe
from ui.screens.background import beside
from ui.screens.form import Form, a_name
from ui.screens.messages import NotOpened, WorkOpened


class OpenWork(Form[Opening]):
    """Ends with the opening that is in the journal, or None."""

    heading: ClassVar[str] = "Open work under this condition"

    def __init__(self, condition: Condition, open_work: Callable[[Condition, str, str], Opening]) -> None:
        super().__init__()
        self._condition = condition
        self._open_work = open_work

    def leading(self) -> Sequence[str]:
        """Which condition, and what it means."""
        return (
            f"Condition: {safe(str(self._condition))}",
            "The verdict stays CANNOT SAY; admitting becomes possible, for one shift at most, by name.",
            "",
        )

    def shown_fields(self) -> Mapping[str, tuple[str, str]]:
        """One name or two."""
        fields = {"supervisor": ("Supervisor's name", "")}
        if self._condition.kind in FOUR_EYES:
            fields["second"] = ("Second person's name", "somebody else than the supervisor")
        return fields

    def hand_over(self, values: dict[str, str]) -> None:
        """Ask the kit; it answers with a message."""
        self.go_to_first_empty()
        supervisor = a_name(values["supervisor"], "The supervisor's name")
        second = a_name(values["second"], "The second person's name") if "second" in values else ""
        beside("open work", lambda: self._ask(supervisor, second), lambda error: self.post_message(NotOpened(error)))

    def _ask(self, supervisor: str, second: str) -> None:
        self.post_message(WorkOpened(self._open_work(self._condition, supervisor, second)))

    def on_work_opened(self, message: WorkOpened) -> None:
        """It is in the journal."""
        message.stop()
        self.dismiss(message.opening)

    def on_not_opened(self, message: NotOpened) -> None:
        """It was refused: say why."""
        message.stop()
        self.complain(message.error)
