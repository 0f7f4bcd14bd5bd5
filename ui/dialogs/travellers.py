"""Travellers of the last hours: without a decision, waiting to be screened, referred without an outcome, decided.

- One row each, the most urgent first. Enter calls the traveller back, or screens the document that waits.
- Who is on the screen is listed apart, so that "without a decision" has as many rows as the desk's first line counts.
- A decision is corrected by another one, which is appended.
- The page shows verdicts and names, so where travellers may see the screen it closes by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from appliance.counter.past_travellers import MOST_OWN, TravellerOverview
from data.journal.travellers import PastScreening
from data.screenings import Decision
from data.text import Message, _, in_context, plural
from ui.desk.actions import PostPage, Privacy
from ui.desk.traveller_session import name_of
from ui.desk.waiting import WaitingDocument, WaitingDocuments
from ui.dialogs.dialog import Dialog
from ui.text.journal_text import describe_typing
from ui.text.sanitize import safe, shorten
from ui.text.translation import translate
from ui.verdict_style import VERDICT_STYLES
from ui.widgets.choice_rows import ChoiceRows

_DECISIONS = {
    Decision.ADMIT: in_context("a decision", "admitted"),
    Decision.REFUSE: in_context("a decision", "refused"),
    Decision.REFER: in_context("a decision", "referred"),
    Decision.WITHDREW: in_context("a decision", "withdrew"),
}
_LINE_COLUMNS = 100
_NAME_COLUMNS, _VERDICT_COLUMNS, _STATE_COLUMNS = 26, 14, 28


@dataclass(frozen=True, slots=True)
class TravellerChoice:
    """What the officer chose: a traveller to call back, or a document that waits."""

    past: PastScreening | None = None
    waiting: WaitingDocument | None = None

    @property
    def name(self) -> str:
        """Whom it is about, safe to show."""
        if self.waiting is not None:
            return name_of(self.waiting.subject.traveller)
        return name_of(self.past.screening.traveller if self.past and self.past.screening else None)


class TravellersDialog(Dialog[TravellerChoice | PostPage]):
    """Ends with a choice, with the page to be shown instead, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "close", _("close"), id="travellers.close", show=False),
        Binding("left", "lists", _("lists"), id="travellers.lists", show=False),
        Binding("right", "people", _("people"), id="travellers.people", show=False),
    ]

    def __init__(
        self, overview: TravellerOverview, waiting: WaitingDocuments, privacy: Privacy, on_screen: str = ""
    ) -> None:
        """`on_screen` is the screening on the desk under this page; empty: none."""
        super().__init__()
        self._privacy = privacy
        self._on_screen = on_screen
        self._choices: list[TravellerChoice] = []
        self._rows = list(self._make_rows(overview, waiting))

    def compose(self) -> ComposeResult:
        """One page."""
        with VerticalScroll(classes="page", can_focus=False) as page:
            self.title_page(page, _("Travellers"), _("Enter calls back · ↑ ↓ choose · ← lists · → people · Esc closes"))
            if self._choices:
                yield ChoiceRows(*self._rows, markup=False)
            else:
                yield Static(translate(_("Nobody waits, and nobody was decided about in this shift.")), markup=False)

    def on_mount(self) -> None:
        """Focus the rows, the first of them chosen."""
        for rows in self.query(OptionList):
            rows.focus()
            rows.action_first()
        self.hold_open(self._privacy)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with that row's choice."""
        event.stop()
        if event.option_id is not None:
            self.dismiss(self._choices[int(event.option_id)])

    def action_lists(self) -> None:
        """Close, to see the lists."""
        self.dismiss(PostPage.LISTS)

    def action_people(self) -> None:
        """Close, to see the people of the post."""
        self.dismiss(PostPage.PEOPLE)

    def _make_rows(self, overview: TravellerOverview, waiting: WaitingDocuments) -> Iterator[Option]:
        undecided = [(past, _UNDECIDED) for past in overview.undecided]
        yield from self._section(
            _("Without a decision"), [(past, state) for past, state in undecided if past.id != self._on_screen]
        )
        if overview.unlisted_undecided:
            yield _heading(
                plural(
                    "{count} more traveller has no decision: decide on these first",
                    "{count} more travellers have no decision: decide on these first",
                    overview.unlisted_undecided,
                )
            )
        yield from self._section(
            _("On the screen, without a decision so far"),
            [(past, state) for past, state in undecided if past.id == self._on_screen],
        )
        documents = list(waiting)
        if documents:
            yield _heading(_("Read and not screened yet"))
            for document in documents:
                yield self._option(_describe_waiting(document), TravellerChoice(waiting=document))
        yield from self._section(
            _("Referred, no outcome yet"), [(past, _describe_decision(past)) for past in overview.referred]
        )
        yield from self._section(
            _("Your decisions of this shift"), [(past, _describe_decision(past)) for past in overview.decided]
        )
        if overview.are_decided_cut:
            yield _heading(
                _("Only your newest {count} can be called back: for an earlier one, scan the document", count=MOST_OWN)
            )

        if overview.typing:
            yield _heading(_("Typed queries that you should look at"))
        for day in overview.typing:
            yield Option(Content(shorten(translate(describe_typing(day)), _LINE_COLUMNS)), disabled=True)

    def _section(self, title: Message, travellers: list[tuple[PastScreening, Message]]) -> Iterator[Option]:
        if travellers:
            yield _heading(title)
        for past, state in travellers:
            yield self._option(self._describe(past, state), TravellerChoice(past=past))

    def _option(self, text: str, choice: TravellerChoice) -> Option:
        self._choices.append(choice)
        return Option(Content(text), id=str(len(self._choices) - 1))

    def _describe(self, past: PastScreening, state: Message) -> str:
        style = VERDICT_STYLES[past.verdict]
        verdict = f"{style.shape} {translate(style.word)}" if self._privacy is Privacy.OPEN else translate(style.digit)
        name = name_of(past.screening.traveller if past.screening else None)
        return " ".join(
            (
                f"{past.at:%H:%M}",
                _fit(verdict, _VERDICT_COLUMNS),
                _fit(translate(name), _NAME_COLUMNS),
                shorten(translate(state), _STATE_COLUMNS),
            )
        )


_UNDECIDED = in_context("a decision", "UNDECIDED")


def _heading(title: Message) -> Option:
    return Option(Content.styled(translate(title), "bold $soft-ink"), disabled=True)


def _describe_decision(past: PastScreening) -> Message:
    if past.decision is None:
        return _UNDECIDED
    return _("{decision} {time}", decision=_DECISIONS[past.decision.decision], time=f"{past.decision.at:%H:%M}")


def _describe_waiting(document: WaitingDocument) -> str:
    first = document.subject.documents[0] if document.subject.documents else None
    name = translate(name_of(document.subject.traveller))
    number = safe(" ".join(filter(None, (first.issuer, first.number))), 20) if first else ""
    since = _("since {time}", time=f"{document.since:%H:%M}") if document.since else _("waits")
    return " ".join(
        (_fit(name, _NAME_COLUMNS), _fit(number, _VERDICT_COLUMNS + 3), shorten(translate(since), _STATE_COLUMNS))
    )


def _fit(text: str, columns: int) -> str:
    """`text` in exactly so many cells."""
    short = shorten(text, columns)
    return short + " " * (columns - cell_len(short))
