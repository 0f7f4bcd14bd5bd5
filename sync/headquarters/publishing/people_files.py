"""Writes the people of each kit's post into the tree, for that kit alone.

- A file is written again, with the next serial, when what it says, the enrolment it is for or the key that signs it
  changed: an unchanged one costs kits no download.
- A kit that is not in force, or stands at no post, has no file. One that lost its post hears so from its envelope, and
  then lets nobody sign in.
- Where a post has no PINs under duress, none is said.
"""

from dataclasses import replace
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from data.json_codec import encode_canonical
from data.people.roster import Roster
from data.people.staff import StaffMember
from sync.formats.envelope import PeopleFile
from sync.formats.people_envelope import PeopleEnvelope, people_path, seal_people
from sync.headquarters.store import staff_table, tree
from sync.headquarters.store.kit_table import Kit, PublishedPeople, countersign_key, note_people


class PeopleFiles:
    """The people files of one publication."""

    def __init__(self, connection: Connection, signer: Ed25519PrivateKey) -> None:
        self._connection = connection
        self._signer = signer
        self._public = signer.public_key().public_bytes_raw()
        self._posts: dict[str, _PostPeople] | None = None

    def write(self, kit: Kit) -> PeopleFile | None:
        """Put the people file of a kit into the tree where it is due, and say what the envelope names; None for none.

        Raises:
            InputError: the post of the kit is not known.
        """
        if kit.post is None or not kit.is_in_force:
            self._drop(kit)
            return None
        post, key = self._find_post(kit.post), countersign_key(self._connection, kit)
        facts = [post.digest, sha256(key).digest(), kit.enrolment_id, kit.recipient, self._public]
        body, published = sha256(encode_canonical(facts)).hexdigest(), kit.people
        if published.body != body:
            roster = Roster(published.serial + 1, post.name, post.has_duress, key, post.people)
            published = self._publish(kit, roster, body)
        return PeopleFile(published.serial, published.sha256, published.size)

    def _publish(self, kit: Kit, roster: Roster, body: str) -> PublishedPeople:
        sealed = seal_people(PeopleEnvelope(kit.name, kit.enrolment_id, roster), self._signer, kit.recipient)
        tree.put(self._connection, people_path(kit.folder), sealed)
        published = PublishedPeople(roster.serial, body, sha256(sealed).digest(), len(sealed))
        note_people(self._connection, kit, published)
        return published

    def _drop(self, kit: Kit) -> None:
        if kit.people.body:
            tree.drop(self._connection, people_path(kit.folder))
            note_people(self._connection, kit, PublishedPeople(kit.people.serial))

    def _find_post(self, name: str) -> "_PostPeople":
        if self._posts is None:
            self._posts = _read_posts(self._connection)
        if name not in self._posts:
            staff_table.get_post(self._connection, name)  # says which there are
        return self._posts[name]


class _PostPeople:
    def __init__(self, post: staff_table.Post, people: tuple[StaffMember, ...]) -> None:
        self.name, self.has_duress = post.name, post.has_duress
        self.people = people if post.has_duress else tuple(map(_without_duress, people))
        self.digest = sha256(encode_canonical([self.name, self.has_duress, self.people])).digest()


def _read_posts(connection: Connection) -> dict[str, _PostPeople]:
    people = staff_table.staff_by_post(connection)
    return {post.name: _PostPeople(post, people[post.name]) for post in staff_table.all_posts(connection)}


def _without_duress(person: StaffMember) -> StaffMember:
    if not person.credential.duress:
        return person
    return replace(person, credential=replace(person.credential, duress=""))
