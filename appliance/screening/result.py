"""What a screening reports to its screen: its progress, its result, and the findings of checks that gave no answer.

- These values are for the lane's screen, so `findings`, `says`, `second_line` and `advice` never have a discreet record
  (docs/screening.md, "Actions").
- `discreet_findings` is for cleared roles only, and must not be drawn, counted or hinted at on a lane.
"""

from dataclasses import dataclass, replace

from appliance.answer.advice import Advice
from appliance.answer.wording import check_title
from appliance.screening.check_ports import Check
from data.errors import Locked, StoreError
from data.screenings import Evidence, Finding, Screening, State, Verdict
from data.text import Message, _, join

JOURNAL_FINDING = "journal"
"""Name of the finding of a verdict that could not be recorded."""


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """A verdict that may be shown. It is in the journal, unless `is_recorded` says that it could not be written."""

    screening: Screening
    verdict: Verdict
    findings: tuple[Finding, ...]
    """In the order of the checks; a finding `journal` comes last if the journal could not be written."""
    says: Message
    """The sentence under the verdict word: what decided."""
    second_line: Message
    """`Nothing found; lists updated 3 hours ago`, or what was found."""
    advice: Advice
    """What the officer does next."""
    revision: int
    """Newest committed revision of this screening; 0 if the journal has none."""
    elapsed_ms: float
    """From the start of the screening to this verdict."""
    complete: bool
    """Every check has ended or passed its deadline. A later, worse result may still come (`Screener.screen`)."""
    discreet_findings: tuple[Finding, ...] = ()
    """The full findings of which the lane sees only a part. For cleared roles only."""
    is_recorded: bool = True
    """Whether the journal has this verdict."""


@dataclass(frozen=True, slots=True)
class ScreeningProgress:
    """The progress of a screening."""

    screening: Screening
    checks: tuple[str, ...]
    """Names of all checks, in order."""
    findings: tuple[Finding, ...]
    """Of the checks that ended, in order, as the lane may see them."""
    result: ScreeningResult | None = None
    """The result so far; None while WORKING, which is no verdict."""

    @property
    def ended(self) -> int:
        """Number of checks that ended or passed their deadline."""
        return len(self.findings)

    @property
    def total(self) -> int:
        """Number of checks."""
        return len(self.checks)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict to show; None while WORKING."""
        return self.result.verdict if self.result else None


def locked_finding(check: Check, locked: Locked) -> Finding:
    """The finding of a check whose list nobody may read now; it quotes nobody."""
    return not_done_finding(check, f"lists_{locked.state}", join(filter(None, (locked.what, locked.do)), ". "))


def failure_finding(check: Check, error: BaseException) -> Finding:
    """The finding of a check that raised."""
    says = _("{check}: failed, so it gave no answer", check=check_title(check.name))
    if isinstance(error, StoreError):
        says = join(filter(None, (says, error.what, error.do)), ". ")
    return not_done_finding(check, "error", says, error)


def timeout_finding(check: Check, after_s: float) -> Finding:
    """The finding of a check that passed its deadline."""
    says = _("{check}: no answer within {seconds} s", check=check_title(check.name), seconds=f"{after_s:g}")
    return replace(not_done_finding(check, "timeout", says), elapsed_ms=after_s * 1000)


def hung_finding(check: Check) -> Finding:
    """The finding of a check that is not started because earlier runs of it still hang."""
    says = _("{check}: not run, because it is still stuck on earlier travellers", check=check_title(check.name))
    return not_done_finding(check, "hung", says)


def not_done_finding(check: Check, reason: str, says: Message, error: BaseException | None = None) -> Finding:
    """A finding that gives no answer."""
    facts = {"error": type(error).__name__} if error is not None else {}
    return Finding(check.name, State.NOT_DONE, reason, says, check.mandatory, Evidence(facts=facts))
