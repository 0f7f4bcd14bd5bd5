"""A program acts for an officer only while headquarters lets both work."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.people.permissions import NotAllowed
from appliance.people.program_access import RosterPrograms
from data.clock import Clock
from data.errors import Denied, InputError
from data.people.kit_roster import KnownPeople
from data.people.roster import Roster
from data.people.secret_hash import hash_program_credential
from data.people.staff import Credential, StaffMember, StaffRole

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = "5" * 64
PROGRAM = StaffMember(
    "P-1", "Ferry gate", "f" * 16, (StaffRole.SERVICE,), Credential(1, hash_program_credential(SECRET))
)
ANA = StaffMember("A-17", "Ana Kovač", "0" * 16, (StaffRole.OFFICER,), Credential(1, ""))
AUDITOR = StaffMember("A-18", "Ivo Novak", "1" * 16, (StaffRole.AUDITOR,), Credential(1, ""))
ROSTER = Roster(1, "north", has_duress=False, countersign_key=bytes(32), people=(PROGRAM, ANA, AUDITOR))


class Access(RosterPrograms):
    """Over a roster that a test changes."""

    def __init__(self, roster: Roster | None = ROSTER) -> None:
        self.roster = roster
        super().__init__(self._read, lambda: Clock(read=lambda: NOW))

    def _read(self) -> KnownPeople:
        return KnownPeople(self.roster, self.roster.people if self.roster else ())


def test_an_officer_is_named_with_the_program_that_asks() -> None:
    access = Access()
    actor = access.act_for(access.program_actor("P-1", SECRET), "A-17")
    assert (actor.number, actor.role, actor.via) == ("A-17", StaffRole.OFFICER, "P-1")


@pytest.mark.parametrize(("number", "secret"), [("P-1", "4" * 64), ("P-1", ""), ("P-2", SECRET), ("A-17", "")])
def test_who_did_not_prove_to_be_a_program_is_refused(number: str, secret: str) -> None:
    with pytest.raises(Denied, match="no credential of a program"):
        Access().program_actor(number, secret)


def test_without_a_roster_no_program_is_known() -> None:
    with pytest.raises(Denied):
        Access(None).program_actor("P-1", SECRET)


@pytest.mark.parametrize("number", ["A-18", "P-1", "X-9", ""])
def test_a_program_acts_only_for_who_screens_at_a_lane(number: str) -> None:
    access = Access()
    with pytest.raises((Denied, InputError), match=r"may work now|service number"):
        access.act_for(access.program_actor("P-1", SECRET), number)


@pytest.mark.parametrize("ended", [PROGRAM, ANA])
@pytest.mark.parametrize("is_removed", [True, False])
def test_who_was_ended_stops_at_the_next_request(ended: StaffMember, is_removed: bool) -> None:
    access = Access()
    program = access.program_actor("P-1", SECRET)
    access.act_for(program, "A-17")
    others = tuple(person for person in ROSTER if person is not ended)
    expired = replace(ended, valid_until=NOW - timedelta(seconds=1))
    access.roster = replace(ROSTER, serial=2, people=others if is_removed else (*others, expired))
    with pytest.raises(Denied):
        access.act_for(program, "A-17")


def test_only_a_program_acts_for_others() -> None:
    access = Access()
    officer = access.act_for(access.program_actor("P-1", SECRET), "A-17")
    with pytest.raises(NotAllowed):
        access.act_for(officer, "A-17")
