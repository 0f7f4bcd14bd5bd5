"""Counts the changes of one list in its own notes, and records each in the kit's witness file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

from data.errors import Damaged
from data.json_codec import decode, encode_canonical
from data.lists.edition import edition_from_json
from data.store import Connection
from data.text import _
from data.witness.witness_file import WitnessFile
from data.witness.witness_record import ListHead, WitnessNote, WitnessRecord

_NOTE = "witness"
_DIGEST_DIGITS = 32


class ListWitness:
    """What witnesses one list; without a file nothing does."""

    def __init__(self, list_name: str, file: WitnessFile | None) -> None:
        self._list_name = list_name
        self._file = file
        self._head: ListHead | None = None

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Around a transaction: what `counted` counted in it is recorded once it is on the disk."""
        self._head = None
        yield
        head = self._head
        if head is not None and self._file is not None:
            self._file.change(lambda record: record.with_list(self._list_name, head))

    @contextmanager
    def counted(self, overlay: Connection, *, is_whole: bool) -> Iterator[None]:
        """Inside a transaction: count what the block changes. A whole version comes after any that was known."""
        before = overlay.total_changes
        yield
        if overlay.total_changes == before:
            return
        record, note = self._file.read() if self._file else WitnessRecord(), read_note(overlay)
        known_change = record.change_of_list(self._list_name)
        if is_whole:
            note = replace(note, change=max(note.change, known_change))
        note = note.next(record, known_change)
        overlay.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (_NOTE, encode_canonical(note).decode()))
        self._head = read_list_head(overlay)

    def discard(self) -> None:
        """The kit removes the list's files; call it first."""
        if self._file is not None:
            self._file.change(lambda record: record.without_list(self._list_name))


def read_note(overlay: Connection) -> WitnessNote:
    """What the list notes of its changes; an empty note before the first."""
    row = overlay.execute("SELECT value FROM note WHERE name = ?", (_NOTE,)).fetchone()
    return decode(WitnessNote, row[0], lambda _why: _damaged()) if row else WitnessNote()


def read_list_head(overlay: Connection) -> ListHead | None:
    """Which version is in force, and by which change; None before the first."""
    row = overlay.execute("SELECT edition FROM state").fetchone()
    if row is None:
        return None
    edition, digest = edition_from_json(row[0]), sha256(row[0].encode()).hexdigest()[:_DIGEST_DIGITS]
    return ListHead(read_note(overlay).change, edition.version, edition.count, digest)


def _damaged() -> Damaged:
    return Damaged(_("A list's note of its changes cannot be read"), do=_("Run `waypost courier run`"))
