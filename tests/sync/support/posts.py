"""Posts and people at headquarters, as tests of publication, sync and commands need them. All people are invented."""

from data.kit.home import KitHome
from data.people.kit_roster import read_roster
from data.people.staff import StaffRole
from sync.formats.people_envelope import people_path
from sync.headquarters import people
from sync.headquarters.kits import SetPost, change_kit
from sync.headquarters.people import NewPerson
from sync.headquarters.store import staff_table
from sync.headquarters.store.staff_table import Post
from sync.kit import vault_entries
from tests.support.deployment import Deployment

OFFICER = (StaffRole.OFFICER,)


def make_posts(deployment: Deployment) -> None:
    """The posts `north`, with two people, and `harbour`, with one and PINs under duress."""
    with deployment.hq.store.transaction() as connection:
        staff_table.put_post(connection, Post("north", has_duress=False))
        staff_table.put_post(connection, Post("harbour", has_duress=True))
    for number, name, post in (("A-17", "Ana Kovač", "north"), ("A-18", "Bo Li", "north"), ("A-19", "Cy", "harbour")):
        people.add_person(deployment.hq, NewPerson(number, name, OFFICER, (post,)))


def stand_at(deployment: Deployment, post: str | None, kit: str = "post-1") -> None:
    """The kit stands there from now on; published."""
    change_kit(deployment.hq, kit, SetPost(post))
    deployment.refresh_mirror()


def path_in_tree(kit: KitHome) -> str:
    """Where the people of this kit are published."""
    return people_path(vault_entries.read_enrolment(kit).folder)


def numbers_on(kit: KitHome) -> list[str] | None:
    """Service numbers of who may sign in on a kit, as headquarters says; None before it said so."""
    roster = read_roster(kit)
    return None if roster is None else [person.number for person in roster]
