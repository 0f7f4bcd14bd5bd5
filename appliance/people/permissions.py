"""Who may do what: the one table role × action. Commands, keys and the counter read it.

- An action that needs two people names who may be the first and who the second. They are different human beings, and
  each proves who they are for this action: a session that is open somewhere proves nothing.
- A trainee may do at a lane what an officer may, but decides alone only to refer.
- Fetching lists, over a line or from a stick, needs nobody: a kit whose people are all gone must still learn of
  withdrawals. Nor does looking at their ages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from data.errors import Denied
from data.people.staff import Actor, StaffRole
from data.text import EMPTY, Message, _, in_context, join


class GuardedAction(StrEnum):
    """Something for which somebody answers."""

    SCREEN = "screen"
    """Screen a traveller, read a chip, call back a traveller of the shift."""
    DECIDE = "decide"
    """Admit, refuse, or note that the traveller withdrew; a referral, too."""
    SETTLE = "settle"
    """End what is serious: admit on REFER, on what nobody can open work for, or settle a referral."""
    OPEN_WORK = "open_work"
    """Open work under a standing condition for one shift."""
    OPEN_WORK_UNLISTED = "open_work_unlisted"
    """The same without current lists: expired, locked, empty."""
    SET_UP = "set_up"
    """Set up, test, tune or restore the kit."""
    SEE_JOURNAL = "see_journal"
    """Look at what was recorded; with a purpose also at details of travellers."""
    EXPORT_JOURNAL = "export_journal"
    NEW_FIRST_PIN = "new_first_pin"
    """Give somebody of the post a new first PIN."""
    UNLOCK_PERSON = "unlock_person"
    ADD_LOCAL_PERSON = "add_local_person"
    SEE_OVERVIEW = "see_overview"
    """The day of the post: counts, typed queries, who worked."""
    ACT_FOR_OTHERS = "act_for_others"
    """Ask in the name of an officer who signed in elsewhere."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do one thing."""

    first: frozenset[StaffRole]
    second: frozenset[StaffRole] = frozenset()
    """Of the second person who is needed; empty where one is enough."""

    @property
    def needs_two(self) -> bool:
        """Whether two people are needed."""
        return bool(self.second)


_OFFICER, _SUPERVISOR, _TECHNICIAN = StaffRole.OFFICER, StaffRole.SUPERVISOR, StaffRole.TECHNICIAN
_AUDITOR, _TRAINEE, _SERVICE = StaffRole.AUDITOR, StaffRole.TRAINEE, StaffRole.SERVICE
_DECIDERS = frozenset({_OFFICER, _SUPERVISOR})
_LANE = _DECIDERS | {_TRAINEE}
_SUPERVISORS = frozenset({_SUPERVISOR})

PERMISSIONS = {
    GuardedAction.SCREEN: Permission(_LANE | {_SERVICE}),
    GuardedAction.DECIDE: Permission(_LANE),
    GuardedAction.SETTLE: Permission(_LANE, _DECIDERS),
    GuardedAction.OPEN_WORK: Permission(_SUPERVISORS),
    GuardedAction.OPEN_WORK_UNLISTED: Permission(_SUPERVISORS, _DECIDERS),
    GuardedAction.SET_UP: Permission(frozenset({_TECHNICIAN})),
    GuardedAction.SEE_JOURNAL: Permission(frozenset({_AUDITOR, _SUPERVISOR})),
    GuardedAction.EXPORT_JOURNAL: Permission(frozenset({_AUDITOR, _SUPERVISOR}), _DECIDERS | {_AUDITOR}),
    GuardedAction.NEW_FIRST_PIN: Permission(_SUPERVISORS, _DECIDERS | {_TECHNICIAN}),
    GuardedAction.UNLOCK_PERSON: Permission(_SUPERVISORS, _DECIDERS | {_TECHNICIAN}),
    GuardedAction.ADD_LOCAL_PERSON: Permission(_SUPERVISORS, _DECIDERS),
    GuardedAction.SEE_OVERVIEW: Permission(frozenset({_SUPERVISOR, _AUDITOR})),
    GuardedAction.ACT_FOR_OTHERS: Permission(frozenset({_SERVICE})),
}

ROLE_NAMES = {
    StaffRole.OFFICER: in_context("role of a person", "officer"),
    StaffRole.SUPERVISOR: in_context("role of a person", "supervisor"),
    StaffRole.TECHNICIAN: in_context("role of a person", "technician"),
    StaffRole.AUDITOR: in_context("role of a person", "auditor"),
    StaffRole.TRAINEE: in_context("role of a person", "trainee"),
    StaffRole.SERVICE: in_context("role of a person", "program"),
}
ACTION_NAMES = {
    GuardedAction.SCREEN: _("screen travellers"),
    GuardedAction.DECIDE: _("decide about travellers"),
    GuardedAction.SETTLE: _("admit a referred traveller or settle a referral"),
    GuardedAction.OPEN_WORK: _("open work under a condition"),
    GuardedAction.OPEN_WORK_UNLISTED: _("open work without current lists"),
    GuardedAction.SET_UP: _("set up the kit"),
    GuardedAction.SEE_JOURNAL: _("look at the journal"),
    GuardedAction.EXPORT_JOURNAL: _("export the journal"),
    GuardedAction.NEW_FIRST_PIN: _("give somebody a new first PIN"),
    GuardedAction.UNLOCK_PERSON: _("unlock a person"),
    GuardedAction.ADD_LOCAL_PERSON: _("add a person of this post"),
    GuardedAction.SEE_OVERVIEW: _("see the overview of the day"),
    GuardedAction.ACT_FOR_OTHERS: _("ask in the name of an officer"),
}


class NotAllowed(Denied):
    """The role of this person does not allow the action."""


def is_allowed(role: StaffRole, action: GuardedAction) -> bool:
    """Whether somebody in this role may do it, as the first of two people where two are needed."""
    return role in PERMISSIONS[action].first


def require_role(actor: Actor, action: GuardedAction) -> None:
    """NotAllowed unless the actor may do it, as the first of two people where two are needed."""
    if not is_allowed(actor.role, action):
        raise _refusal(actor, action, PERMISSIONS[action].first)


def require_second_role(second: Actor, action: GuardedAction) -> None:
    """NotAllowed unless this person may be the second one in it."""
    if second.role not in PERMISSIONS[action].second:
        raise _refusal(second, action, PERMISSIONS[action].second)


def _refusal(actor: Actor, action: GuardedAction, roles: Iterable[StaffRole]) -> NotAllowed:
    return NotAllowed(
        _(
            "{name} works as {role}, which does not allow this: {action}",
            name=actor.name,
            role=ROLE_NAMES[actor.role],
            action=ACTION_NAMES[action],
        ),
        means=_("Nothing was done."),
        do=_("It needs one of these roles: {roles}", roles=describe_roles(roles)),
    )


def describe_roles(roles: Iterable[StaffRole]) -> Message:
    """`officer, supervisor`, in the order in which roles are listed."""
    wanted = frozenset(roles)
    return join([ROLE_NAMES[role] for role in StaffRole if role in wanted], ", ") or EMPTY
