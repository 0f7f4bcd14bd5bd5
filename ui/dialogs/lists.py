"""Lists and link: every list with version, age, size and state; standing conditions, and work opened under them.

- A digit opens work under the condition with that number, but not where travellers may see the screen.
- Work is opened by a supervisor by name; for an expired list a second person is named too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from appliance.counter.decisions import FOUR_EYES_CONDITIONS, SupervisorOverride
from appliance.counter.kit_lists import ListState
from appliance.standing_conditions import ALL_LISTS_CONDITIONS, Condition, ConditionKind
from ui.desk.actions import Privacy
from ui.desk.desk_port import DeskPort, PostState
from ui.desk.messages import OpenWorkFailed, WorkOpened, run_in_background
from ui.dialogs.dialog import Dialog, FormDialog, require_name
from ui.text.sanitize import safe


class OpenWorkDialog(FormDialog[SupervisorOverride]):
    """Ends with the override that is in the journal, or None."""

    heading: ClassVar[str] = "Open work under this condition"

    def __init__(self, condition: Condition, open_work: Callable[[Condition, str, str], SupervisorOverride]) -> None:
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
        if self._condition.kind in FOUR_EYES_CONDITIONS:
            fields["second"] = ("Second person's name", "somebody else than the supervisor")
        return fields

    def hand_over(self, values: dict[str, str]) -> None:
        """Ask the kit; it answers with a message."""
        self.go_to_first_empty()
        supervisor = require_name(values["supervisor"], "The supervisor's name")
        second = require_name(values["second"], "The second person's name") if "second" in values else ""
        run_in_background(
            "open work", lambda: self._ask(supervisor, second), lambda error: self.post_message(OpenWorkFailed(error))
        )

    def _ask(self, supervisor: str, second: str) -> None:
        self.post_message(WorkOpened(self._open_work(self._condition, supervisor, second)))

    def on_work_opened(self, message: WorkOpened) -> None:
        """It is in the journal."""
        message.stop()
        self.dismiss(message.override)

    def on_open_work_failed(self, message: OpenWorkFailed) -> None:
        """It was refused: say why."""
        message.stop()
        self.complain(message.error)


OPENABLE = frozenset(
    {
        ConditionKind.LIST_EXPIRED,
        ConditionKind.LIST_MISSING,
        ConditionKind.LIST_DAMAGED,
        ConditionKind.KIND_NOT_CARRIED,
    }
    | ALL_LISTS_CONDITIONS
)
"""Conditions that keep travellers at CANNOT SAY; the others need none."""
MOST_OF_STATUS_LINE = 400
"""Letters of one sentence about the kit's status; it holds headquarters' own reason."""


class ListsDialog(Dialog[SupervisorOverride]):
    """Ends with an override where work was opened, else None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "close", "close", id="lists.close", show=False)]

    def __init__(self, post: PostState, late: Sequence[str], port: DeskPort, privacy: Privacy) -> None:
        super().__init__()
        self._post = post
        self._late = late
        self._port = port
        self._privacy = privacy

    def compose(self) -> ComposeResult:
        """One page."""
        page = VerticalScroll(Static(lists_text(self._post, self._late)), classes="page")
        page.border_title = "Lists and link"
        opens = "digit opens work · " if self._may_open() else ""
        page.border_subtitle = f"{opens}↑ ↓ scroll · Esc or F9 closes"
        yield page

    def on_mount(self) -> None:
        """It names lists: in quiet mode only while held."""
        self.query_one(VerticalScroll).focus()
        self.hold_open(self._privacy)

    def on_key(self, event: events.Key) -> None:
        """A digit opens work under that condition. Not where travellers may see the screen: it takes its time."""
        conditions = openable_conditions(self._post) if self._may_open() else []
        if event.key.isdigit() and 1 <= int(event.key) <= len(conditions):
            event.stop()
            self.app.push_screen(
                OpenWorkDialog(conditions[int(event.key) - 1], self._port.open_work), self._dismiss_with
            )

    def _may_open(self) -> bool:
        return self._privacy is Privacy.OPEN and bool(openable_conditions(self._post))

    def _dismiss_with(self, override: SupervisorOverride | None) -> None:
        if override:
            self.dismiss(override)


def openable_conditions(post: PostState) -> list[Condition]:
    """Conditions under which work can be opened, in the order of their numbers; at most nine."""
    overridden = {override.condition for override in post.overrides}
    return [condition for condition in post.conditions if condition.kind in OPENABLE and condition not in overridden][
        :9
    ]


def lists_text(post: PostState, late: Sequence[str]) -> RenderableType:
    """The whole page."""
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for heading in ("list", "kind", "version", "as of", "entries", "state"):
        table.add_column(heading, justify="right" if heading in ("version", "entries") else "left")
    for state in post.lists:
        table.add_row(
            *map(Text, _row(state, locked=any(condition.kind in ALL_LISTS_CONDITIONS for condition in post.conditions)))
        )
    status = [Text(safe(line, MOST_OF_STATUS_LINE)) for line in post.kit_status]
    parts: list[RenderableType] = [Text(f"Link: {safe(post.link) or 'not known'}"), *status, Text(""), table]
    if not post.lists:
        parts.append(Text("No list is carried."))
    return Group(*parts, Text(""), *_conditions(post), *_late(late))


def _row(state: ListState, *, locked: bool) -> Iterator[str]:
    edition = state.edition
    yield safe(state.name, 32)
    yield safe(edition.kind, 12) if edition else ""
    yield str(edition.version) if edition else ""
    yield state.words
    yield f"{edition.count:,}" if edition else ""
    if locked and edition:
        yield "LOCKED"
    else:
        yield state.age.value.upper() if state.age else state.words.upper()


def _conditions(post: PostState) -> Iterator[Text]:
    yield Text("Standing conditions", "bold")
    if not post.conditions:
        yield Text("none")
    numbers = {condition: number for number, condition in enumerate(openable_conditions(post), 1)}
    for condition in post.conditions:
        number = f"{numbers[condition]} " if condition in numbers else "  "
        yield Text(f"{number}{safe(str(condition))}")
    for override in post.overrides:
        second = f" and {safe(override.second)}" if override.second else ""
        until = f"{override.until:%Y-%m-%d %H:%M} UTC"
        yield Text(
            f"  work opened by {safe(override.supervisor)}{second} until {until}: {safe(str(override.condition))}"
        )


def _late(late: Sequence[str]) -> Iterator[Text]:
    if late:
        yield Text("")
        yield Text("Late answers", "bold")
    for notice in late:
        yield Text(f"! {safe(notice, 120)}")
