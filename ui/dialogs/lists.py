"""Lists and link: every list with version, age, size and state; standing conditions, and work opened under them.

- A digit opens work under the condition with that number, but not where travellers may see the screen.
- A supervisor opens work with number and PIN; an expired list needs a second person too.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

from rich.console import Group, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from appliance.checks.nothing_to_ask import CHIP_CHECK
from appliance.counter.decisions import SupervisorOverride
from appliance.counter.kit_lists import ListState
from appliance.standing_conditions import ALL_LISTS_CONDITIONS, Condition, ConditionKind
from data.lists.edition import AgeBand
from data.text import EMPTY, Message, _, in_context
from ui.desk.actions import PostPage, Privacy
from ui.desk.desk_port import DeskPort, PostState
from ui.dialogs.dialog import Dialog
from ui.dialogs.two_people import OpenWorkDialog
from ui.text.sanitize import safe
from ui.text.translation import translate

OPENABLE = frozenset(
    {
        ConditionKind.LIST_EXPIRED,
        ConditionKind.LIST_MISSING,
        ConditionKind.LIST_DAMAGED,
        ConditionKind.LIST_UNCONFIRMED,
        ConditionKind.LIST_EMPTY,
        ConditionKind.KIND_NOT_CARRIED,
    }
    | ALL_LISTS_CONDITIONS
)
"""Conditions that make the verdict CANNOT SAY; under the others nobody needs to open work."""
_DEAD_CHIP_READER = Condition(ConditionKind.READER_DEAD, CHIP_CHECK)
"""Makes it CANNOT SAY too; without a page reader, documents are typed."""
MOST_OF_STATUS_LINE = 400
"""Characters of one sentence about the kit's status, which may quote a reason from headquarters."""
_STATES = {
    AgeBand.FRESH: in_context("state of a list", "FRESH"),
    AgeBand.OLD: in_context("state of a list", "OLD"),
    AgeBand.EXPIRED: in_context("state of a list", "EXPIRED"),
}
_PROBLEMS = {
    ConditionKind.LIST_MISSING: in_context("state of a list", "NEVER RECEIVED"),
    ConditionKind.LIST_DAMAGED: in_context("state of a list", "DAMAGED"),
    ConditionKind.LIST_EMPTY: in_context("state of a list", "EMPTY"),
    ConditionKind.LISTS_ERASED: in_context("state of a list", "ERASED"),
    ConditionKind.LIST_UNCONFIRMED: in_context("state of a list", "NOT SEARCHED"),
}
_KINDS = {
    "documents": in_context("kind of list", "documents"),
    "persons": in_context("kind of list", "persons"),
    "trust": in_context("kind of list", "trust"),
    "vehicles": in_context("kind of list", "vehicles"),
    "operations": in_context("kind of list", "operations"),
}


