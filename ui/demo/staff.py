"""The invented people of the demonstration's post, made by the functions that headquarters and a kit use."""

from dataclasses import dataclass

from appliance.people.permissions import describe_roles
from appliance.people.post_people import PostPeople
from data.kit.home import KitHome
from data.people.staff import StaffRole
from data.text import Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people import NewPerson, add_person
from sync.headquarters.store.staff_table import Post, put_post

POST = "Demonstration crossing"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody invented."""

    number: str
    name: str
    roles: tuple[StaffRole, ...]
    pin: str
    """Chosen in place of the first one, which headquarters gave."""


PEOPLE = (
    DemoPerson("O-1", "Iris Example", (StaffRole.OFFICER,), "482913"),
    DemoPerson("O-2", "Olaf Example", (StaffRole.OFFICER,), "739164"),
    DemoPerson("S-1", "Sofia Example", (StaffRole.SUPERVISOR, StaffRole.OFFICER), "518472"),
    DemoPerson("T-1", "Timo Example", (StaffRole.TECHNICIAN,), "907352"),
)


def add_people(headquarters: HeadquartersHome) -> dict[str, str]:
    """Make the post and its people; their first PINs by service number."""
    with headquarters.changing(), headquarters.store.transaction() as connection:
        put_post(connection, Post(POST, has_duress=False))
    return {
        person.number: add_person(headquarters, NewPerson(person.number, person.name, person.roles, (POST,)))
        for person in PEOPLE
    }


def choose_pins(kit: KitHome, first_pins: dict[str, str]) -> None:
    """Each of them signs in for the first time, and chooses the PIN that the demonstration prints."""
    people = PostPeople(kit)
    for person in PEOPLE:
        people.change_secret(people.prove(person.number, first_pins[person.number]), person.pin)


def describe_people() -> list[Message]:
    """One line for each: number, PIN, what they work as."""
    return [
        _(
            "  {number}  PIN {pin}  {name}: {roles}",
            number=person.number,
            pin=person.pin,
            name=person.name,
            roles=describe_roles(person.roles),
        )
        for person in PEOPLE
    ]
