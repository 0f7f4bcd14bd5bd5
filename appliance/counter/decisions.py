"""What people decide: the officer about a traveller, a supervisor about work under a standing condition.

- A decision is appended to a screening and never overwritten. Nothing is decided while WORKING: that is no verdict.
- CLEAR: Enter admits, unless the answer rests on typing or the traveller stays with the second line. Anything else
  needs the decision's own key.
- CANNOT SAY: admission needs an override for every standing condition that caused it. If anything else caused it (a
  time-out, an unreadable name), it needs a second person.
- REFER: admission needs a second person, also at a later screening of the same traveller while the REFER has no
  decision.
- An open referral of the same traveller is settled by anybody but the officers who referred, or by two different people
  together, one deciding and one named. A further referral settles it only by two.
- A trainee decides alone only to refer.
- A supervisor overrides a condition for one shift, at most twelve hours. An expired list, and lists that
  are locked or erased, need a second, different person (four eyes).
- An override ends by itself when its condition ends. It never changes a verdict: the traveller stays CANNOT SAY, but
  may be admitted.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.answer.referral_words import stays_with_second_line
from appliance.people.permissions import GuardedAction, require_role, require_second_role
from appliance.screening.check_ports import JournalWriter
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import ALL_LISTS_CONDITIONS, Condition, ConditionKind, find_conditions
from data.errors import Denied
from data.journal.referrals import Referral
from data.people.staff import Actor, Signatory, StaffRole
from data.screenings import Decision, Screening, Verdict
from data.text import _

LONGEST_OVERRIDE = timedelta(hours=12)
"""One shift."""

FOUR_EYES_CONDITIONS = (
    frozenset({ConditionKind.LIST_EXPIRED, ConditionKind.LIST_UNCONFIRMED, ConditionKind.LIST_EMPTY})
    | ALL_LISTS_CONDITIONS
)


@dataclass(frozen=True, slots=True)
class SupervisorOverride:
    """Who opened work under which condition, and from when until when (UTC)."""

    condition: Condition
    supervisor: Actor
    second: Actor | None
    since: datetime
    until: datetime

    def covers(self, condition: Condition, now: datetime) -> bool:
        """Whether work under `condition` is open at `now`."""
        return self.condition == condition and self.since <= now < self.until

    def append_to(self, journal: JournalWriter) -> None:
        """Record it in the journal. Work may not go on under it before that."""
        detail = {
            "kind": self.condition.kind.value,
            "subject": self.condition.subject,
            "name": self.supervisor.name,
            "second": self.second.number if self.second else "",
            "second_name": self.second.name if self.second else "",
            "until": self.until.isoformat(),
        }
        journal.record("opening", self.since, self.supervisor.number, self.condition.kind.value, detail)


def open_work(
    condition: Condition,
    *,
    supervisor: Actor,
    now: datetime,
    until: datetime | None = None,
    second: Actor | None = None,
) -> SupervisorOverride:
    """Open work under `condition` until `until`, by default for one shift from `now`.

    Raises:
        Denied: the role does not allow it, the second person is missing, or `until` is in the past.
    """
    require_role(supervisor, opening_action(condition))
    if condition.kind in FOUR_EYES_CONDITIONS and (second is None or not supervisor.is_other_human(second)):
        raise Denied(
            _("Work without current lists needs a second person"),
            means=_("Travellers stay CANNOT SAY and cannot be admitted"),
            do=_("Ask a second person, who is not the supervisor, to sign as well"),
        )
    if second is not None:
        require_second_role(second, GuardedAction.OPEN_WORK_UNLISTED)
    ends = min(until or now + LONGEST_OVERRIDE, now + LONGEST_OVERRIDE)
    if ends <= now:
        raise Denied(_("The work would end before it begins"), do=_("Give a time in the future"))
    return SupervisorOverride(condition, supervisor, second, now, ends)


def opening_action(condition: Condition) -> GuardedAction:
    """What opening work under this condition is."""
    is_unlisted = condition.kind in FOUR_EYES_CONDITIONS
    return GuardedAction.OPEN_WORK_UNLISTED if is_unlisted else GuardedAction.OPEN_WORK


def active_overrides(
    overrides: Iterable[SupervisorOverride], conditions: Iterable[Condition], now: datetime
) -> tuple[SupervisorOverride, ...]:
    """The overrides whose condition still holds and whose time is not over.

    Call it whenever the conditions are read, and keep only what it returns: a condition that ended and comes back needs
    a new override.
    """
    current_conditions = frozenset(conditions)
    return tuple(
        override
        for override in overrides
        if override.condition in current_conditions and override.covers(override.condition, now)
    )


class NeedsSecondPerson(Denied):
    """The decision is allowed once a second person signs as well."""


class DecisionKey(StrEnum):
    """How the officer decided."""

    ENTER = "enter"
    """Accepts what the screen proposes."""
    OWN_KEY = "own_key"
    """The key that means this decision and nothing else."""


@dataclass(frozen=True, slots=True)
class OfficerDecision:
    """What an officer decided about a screening, and what it rests on; in the journal it is a `DecisionEntry`."""

    screening: Screening
    decision: Decision
    officer: Signatory
    at: datetime
    verdict: Verdict
    """What was shown when it was decided."""
    second: Signatory | None = None
    """The second person, where the rules require one."""
    overrides: tuple[SupervisorOverride, ...] = ()
    """The overrides under which a CANNOT SAY was admitted."""

    @property
    def reason(self) -> str:
        """In codes, what it rests on."""
        used = "; ".join(
            f"{override.condition.kind} {override.condition.subject} ({override.supervisor.number})"
            for override in self.overrides
        )
        return f"{self.verdict}: {used}" if used else self.verdict.value


def decide(
    result: ScreeningResult | None,
    decision: Decision,
    *,
    officer: Actor,
    now: datetime,
    key: DecisionKey = DecisionKey.OWN_KEY,
    second: Actor | None = None,
    overrides: Collection[SupervisorOverride] = (),
    referral: Referral | None = None,
    has_undecided_refer: bool = False,
) -> OfficerDecision:
    """The decision to append to the journal. `result` is None while WORKING; `referral` is the traveller's newest.

    `has_undecided_refer`: another screening of the traveller was REFER and has no decision.

    Raises:
        Denied: a rule above forbids it.
    """
    if result is None:
        raise Denied(_("There is no verdict yet"), do=_("Wait until the checks have ended"))
    if key is DecisionKey.ENTER and (result.verdict, decision) != (Verdict.CLEAR, Decision.ADMIT):
        raise Denied(_("Enter admits on CLEAR only"), do=_("Press the key for the decision"))
    if key is DecisionKey.ENTER and result.screening.rests_on_typing:
        raise Denied(
            _("Enter does not admit a traveller whose answer rests on typing"),
            do=_("Compare what was typed with the document, then press the key for the decision"),
        )
    if key is DecisionKey.ENTER and stays_with_second_line(result.findings):
        raise Denied(
            _("Enter does not admit a traveller who stays with the second line"),
            do=_("Ask the second line, then press the key for the decision"),
        )
    require_role(officer, GuardedAction.DECIDE)
    if second is not None:
        require_second_role(second, GuardedAction.SETTLE)
    if officer.role is StaffRole.TRAINEE and decision is not Decision.REFER:
        _require_second_person(officer, second)
    if referral is not None and referral.needs_second_person(decision):
        _check_outcome(referral, decision, officer, second)
    used: tuple[SupervisorOverride, ...] = ()
    if decision is Decision.ADMIT:
        if has_undecided_refer:
            _require_second_person(officer, second)
        used = _check_admission(result, officer, second, overrides, now)
    return OfficerDecision(result.screening, decision, officer, now, result.verdict, second, used)


def _check_outcome(referral: Referral, decision: Decision, officer: Actor, second: Actor | None) -> None:
    """Denied where the decision would settle the referral and no second person agrees."""
    if decision is Decision.REFER and second is None:
        return  # referred once more: it stays open
    if not referral.is_settled_by(decision, officer, second):
        raise NeedsSecondPerson(
            _("Only a second person settles a referral"),
            means=_("It is still open"),
            do=_("Ask a second person to sign, or leave it to somebody who did not refer"),
        )


def _check_admission(
    result: ScreeningResult,
    officer: Actor,
    second: Actor | None,
    overrides: Collection[SupervisorOverride],
    now: datetime,
) -> tuple[SupervisorOverride, ...]:
    """The overrides that an admission rests on; Denied where it is not allowed."""
    if result.verdict is Verdict.REFER:
        _require_second_person(officer, second)
    return _find_overrides(result, officer, second, overrides, now) if result.verdict is Verdict.CANNOT_SAY else ()


def _require_second_person(officer: Actor, second: Actor | None) -> None:
    if not officer.is_other_human(second):
        raise NeedsSecondPerson(
            _("This decision needs a second person"),
            means=_("Nothing has been decided about the traveller yet"),
            do=_("Ask a second person to sign, or press F5 to refer"),
        )


def _find_overrides(
    result: ScreeningResult,
    officer: Actor,
    second: Actor | None,
    overrides: Collection[SupervisorOverride],
    now: datetime,
) -> tuple[SupervisorOverride, ...]:
    conditions, others = find_conditions(result.findings)
    used = []
    for condition in conditions:
        override = next((each for each in overrides if each.covers(condition, now)), None)
        if override is None:
            raise Denied(
                _("No work was opened for this: {condition}", condition=condition.says),
                means=_("The traveller cannot be admitted"),
                do=_("Ask a supervisor to open work, or press F5 to refer"),
            )
        used.append(override)
    if others:
        _require_second_person(officer, second)
    return tuple(used)
