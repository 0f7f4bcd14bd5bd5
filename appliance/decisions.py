"""The officer's decision, appended to a screening and never overwritten.

- CLEAR: Enter admits. Any other verdict needs the decision's own key.
- CANNOT SAY: admission needs work opened under every standing condition that caused it; where something
  else caused it (a time-out, an unreadable name), a second person's name.
- REFER: admission needs a second person's name.
- Nothing is decided while WORKING: that is no verdict.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.openings import Opening
from appliance.ports import Journal
from appliance.result import Result
from appliance.standing import conditions_of
from data.errors import Denied
from data.findings import Verdict
from data.screenings import Decision, Screening


class Pressed(StrEnum):
    """How the officer decided."""

    ENTER = "enter"
    """The proposal of the screen."""
    OWN_KEY = "own_key"
    """The key that means this decision and nothing else."""


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """One appended decision."""

    screening: Screening
    decision: Decision
    officer: str
    at: datetime
    verdict: Verdict
    """What was shown when it was decided."""
    second: str = ""
    """The second person, where the rules ask for one."""
    openings: tuple[Opening, ...] = ()
    """The openings under which a CANNOT SAY was admitted."""

    def append_to(self, journal: Journal) -> None:
        """Put it into the journal; only then it counts."""
        under = "; ".join(f"{one.condition}, opened by {one.supervisor}" for one in self.openings)
        reason = f"{self.verdict}: {under}" if under else self.verdict.value
        journal.record_decision(self.screening, self.decision, self.at, self.officer, second=self.second, reason=reason)


def decide(
    result: Result | None,
    decision: Decision,
    *,
    officer: str,
    now: datetime,
    pressed: Pressed = Pressed.OWN_KEY,
    second: str = "",
    openings: Collection[Opening] = (),
) -> DecisionMade:
    """The decision to append to the journal; Denied says which rule forbids it. `result` is None while WORKING."""
    if result is None:
        raise Denied("There is no verdict yet", do="Wait until the checks have ended")
    if pressed is Pressed.ENTER and (result.verdict, decision) != (Verdict.CLEAR, Decision.ADMIT):
        raise Denied("Enter only admits on CLEAR", do="Press the key of the decision itself")
    second = second.strip()
    used: tuple[Opening, ...] = ()
    if decision is Decision.ADMIT:
        used = _admissible(result, officer, second, openings, now)
    return DecisionMade(result.screening, decision, officer, now, result.verdict, second, used)


def _admissible(
    result: Result, officer: str, second: str, openings: Collection[Opening], now: datetime
) -> tuple[Opening, ...]:
    """The openings an admission rests on; Denied when it may not be."""
    if result.verdict is Verdict.REFER:
        _need_second(officer, second)
    return _under(result, officer, second, openings, now) if result.verdict is Verdict.CANNOT_SAY else ()


def _need_second(officer: str, second: str) -> None:
    if not second or second.casefold() == officer.strip().casefold():
        raise Denied(
            "A second person must agree to admit",
            means="The traveller is not admitted yet",
            do="Name a second person, or press refer",
        )


def _under(
    result: Result, officer: str, second: str, openings: Collection[Opening], now: datetime
) -> tuple[Opening, ...]:
    conditions, others = conditions_of(result.findings)
    used = []
    for condition in conditions:
        opening = next((one for one in openings if one.covers(condition, now)), None)
        if opening is None:
            raise Denied(
                f"Work is not opened for: {condition}",
                means="The traveller cannot be admitted under it",
                do="Ask a supervisor to open work, or press refer",
            )
        used.append(opening)
    if others:
        _need_second(officer, second)
    return tuple(used)
