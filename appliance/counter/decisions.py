"""What people decide: the officer about a traveller, a supervisor about work under a standing condition.

- A decision is appended to a screening and never overwritten. Nothing is decided while WORKING: that is no verdict.
- CLEAR: Enter admits. Any other verdict needs the decision's own key.
- CANNOT SAY: admission needs an override for every standing condition that caused it; where something else caused it (a
  time-out, an unreadable name), a second person's name.
- REFER: admission needs a second person's name.
- A supervisor overrides a condition by name and for one shift, at most twelve hours. An expired list, and lists that
  are locked or erased, need a second, different person (four eyes).
- An override ends by itself when its condition ends. It never changes a verdict: CANNOT SAY stays the traveller's
  verdict, admission under it becomes possible.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.screening.check_ports import JournalWriter
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import ALL_LISTS_CONDITIONS, Condition, ConditionKind, find_conditions
from data.errors import Denied
from data.screenings import Decision, Screening, Verdict

LONGEST_OVERRIDE = timedelta(hours=12)
"""One shift."""

FOUR_EYES_CONDITIONS = frozenset({ConditionKind.LIST_EXPIRED}) | ALL_LISTS_CONDITIONS


@dataclass(frozen=True, slots=True)
class SupervisorOverride:
    """Who lets the post work under which condition, from when until when (UTC)."""

    condition: Condition
    supervisor: str
    second: str
    since: datetime
    until: datetime

    def covers(self, condition: Condition, now: datetime) -> bool:
        """Whether work under `condition` is open at `now`."""
        return self.condition == condition and self.since <= now < self.until

    def append_to(self, journal: JournalWriter) -> None:
        """Put it into the journal; only then work may go on under it."""
        detail = {
            "kind": self.condition.kind.value,
            "subject": self.condition.subject,
            "second": self.second,
            "until": self.until.isoformat(),
        }
        journal.record("opening", self.since, self.supervisor, self.condition.kind.value, detail)


def open_work(
    condition: Condition, *, supervisor: str, now: datetime, until: datetime | None = None, second: str = ""
) -> SupervisorOverride:
    """Open work under `condition` until `until` (a shift from `now` by default); Denied says what is missing."""
    supervisor, second = supervisor.strip(), second.strip()
    if not supervisor:
        raise Denied("Nobody was named", means="Work under this condition stays closed", do="Name the supervisor")
    if condition.kind in FOUR_EYES_CONDITIONS and (not second or second.casefold() == supervisor.casefold()):
        raise Denied(
            "Work without good lists needs a second person",
            means="Travellers stay CANNOT SAY and cannot be admitted under it",
            do="Name a second person who is not the supervisor",
        )
    ends = min(until or now + LONGEST_OVERRIDE, now + LONGEST_OVERRIDE)
    if ends <= now:
        raise Denied("The opening would have ended already", do="Give a time that lies ahead")
    return SupervisorOverride(condition, supervisor, second, now, ends)


def active_overrides(
    overrides: Iterable[SupervisorOverride], conditions: Iterable[Condition], now: datetime
) -> tuple[SupervisorOverride, ...]:
    """The overrides whose condition still holds and whose time is not over.

    Call it whenever the conditions are looked at and keep only what it returns: a condition that ended and
    comes back needs a new override.
    """
    current_conditions = frozenset(conditions)
    return tuple(
        override
        for override in overrides
        if override.condition in current_conditions and override.covers(override.condition, now)
    )


class DecisionKey(StrEnum):
    """How the officer decided."""

    ENTER = "enter"
    """The proposal of the screen."""
    OWN_KEY = "own_key"
    """The key that means this decision and nothing else."""


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One appended decision."""

    screening: Screening
    decision: Decision
    officer: str
    at: datetime
    verdict: Verdict
    """What was shown when it was decided."""
    second: str = ""
    """The second person, where the rules ask for one."""
    overrides: tuple[SupervisorOverride, ...] = ()
    """Those under which a CANNOT SAY was admitted."""

    def append_to(self, journal: JournalWriter) -> None:
        """Put it into the journal; only then it counts."""
        under = "; ".join(f"{override.condition}, opened by {override.supervisor}" for override in self.overrides)
        reason = f"{self.verdict}: {under}" if under else self.verdict.value
        journal.record_decision(self.screening, self.decision, self.at, self.officer, second=self.second, reason=reason)


def decide(
    result: ScreeningResult | None,
    decision: Decision,
    *,
    officer: str,
    now: datetime,
    key: DecisionKey = DecisionKey.OWN_KEY,
    second: str = "",
    overrides: Collection[SupervisorOverride] = (),
) -> DecisionRecord:
    """The decision to append to the journal; Denied says which rule forbids it. `result` is None while WORKING."""
    if result is None:
        raise Denied("There is no verdict yet", do="Wait until the checks have ended")
    if key is DecisionKey.ENTER and (result.verdict, decision) != (Verdict.CLEAR, Decision.ADMIT):
        raise Denied("Enter only admits on CLEAR", do="Press the key of the decision itself")
    second = second.strip()
    used: tuple[SupervisorOverride, ...] = ()
    if decision is Decision.ADMIT:
        used = _check_admission(result, officer, second, overrides, now)
    return DecisionRecord(result.screening, decision, officer, now, result.verdict, second, used)


def _check_admission(
    result: ScreeningResult, officer: str, second: str, overrides: Collection[SupervisorOverride], now: datetime
) -> tuple[SupervisorOverride, ...]:
    """The overrides an admission rests on; Denied when it may not be."""
    if result.verdict is Verdict.REFER:
        _require_second_person(officer, second)
    return _find_overrides(result, officer, second, overrides, now) if result.verdict is Verdict.CANNOT_SAY else ()


def _require_second_person(officer: str, second: str) -> None:
    if not second or second.casefold() == officer.strip().casefold():
        raise Denied(
            "A second person must agree to admit",
            means="The traveller is not admitted yet",
            do="Name a second person, or press refer",
        )


def _find_overrides(
    result: ScreeningResult, officer: str, second: str, overrides: Collection[SupervisorOverride], now: datetime
) -> tuple[SupervisorOverride, ...]:
    conditions, others = find_conditions(result.findings)
    used = []
    for condition in conditions:
        override = next((each for each in overrides if each.covers(condition, now)), None)
        if override is None:
            raise Denied(
                f"Work is not opened for: {condition}",
                means="The traveller cannot be admitted under it",
                do="Ask a supervisor to open work, or press refer",
            )
        used.append(override)
    if others:
        _require_second_person(officer, second)
    return tuple(used)
