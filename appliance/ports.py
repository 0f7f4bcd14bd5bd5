"""What the counter needs from the rest of the kit: narrow ports, filled by `ui.wiring`."""

from collections.abc import Sequence
from typing import Protocol

from appliance.decisions import DecisionMade
from appliance.openings import Opening
from data.findings import Finding, Verdict
from data.screenings import Screening


class Check(Protocol):
    """One question about one traveller. Knows nothing of other checks or of the screen."""

    @property
    def name(self) -> str:
        """`mrz`, `documents:<list>` … unique within a screener."""

    @property
    def mandatory(self) -> bool:
        """Whether CLEAR needs its answer."""

    def run(self, screening: Screening) -> Finding:
        """Answer; any exception becomes NOT_DONE. Called from a worker thread, from several at a time."""


class Journal(Protocol):
    """Where screenings are kept. Every call returns only when it is on disk, or raises within seconds."""

    def record(self, screening: Screening, findings: Sequence[Finding], verdict: Verdict, revision: int) -> None:
        """Commit one revision of a screening: its row, the audit link and the outbox entry, in one transaction."""

    def decide(self, decision: DecisionMade) -> None:
        """Append a decision; never overwrites one."""

    def open_work(self, opening: Opening) -> None:
        """Append that work was opened under a standing condition."""
