"""Everybody whom headquarters ever let work at its posts, in memory for one change, with the rules between people.

- A service number is given once.
- A post has no more people than a kit can hold.
- Equal names at one post may be one human being with two entries, which headquarters has to say: otherwise one person
  could approve what they asked for.
"""

from collections import defaultdict

from sqlalchemy import Connection

from data.errors import InputError
from data.people.roster import MOST_PEOPLE
from data.people.staff import fold_name, normalize_service_number
from data.text import Message, _
from sync.headquarters.store import staff_table
from sync.headquarters.store.staff_table import HEADQUARTERS, StaffEntry

NOTHING_CHANGED = _("Nothing was changed.")


class StaffRegister:
    """The people in headquarters' store; what is added or changed is written at once, in the caller's transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entries: dict[str, StaffEntry] = {}
        self._posts = {post.name for post in staff_table.all_posts(connection)}
        self._at_post: defaultdict[str, dict[str, StaffEntry]] = defaultdict(dict)
        self._by_name: defaultdict[tuple[str, str], dict[str, StaffEntry]] = defaultdict(dict)
        for entry in staff_table.all_staff(connection):
            self._index(entry)

    def find(self, number: str) -> StaffEntry | None:
        """Who has or had this service number."""
        return self._entries.get(number)

    def get_working(self, number: str) -> StaffEntry:
        """Who has this service number now. InputError where nobody has, or it was ended."""
        number = normalize_service_number(number)
        entry = self._entries.get(number)
        if entry is None:
            raise refusal(_("Nobody has service number {number}", number=number), _("Check the number"))
        if entry.ended is not None:
            raise refusal(
                _("Service number {number} was ended ({reason})", number=number, reason=entry.reason),
                _("Add the person under another number"),
            )
        return entry

    def add(self, entry: StaffEntry) -> None:
        """Somebody under a number that nobody ever had."""
        staff_table.add_staff(self._connection, entry)
        self._index(entry)

    def change(self, entry: StaffEntry) -> None:
        """What is known of a person from now on."""
        staff_table.change_staff(self._connection, entry)
        self._index(entry)

    def must_be_free(self, number: str) -> None:
        """InputError where somebody has or had this number."""
        if number in self._entries:
            raise refusal(
                _("Service number {number} was given before", number=number),
                _("Choose another one: a number is never given again, even after its end"),
            )

    def check_posts(self, posts: tuple[str, ...], number: str) -> tuple[str, ...]:
        """The posts in order; InputError where one is not known or full, or there is none."""
        if not posts:
            raise refusal(_("There is no post"), _("Give at least one; who works no more is ended"))
        for name in posts:
            if name not in self._posts and name != HEADQUARTERS:
                staff_table.get_post(self._connection, name)  # says which there are
            if len(self._at_post[name].keys() - {number}) >= MOST_PEOPLE:
                raise refusal(
                    _("{post} has {most} people, and a kit holds no more", post=name, most=MOST_PEOPLE),
                    _("End those who work there no more"),
                )
        return tuple(sorted(set(posts)))

    def must_be_told_apart(self, entry: StaffEntry) -> None:
        """InputError where another human being of this name works at a post of this entry."""
        folded = fold_name(entry.person.name)
        for post in entry.posts:
            for other in self._by_name[post, folded].values():
                if other.person.human != entry.person.human:
                    raise refusal(
                        _("{number} at {post} has the same name", number=other.person.number, post=post),
                        _("Say whether both are one person or two: where two people are needed, one must not be both"),
                    )

    def _index(self, entry: StaffEntry) -> None:
        number = entry.person.number
        before = self._entries.get(number)
        if before is not None:
            for post in before.posts:
                self._at_post[post].pop(number, None)
                self._by_name[post, fold_name(before.person.name)].pop(number, None)
        self._entries[number] = entry
        for post in entry.posts if entry.ended is None else ():
            self._at_post[post][number] = entry
            self._by_name[post, fold_name(entry.person.name)][number] = entry


def refusal(what: Message, do: Message) -> InputError:
    """The error for a change of people that cannot be made."""
    return InputError(what, means=NOTHING_CHANGED, do=do)
