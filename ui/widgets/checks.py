"""The checks with their reasons: right half of the desk.

A check that was not done says so and comes before those that passed. When there is little room the passed checks share
one line; in quiet mode all checks do, with no reason.
"""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from appliance.answer.referral_words import MEMORY_LOST
from appliance.answer.wording import check_title
from appliance.checks.chip_check import CHIP_PRINT_CHECK
from appliance.checks.nothing_to_ask import CHIP_CHECK
from appliance.screening.result import ScreeningProgress
from appliance.verdict import has_evidence
from data.screenings import Finding, State
from data.text import EMPTY, Message, _, in_context, plural
from ui.desk.actions import Privacy
from ui.text.sanitize import safe
from ui.text.translation import translate
from ui.verdict_style import SERIOUS_FIRST, STATE_SYMBOLS, WORKING_SYMBOL

SENTENCE = 200
_CHIP_CHECKS = (CHIP_CHECK, CHIP_PRINT_CHECK)
_QUIET_STATES = (State.PASS, State.NOT_APPLICABLE)


class Checks(Static):
    """How far the checks are and what they found."""

    DEFAULT_CSS = "Checks { width: 1fr; height: 1fr; padding: 0 1; color: $ink; }"

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._progress: ScreeningProgress | None = None
        self._privacy = Privacy.OPEN
        self._chip = EMPTY

    def show(self, progress: ScreeningProgress | None, privacy: Privacy, chip: Message = EMPTY) -> None:
        """Draw how far a screening is; `chip` says what the reading of its chip waits for, also in quiet mode."""
        if progress is self._progress and privacy is self._privacy and chip == self._chip:
            return
        self._progress, self._privacy, self._chip = progress, privacy, chip
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """How much is shown depends on the room."""
        self._draw()

    def _draw(self) -> None:
        size = self.content_size
        lines = check_lines(self._progress, self._privacy, size.width, size.height, self._chip)
        if self._privacy is Privacy.QUIET:
            heading = in_context("heading of the desk, neutral", "STEPS")
        else:
            heading = in_context("heading of the desk", "CHECKS")
        content = Content("\n").join([Content.styled(translate(heading), "bold $soft-ink"), *map(Content, lines)])
        self.update(content, layout=False)


def check_lines(
    progress: ScreeningProgress | None, privacy: Privacy, width: int, height: int, chip: Message = EMPTY
) -> list[str]:
    """The lines under the heading, translated: at most `height` - 1 of them, each at most `width` cells wide."""
    if progress is None:
        return wrap(translate(_("waiting for a document")), width) if width else []
    if privacy is Privacy.QUIET:
        return [*wrap(translate(_steps_done(progress)), max(20, width)), *_chip_wait_lines(chip, width)]
    findings = sorted(progress.findings, key=lambda finding: SERIOUS_FIRST.index(finding.state))
    waiting = [
        line
        for name in _waiting_checks(progress)
        if not (chip and name in _CHIP_CHECKS)
        for line in _hanging_indent(WORKING_SYMBOL, safe(check_title(safe(name))), width)
    ]
    waiting += _chip_wait_lines(chip, width)
    whole = [line for finding in _distinct(findings) for line in _finding_lines(finding, width)] + waiting
    if len(whole) < height:
        return [*whole, *_steps(progress, width, height - len(whole) - 1)]
    short = _lines_without_passed(findings, width) + waiting
    if len(short) < height:
        return short
    shown = short[: max(0, height - 2)]
    more = plural("and {count} line more: F4", "and {count} lines more: F4", len(short) - len(shown))
    return [*shown, translate(more)]


def _steps_done(progress: ScreeningProgress) -> Message:
    if progress.ended < progress.total:
        return plural(
            "{count} step done of {total}", "{count} steps done of {total}", progress.ended, total=progress.total
        )
    return plural("{count} step done", "{count} steps done", progress.ended)


def _steps(progress: ScreeningProgress, width: int, room: int) -> list[str]:
    """What to do, step by step, where the screen is large enough for all of it."""
    steps = progress.result.advice.steps if progress.result else ()
    numbered = [
        line for number, step in enumerate(steps, 1) for line in _hanging_indent(f"{number}.", safe(step), width)
    ]
    return ["", translate(_("To do")), *numbered] if steps and len(numbered) + 2 <= room else []


def _chip_wait_lines(chip: Message, width: int) -> list[str]:
    return _hanging_indent(WORKING_SYMBOL, safe(chip), width) if chip else []


def _waiting_checks(progress: ScreeningProgress) -> list[str]:
    ended = {finding.check for finding in progress.findings}
    return [name for name in progress.checks if name not in ended]


def _finding_lines(finding: Finding, width: int) -> list[str]:
    return _hanging_indent(STATE_SYMBOLS[finding.state], safe(finding.says, SENTENCE), width)


def _lines_without_passed(findings: Sequence[Finding], width: int) -> list[str]:
    listed = [finding for finding in findings if finding.state not in _QUIET_STATES or _is_always_said(finding)]
    lines = [line for finding in _distinct(listed) for line in _finding_lines(finding, width)]
    unlisted = [finding for finding in findings if finding.state is State.PASS and finding not in listed]
    similar = sum(map(has_evidence, unlisted))
    passed = len(unlisted) - similar
    not_carried = sum(finding.reason == "not_carried" for finding in findings)
    apart = sum(finding.state is State.NOT_APPLICABLE for finding in findings if finding not in listed) - not_carried
    if passed:
        says = plural("{count} check done, nothing found", "{count} checks done, nothing found", passed)
        lines += _hanging_indent(STATE_SYMBOLS[State.PASS], translate(says), width)
    if similar:
        says = plural(
            "{count} check done, only similar records: F4", "{count} checks done, only similar records: F4", similar
        )
        lines += _hanging_indent(STATE_SYMBOLS[State.PASS], translate(says), width)
    if apart:
        says = plural("{count} check not applicable", "{count} checks not applicable", apart)
        lines += _hanging_indent(STATE_SYMBOLS[State.NOT_APPLICABLE], translate(says), width)
    if not_carried:
        says = plural("{count} kind of list not carried", "{count} kinds of list not carried", not_carried)
        lines += _hanging_indent(STATE_SYMBOLS[State.NOT_APPLICABLE], translate(says), width)
    return lines


def _distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One of those that say the same, such as the checks of several lists that lacked a name to search."""
    sentences: set[tuple[State, str]] = set()
    for finding in findings:
        if (finding.state, finding.says) not in sentences:
            sentences.add((finding.state, finding.says))
            yield finding


def _is_always_said(finding: Finding) -> bool:
    """Whether it is shown in full: that a chip is genuine, which officers look for, and that a memory is lost."""
    return (finding.check == CHIP_CHECK and finding.state is State.PASS) or finding.reason == MEMORY_LOST


def _hanging_indent(symbol: str, sentence: str, width: int) -> list[str]:
    return wrap(sentence, max(20, width), initial_indent=f"{symbol} ", subsequent_indent=" " * (len(symbol) + 1)) or [
        symbol
    ]
