"""Posts at headquarters: where kits stand and people work.

- Names that differ only in capitals or blanks are one name: a kit or a person would be sent to the wrong one.
- A post is not removed: kits and people are moved away, and it stays empty.
"""

from dataclasses import dataclass, replace
from unicodedata import normalize

from sqlalchemy import Connection

from data.text import _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people_register import refusal
from sync.headquarters.store import kit_table, staff_table
from sync.headquarters.store.staff_table import Post

MOST_IN_A_NAME = 60


@dataclass(frozen=True, slots=True)
class PostSummary:
    """One post, as a person at headquarters wants to see it."""

    name: str
    has_duress: bool
    people: int
    kits: tuple[str, ...]


def add_post(home: HeadquartersHome, post: Post) -> str:
    """A new post; returns its name as it is kept. InputError where the name cannot be, or there is one like it."""
    name = " ".join(normalize("NFC", post.name).split())
    if not name or len(name) > MOST_IN_A_NAME or not name.isprintable() or ";" in name:
        raise refusal(
            _("The name of the post is missing, too long, or has characters that cannot be used"),
            _("Give one of at most {most} characters, without a semicolon", most=MOST_IN_A_NAME),
        )
    with home.changing(), home.store.transaction() as connection:
        for other in (*(each.name for each in staff_table.all_posts(connection)), staff_table.HEADQUARTERS):
            if _fold(other) == _fold(name):
                raise refusal(_("There is already a post called {name}", name=other), _("Choose another name"))
        staff_table.put_post(connection, replace(post, name=name))
    return name


def set_duress(home: HeadquartersHome, post: Post) -> None:
    """Whether the people of a known post may have PINs under duress. InputError where there is no such post."""
    with home.changing(), home.store.transaction() as connection:
        staff_table.get_post(connection, post.name)
        staff_table.put_post(connection, post)


def list_posts(home: HeadquartersHome) -> tuple[PostSummary, ...]:
    """Every post, by name."""
    with home.store.reading() as connection:
        people, kits = staff_table.staff_by_post(connection), _kits_by_post(connection)
        return tuple(
            PostSummary(post.name, post.has_duress, len(people[post.name]), tuple(kits.get(post.name, ())))
            for post in staff_table.all_posts(connection)
        )


def _kits_by_post(connection: Connection) -> dict[str, list[str]]:
    kits: dict[str, list[str]] = {}
    for kit in kit_table.all_kits(connection):
        if kit.post is not None and kit.is_in_force:
            kits.setdefault(kit.post, []).append(kit.name)
    return kits


def _fold(name: str) -> str:
    return normalize("NFKC", name).casefold()
