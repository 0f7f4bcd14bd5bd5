"""Why: a row per match and candidate, field by field, what argues against, and the question that decides.

Weak and "elsewhere" matches are shown here only. A discreet record is never here: the lane's result has none.
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

from appliance.answer.wording import AS_OF, check_title
from appliance.screening.result import ScreeningResult
from data.lists.edition import format_age
from data.screenings import Finding, PersonCandidate, State
from devices.chip.reading import ChipReading
from ui.desk.actions import Privacy
from ui.dialogs.dialog import Dialog
from ui.text.candidate import SENTENCE, deciding_lines, heading_line, link_lines, listing_lines
from ui.text.chip_result import chip_lines, comparison_lines, vouching_line
from ui.text.sanitize import safe
from ui.text.text_output import code_facts, describe_match
from ui.verdict_style import AGREEMENTS, MARKS, SERIOUS_FIRST, VERDICT_STYLES

_SAYS_LITTLE = (State.PASS, State.NOT_APPLICABLE)


class WhyDialog(Dialog[None]):
    """The reasons of one result."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "close", "close", id="why.close", show=False)]

    def __init__(self, result: ScreeningResult, privacy: Privacy, chip: ChipReading | None = None) -> None:
        super().__init__()
        self._result = result
        self._chip = chip
        self._privacy = privacy

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        page = VerticalScroll(Static(why_text(self._result, self._chip)), classes="page")
        page.border_title = f"Why {VERDICT_STYLES[self._result.verdict].word}"
        page.border_subtitle = "↑ ↓ scroll · Esc or F4 closes"
        yield page

    def on_mount(self) -> None:
        """In quiet mode only while held."""
        self.query_one(VerticalScroll).focus()
        self.hold_open(self._privacy)


def why_text(result: ScreeningResult, chip: ChipReading | None = None) -> RenderableType:
    """Everything behind a result that the lane may see, and what the chip said."""
    verdict = VERDICT_STYLES[result.verdict]
    parts: list[RenderableType] = [Text(f"{verdict.shape} {verdict.word}: {safe(result.says, SENTENCE)}", "bold")]
    parts += [Text(f"{number}. {safe(step, SENTENCE)}") for number, step in enumerate(result.advice.steps, 1)]
    telling = [finding for finding in result.findings if finding.state not in _SAYS_LITTLE or _evidence(finding)]
    telling.sort(key=lambda finding: (SERIOUS_FIRST.index(finding.state), not _evidence(finding)))
    for finding in telling:
        parts += [Text(""), *_finding(finding, result.screening.at)]
    if chip is not None:
        parts += _chip(chip, result)
    rest = [finding for finding in result.findings if finding not in telling]
    return Group(
        *parts, Text(""), *(Text(f"{MARKS[finding.state]} {safe(finding.says, SENTENCE)}") for finding in rest)
    )


def _chip(reading: ChipReading, result: ScreeningResult) -> Iterator[RenderableType]:
    yield Text("\nThe chip, step by step", "bold")
    for line in filter(None, (vouching_line(result.findings), *chip_lines(reading))):
        yield Padding(Text(line), (0, 0, 0, 2))
    if reading.comparison:
        yield Text("Chip against print", "bold")
    for line in comparison_lines(reading):
        yield Padding(Text(line), (0, 0, 0, 2))


def _evidence(finding: Finding) -> bool:
    return bool(finding.evidence.matches or finding.evidence.candidates or list(code_facts(finding)))


def _finding(finding: Finding, at: datetime) -> Iterator[RenderableType]:
    heading = f"{MARKS[finding.state]} {check_title(safe(finding.check))}{_version(finding, at)}"
    yield Text(heading, "bold")
    yield Text(f"  {safe(finding.says, SENTENCE)}")
    for line in code_facts(finding):
        yield Padding(Text(line), (0, 0, 0, 2))
    for match in finding.evidence.matches:
        yield Padding(Text(describe_match(match)), (0, 0, 0, 2))
    for candidate in finding.evidence.candidates:
        yield from _candidate(candidate)


def _version(finding: Finding, at: datetime) -> str:
    facts = finding.evidence.facts
    if AS_OF not in facts:
        return ""
    age = format_age(at - datetime.fromisoformat(facts[AS_OF]))
    return f"  (version {safe(facts.get('version', '?'), 12)}, as of {age})"


def _candidate(candidate: PersonCandidate) -> Iterator[RenderableType]:
    yield Padding(Text(heading_line(candidate)), (0, 0, 0, 2))
    for line in listing_lines(candidate):
        yield Padding(Text(line), (0, 0, 0, 2))
    if not candidate.withheld:
        yield _fields(candidate)
    if candidate.says:
        yield Padding(Text(f"Compared: {safe(candidate.says, SENTENCE)}"), (0, 0, 0, 2))
    for line in (*link_lines(candidate), *deciding_lines(candidate)):
        yield Padding(Text(line, "bold" if line.startswith("To decide") else ""), (0, 0, 0, 2))


def _fields(candidate: PersonCandidate) -> Table:
    table = Table(box=None, padding=(0, 1), expand=True, show_header=True, header_style="bold")
    for heading, ratio in (("  field", 3), ("traveller", 5), ("listed", 5)):
        table.add_column(heading, ratio=ratio, overflow="fold")
    table.add_column("", no_wrap=True, width=9)
    for field in candidate.fields:
        words = (f"  {safe(field.field, 20)}", safe(field.traveller), safe(field.listed), AGREEMENTS[field.agreement])
        table.add_row(*map(Text, words))
    return table
