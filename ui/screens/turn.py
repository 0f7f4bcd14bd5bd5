"""One traveller's turn at the desk: from the document to the decision.

A turn that has a verdict and no decision is not replaced by the next document: that one waits.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from time import monotonic

from appliance.checks.chip import ENDED
from appliance.chips.steps import ChipStep
from appliance.chips.steps import Stage as ChipStage
from appliance.counter.subject import Subject
from appliance.decisions import DecisionMade
from appliance.result import Progress, Result
from data.errors import WaypostError
from data.findings import State, Verdict
from ui.say import safe

_NUMBERS = count(1)


class Stage(StrEnum):
    """Where a turn stands."""

    WORKING = "working"
    OPEN = "open"
    """A verdict is shown; nothing is decided yet."""
    DECIDING = "deciding"
    """A decision is on its way into the journal."""
    DECIDED = "decided"
    FAILED = "failed"
    """The screening itself failed: no verdict."""


class Turn:
    """One traveller."""

    def __init__(self, subject: Subject) -> None:
        self.number = next(_NUMBERS)
        self.subject = subject
        self.progress: Progress | None = None
        self.decision: DecisionMade | None = None
        self.failure: WaypostError | None = None
        self.chip: ChipStep | None = None
        """The newest step of its chip; holds what the chip said until the turn ends."""
        self.deciding = False
        self.followed = False
        """Whether it began by itself, upon the decision about the traveller before."""
        self.shown_at = 0.0
        """When the newest verdict came, in seconds of the steady clock."""

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.deciding:
            return Stage.DECIDING
        if self.decision:
            return Stage.DECIDED
        if self.result:
            return Stage.OPEN
        return Stage.FAILED if self.failure else Stage.WORKING

    @property
    def result(self) -> Result | None:
        """The verdict that may be shown."""
        return self.progress.result if self.progress else None

    @property
    def over(self) -> bool:
        """Whether the next traveller may come without being asked for."""
        return self.stage in (Stage.DECIDED, Stage.FAILED)

    def told(self, progress: Progress) -> None:
        """A step of the screening. A worse verdict after a decision opens the turn again."""
        before, now = self.result, progress.result
        self.progress = progress
        if now and (before is None or now.verdict is not before.verdict):
            self.shown_at = monotonic()
            if self.decision and now.verdict is not self.decision.verdict:
                self.decision = None

    @property
    def chip_is_read(self) -> bool:
        """Whether its chip is being read, or waited for."""
        return self.chip is not None and self.chip.stage is not ChipStage.ENDED

    @property
    def name(self) -> str:
        """Who it is, for a message on the screen; never for a log."""
        traveller = self.subject.traveller
        if traveller is None:
            return "the traveller"
        return safe(f"{traveller.surname}, {traveller.given}" if traveller.given else traveller.surname, 40)


@dataclass(frozen=True, slots=True)
class Past:
    """What is remembered of an earlier turn, so that a late, worse answer can be told."""

    name: str
    verdict: Verdict | None
    """None when the officer went on before there was one."""


def late_answer(past: Past, progress: Progress) -> str | None:
    """The notice about an earlier traveller whose verdict got worse; None when it did not."""
    result = progress.result
    before = past.verdict or Verdict.CLEAR
    if result is None or result.verdict.seriousness <= before.seriousness or _only_left(result):
        return None
    return f"LATE: {past.name} is now {result.verdict.value.replace('_', ' ').upper()}: tell the second line"


def _only_left(result: Result) -> bool:
    """Whether it got worse only because the officer went on before the chip was read."""
    undone = [one.reason for one in result.findings if one.state is State.NOT_DONE]
    return result.verdict is Verdict.CANNOT_SAY and undone == [ENDED]
