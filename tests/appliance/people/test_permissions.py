"""The table role × action."""

import pytest

from appliance.people.permissions import (
    ACTION_NAMES,
    PERMISSIONS,
    ROLE_NAMES,
    GuardedAction,
    NotAllowed,
    is_allowed,
    require_role,
    require_second_role,
)
from data.people.staff import Actor, StaffRole


def make_actor(role: StaffRole) -> Actor:
    return Actor("4711", "ADA SAMPLE", "00000000000000a1", role)


def test_every_action_and_every_role_has_a_row_and_a_name() -> None:
    assert set(PERMISSIONS) == set(ACTION_NAMES) == set(GuardedAction)
    assert set(ROLE_NAMES) == set(StaffRole)


@pytest.mark.parametrize("action", list(GuardedAction))
def test_what_a_role_may_not_do_is_denied_with_the_roles_that_may(action: GuardedAction) -> None:
    for role in StaffRole:
        if is_allowed(role, action):
            require_role(make_actor(role), action)
        else:
            with pytest.raises(NotAllowed) as error:
                require_role(make_actor(role), action)
            assert any(str(ROLE_NAMES[needed]) in error.value.do for needed in PERMISSIONS[action].first)


@pytest.mark.parametrize("action", [action for action in GuardedAction if PERMISSIONS[action].needs_two])
def test_only_some_roles_may_be_the_second_person(action: GuardedAction) -> None:
    assert PERMISSIONS[action].second
    for role in set(StaffRole) - PERMISSIONS[action].second:
        with pytest.raises(NotAllowed):
            require_second_role(make_actor(role), action)


@pytest.mark.parametrize("role", [StaffRole.TRAINEE, StaffRole.SERVICE])
def test_neither_a_trainee_nor_a_program_is_a_second_person(role: StaffRole) -> None:
    assert not any(role in permission.second for permission in PERMISSIONS.values())


def test_a_technician_and_an_auditor_screen_nobody() -> None:
    assert not is_allowed(StaffRole.TECHNICIAN, GuardedAction.SCREEN) and not is_allowed(
        StaffRole.AUDITOR, GuardedAction.DECIDE
    )


@pytest.mark.parametrize(
    "action",
    [
        GuardedAction.SETTLE,
        GuardedAction.OPEN_WORK_UNLISTED,
        GuardedAction.EXPORT_JOURNAL,
        GuardedAction.UNLOCK_PERSON,
    ],
)
def test_what_the_design_wants_two_people_for_needs_two(action: GuardedAction) -> None:
    assert PERMISSIONS[action].needs_two
