"""Why: every match and candidate, field by field, what argues against it, and the question that decides.

Weak and "elsewhere" matches are shown here only. A discreet record is never shown: the lane's result holds none.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from appliance.answer.wording import AS_OF, check_title, find_age_time
from appliance.screening.result import ScreeningResult
from data.lists.edition import format_age
from data.screenings import Agreement, Finding, PersonCandidate, State
from data.text import Message, _, in_context
from devices.chip.reading import ChipReading
from ui.desk.actions import Privacy
from ui.desk.traveller_session import name_of
from ui.dialogs.dialog import Dialog
from ui.text.candidate import LINE, argument_lines, field_title, heading_line, link_lines, listing_lines, question_lines
from ui.text.chip_result import chip_lines, comparison_lines, vouching_line
from ui.text.sanitize import safe
from ui.text.text_output import code_facts, describe_match
from ui.text.translation import translate
from ui.verdict_style import AGREEMENT_SYMBOLS, AGREEMENT_WORDS, SERIOUS_FIRST, STATE_SYMBOLS, VERDICT_STYLES

_SAYS_LITTLE = (State.PASS, State.NOT_APPLICABLE)


class WhyDialog(Dialog[None]):
    """The reasons of one result."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "close", _("close"), id="why.close", show=False)]

    def __init__(self, result: ScreeningResult, privacy: Privacy, chip: ChipReading | None = None) -> None:
        super().__init__()
        self._result = result
        self._chip = chip
        self._privacy = privacy

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        page = VerticalScroll(Static(why_text(self._result, self._chip)), classes="page")
        title = _(
            "Why {verdict}: {name}",
            verdict=VERDICT_STYLES[self._result.verdict].word,
            name=name_of(self._result.screening.traveller),
        )
        self.title_page(page, title, _("↑ ↓ scroll · Esc or F4 closes"))
        yield page

    def on_mount(self) -> None:
        """Focus the page. In quiet mode it closes by itself."""
        self.query_one(VerticalScroll).focus()
        self.hold_open(self._privacy)


def why_text(result: ScreeningResult, chip: ChipReading | None = None) -> RenderableType:
    """Everything behind a result that the lane may see, and what the chip said; translated."""
    verdict = VERDICT_STYLES[result.verdict]
    says = _("{shape} {word}: {sentence}", shape=verdict.shape, word=verdict.word, sentence=result.says)
    age_time = find_age_time(result.findings, result.screening.at)
    parts: list[RenderableType] = [Text(safe(says, LINE), "bold")]
    parts += [Text(f"{number}. {safe(step, LINE)}") for number, step in enumerate(result.advice.steps, 1)]
    telling = [finding for finding in result.findings if finding.state not in _SAYS_LITTLE or _evidence(finding)]
    telling.sort(key=lambda finding: (SERIOUS_FIRST.index(finding.state), not _evidence(finding)))
    for finding in telling:
        parts += [Text(""), *_finding(finding, age_time)]
    if chip is not None:
        parts += _chip(chip, result)
    rest = [finding for finding in result.findings if finding not in telling]
    return Group(
        *parts, Text(""), *(Text(f"{STATE_SYMBOLS[finding.state]} {safe(finding.says, LINE)}") for finding in rest)
    )


def _indented(line: str, style: str = "") -> RenderableType:
    return Padding(Text(safe(line, LINE), style), (0, 0, 0, 2))


def _chip(reading: ChipReading, result: ScreeningResult) -> Iterator[RenderableType]:
    yield Text("")
    yield Text(translate(_("The chip, step by step")), "bold")
    yield from map(_indented, filter(None, (vouching_line(result.findings), *chip_lines(reading))))
    if reading.comparison:
        yield Text(translate(_("Chip against print")), "bold")
    yield from map(_indented, comparison_lines(reading))


def _evidence(finding: Finding) -> bool:
    return bool(finding.evidence.matches or finding.evidence.candidates or list(code_facts(finding)))


def _finding(finding: Finding, at: datetime) -> Iterator[RenderableType]:
    yield Text(safe(_heading(finding, at), LINE), "bold")
    yield _indented(finding.says)
    yield from map(_indented, code_facts(finding))
    yield from map(_indented, map(describe_match, finding.evidence.matches))
    for candidate in finding.evidence.candidates:
        yield from _candidate(candidate)


def _heading(finding: Finding, at: datetime) -> Message:
    symbol, check, facts = STATE_SYMBOLS[finding.state], check_title(safe(finding.check)), finding.evidence.facts
    if AS_OF not in facts:
        return _("{symbol} {check}", symbol=symbol, check=check)
    age = format_age(at - datetime.fromisoformat(facts[AS_OF]))
    version = safe(facts.get("version", "?"), 12)
    return _(
        "{symbol} {check} (version {version}, updated {age})", symbol=symbol, check=check, version=version, age=age
    )


def _candidate(candidate: PersonCandidate) -> Iterator[RenderableType]:
    yield _indented(heading_line(candidate))
    yield from map(_indented, listing_lines(candidate))
    if not candidate.withheld:
        yield _fields(candidate)
    if candidate.says:
        yield _indented(_("Compared: {comparison}", comparison=candidate.says))
    yield from map(_indented, link_lines(candidate))
    yield from map(_indented, argument_lines(candidate))
    yield from (_indented(line, "bold") for line in question_lines(candidate))


def _fields(candidate: PersonCandidate) -> Table:
    table = Table(box=None, padding=(0, 1), expand=True, show_header=True, header_style="bold")
    field_heading = translate(in_context("column of Why", "field"))
    table.add_column(Text(f"  {field_heading}"), no_wrap=True)
    table.add_column(Text(translate(in_context("column of Why", "traveller"))), ratio=1, overflow="fold")
    table.add_column(Text(translate(in_context("column of Why", "listed"))), ratio=1, overflow="fold")
    table.add_column("", no_wrap=True)
    for field in candidate.fields:
        values = (safe(field.traveller), safe(field.listed), _agreement(field.agreement))
        table.add_row(*map(Text, (f"  {translate(field_title(field.field))}", *values)))
    return table


def _agreement(agreement: Agreement) -> str:
    return f"{AGREEMENT_SYMBOLS[agreement]} {translate(AGREEMENT_WORDS[agreement])}"