class ListsDialog(Dialog[SupervisorOverride | PostPage]):
    """Ends with an override where work was opened, with the page to be shown instead, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "close", _("close"), id="lists.close", show=False),
        Binding("right,tab", "travellers", _("travellers"), id="lists.travellers", show=False),
    ]

    def __init__(self, post: PostState, late: Sequence[Message], port: DeskPort, privacy: Privacy) -> None:
        super().__init__()
        self._post = post
        self._late = late
        self._port = port
        self._privacy = privacy

    def compose(self) -> ComposeResult:
        """One page."""
        page = VerticalScroll(Static(lists_text(self._post, self._late)), classes="page")
        if self._may_open():
            keys = _("Its number opens work · → travellers · ↑ ↓ scroll · Esc closes")
        else:
            keys = _("→ travellers · ↑ ↓ scroll · Esc or F9 closes")
        self.title_page(page, _("Lists and link"), keys)
        yield page

    def on_mount(self) -> None:
        """Focus the page. It names lists, so in quiet mode it closes by itself."""
        self.query_one(VerticalScroll).focus()
        self.hold_open(self._privacy)

    def action_travellers(self) -> None:
        """Close, to see the travellers."""
        self.dismiss(PostPage.TRAVELLERS)

    def on_key(self, event: events.Key) -> None:
        """A digit opens work under that condition, but not where travellers may see the screen: it takes a while."""
        conditions = openable_conditions(self._post) if self._may_open() else []
        self.take_back_digit(event.time)
        if self.is_after_stray(event.time):
            return
        if event.key.isdigit() and 1 <= int(event.key) <= len(conditions):
            self.answer_by_digit(event, partial(self._open_work, conditions[int(event.key) - 1]))

    def _open_work(self, condition: Condition) -> None:
        self.app.push_screen(OpenWorkDialog(condition, self._port), self._dismiss_with)

    def _may_open(self) -> bool:
        return self._privacy is Privacy.OPEN and bool(openable_conditions(self._post))

    def _dismiss_with(self, override: SupervisorOverride | None) -> None:
        if override:
            self.dismiss(override)


def openable_conditions(post: PostState) -> list[Condition]:
    """At most nine conditions under which work can be opened; the first is number 1."""
    overridden = {override.condition for override in post.overrides}
    openable = (each for each in post.conditions if each.kind in OPENABLE or each == _DEAD_CHIP_READER)
    return [condition for condition in openable if condition not in overridden][:9]


def lists_text(post: PostState, late: Sequence[Message]) -> RenderableType:
    """The whole page, translated."""
    link = _("Link: {state}", state=safe(post.link)) if post.link else _("Link: not known")
    status = [Text(safe(line, MOST_OF_STATUS_LINE)) for line in post.kit_status]
    parts: list[RenderableType] = [Text(translate(link)), *status, Text(""), _table(post)]
    if not post.lists:
        parts.append(Text(translate(_("This kit has no list."))))
    return Group(*parts, Text(""), *_conditions(post), *_late(late))


def _table(post: PostState) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for heading, justify in _COLUMNS:
        table.add_column(Text(translate(heading)), justify=justify)
    is_locked = any(condition.kind in ALL_LISTS_CONDITIONS for condition in post.conditions)
    for state in post.lists:
        table.add_row(*map(Text, _row(state, locked=is_locked)))
    return table


_COLUMNS: tuple[tuple[Message, JustifyMethod], ...] = (
    (in_context("column of the lists", "list"), "left"),
    (in_context("column of the lists", "kind"), "left"),
    (in_context("column of the lists", "version"), "right"),
    (in_context("column of the lists", "updated"), "left"),
    (in_context("column of the lists", "entries"), "right"),
    (in_context("column of the lists", "state"), "left"),
)


def _row(state: ListState, *, locked: bool) -> Iterator[str]:
    edition = state.edition
    yield safe(state.name, 32)
    yield safe(_KINDS.get(edition.kind) or edition.kind, 24) if edition else ""
    yield str(edition.version) if edition else ""
    yield safe(state.words)
    yield f"{edition.count:,}" if edition else ""
    yield translate(_state_word(state, locked=locked))


def _state_word(state: ListState, *, locked: bool) -> Message:
    if locked and state.edition:
        return in_context("state of a list", "LOCKED")
    if state.condition and state.condition.kind in _PROBLEMS:
        return _PROBLEMS[state.condition.kind]
    return _STATES[state.age] if state.age else EMPTY


def _conditions(post: PostState) -> Iterator[Text]:
    yield Text(translate(_("Standing conditions")), "bold")
    if not post.conditions:
        yield Text(translate(in_context("standing conditions", "none")))
    numbers = {condition: number for number, condition in enumerate(openable_conditions(post), 1)}
    for condition in post.conditions:
        yield Text(f"{numbers.get(condition, ' ')} {safe(condition.says)}")
        if condition.do:
            yield Text(f"  {safe(condition.do, MOST_OF_STATUS_LINE)}")
    for override in post.overrides:
        yield Text(f"  {safe(_describe_override(override), MOST_OF_STATUS_LINE)}")


def _describe_override(override: SupervisorOverride) -> Message:
    values = {
        "supervisor": override.supervisor.name,
        "second": override.second.name if override.second else "",
        "time": f"{override.until:%Y-%m-%d %H:%M} UTC",
        "condition": override.condition.says,
    }
    if override.second:
        return _("work opened by {supervisor} and {second} until {time}: {condition}", **values)
    return _("work opened by {supervisor} until {time}: {condition}", **values)


def _late(late: Sequence[Message]) -> Iterator[Text]:
    if late:
        yield Text("")
        yield Text(translate(_("Late answers")), "bold")
    for notice in late:
        yield Text(f"! {safe(notice, 120)}")
