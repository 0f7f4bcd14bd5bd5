"""What a screening reports to its screen: how far it is, and the answer.

- The lane's screen is the default reader of these values, so `findings`, `says`, `second_line` and `advice` never hold
  a discreet record (docs/screening.md, "Actions").
- `discreet_findings` is for cleared roles only and must not be drawn, counted or hinted at on a lane.
"""

from dataclasses import dataclass

from appliance.answer.wording import Advice
from data.screenings import Finding, Screening, Verdict


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """A verdict that is in the journal, and so may be shown."""

    screening: Screening
    verdict: Verdict
    findings: tuple[Finding, ...]
    """In the order of the checks; a finding `journal` comes last when the journal could not be written."""
    says: str
    """The one sentence under the verdict word: what decided."""
    second_line: str
    """`Nothing found as of 3 hours ago`, or what was found."""
    advice: Advice
    """What the officer does next."""
    revision: int
    """Newest committed revision of this screening; 0 when the journal has none."""
    elapsed_ms: float
    """From the start of the screening to this verdict."""
    complete: bool
    """Every check has ended or passed its deadline. A later, worse result may still come (`Screener.screen`)."""
    discreet_findings: tuple[Finding, ...] = ()
    """Whole findings of which the lane sees only a part. For cleared roles only."""


@dataclass(frozen=True, slots=True)
class ScreeningProgress:
    """How far a screening is."""

    screening: Screening
    checks: tuple[str, ...]
    """Names of all checks, in order."""
    findings: tuple[Finding, ...]
    """Those that ended, in the order of the checks, fit for the lane."""
    result: ScreeningResult | None = None
    """What may be shown; None while WORKING, which is no verdict."""

    @property
    def ended(self) -> int:
        """Checks that ended or passed their deadline."""
        return len(self.findings)

    @property
    def total(self) -> int:
        """Checks of this screening."""
        return len(self.checks)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict to show; None while WORKING."""
        return self.result.verdict if self.result else None
