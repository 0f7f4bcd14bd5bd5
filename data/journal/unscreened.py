"""Documents that were read and not screened yet: kept until they are, or until the longest shift is certainly over.

- What is kept is what was read or typed, when, and on which device: never a chip's data, a picture or what a bar code
  holds. Of a code its kind and hash are kept, so that nobody takes the document for one that never had a code.
- A row is deleted in the transaction that writes the verdict about the document, once every check has ended
  (`Journal.record_screening`). So a kill leaves either the row or the verdict.
- A document belongs to the desk that took it, for as long as that desk lives. What a dead desk left, one other desk
  takes over: no two screen the same document (`data.journal.living_desks`).
- Nothing is kept beyond the longest shift, as far as that is certain: after 12 hours of running, or once signed time
  proves that they have passed (`data.journal.retention`). The journal deletes such rows with the next screening, or
  when a desk opens, and says so (`Journal.delete_expired_unscreened`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from data.documents.barcodes import MissingCode
from data.documents.travel_document import Capture, Provenance, TravelDocument
from data.errors import StoreError
from data.journal.journal import Journal
from data.journal.living_desks import LivingDesks
from data.json_codec import decode_or_none, encode_canonical, to_json_value
from data.log.error_log import log_error
from data.screenings import Traveller
from data.store import Connection
from data.text import _


@dataclass(frozen=True, slots=True)
class UnscreenedContent:
    """What was read, or what was typed."""

    zone: str = ""
    """Raw text as it was read; empty for a typed document or person."""
    capture: Capture = Capture.MACHINE
    provenance: Provenance | None = None
    documents: tuple[TravelDocument, ...] = ()
    """What was typed, if there is no zone."""
    traveller: Traveller | None = None
    codes: tuple[MissingCode, ...] = ()
    """That bar codes were read with it, without what they hold."""


@dataclass(frozen=True, slots=True)
class UnscreenedDocument:
    """A document that waits to be screened."""

    id: str
    at: datetime
    """When it was read."""
    device: str
    """The reader's title; empty for the keyboard."""
    content: UnscreenedContent


class UnscreenedLog:
    """The documents that wait in one journal. Thread-safe."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._desks = LivingDesks(journal.folder)
        self._lock = Lock()

    def keep(self, document: UnscreenedDocument) -> None:
        """Write it; when this returns, it survives the end of the process."""
        row = (document.id, str(to_json_value(document.at)), document.device, encode_canonical(document.content))
        columns = "id, at, device, body, desk, kept_from, ran_s"
        query = f"INSERT OR REPLACE INTO unscreened ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (no text of others)
        with self._lock, self._journal.writing() as connection:
            start = self._journal.note_running(connection, document.at)
            connection.execute(query, (*row, self._desks.hold(), start.at, start.ran_s))

    def change(self, id: str, content: UnscreenedContent) -> None:
        """Write what is known of it now; StoreError if it is not kept, or not any more."""
        with self._journal.writing() as connection:
            query = "UPDATE unscreened SET body = ? WHERE id = ?"
            if not connection.execute(query, (encode_canonical(content), id)).rowcount:
                raise StoreError(
                    _("The document is not in the journal"),
                    means=_("It was not kept, or it has been screened."),
                )

    def discard(self, id: str) -> None:
        """Delete it: the officer put it away, or it was read again."""
        with self._journal.writing() as connection:
            connection.execute("DELETE FROM unscreened WHERE id = ?", (id,))

    def read(self) -> Sequence[UnscreenedDocument]:
        """What waits at any desk, oldest first; one that cannot be read any more is there without its content."""
        with self._journal.reading() as connection:
            return [document for _desk, document in _read_all(connection)]

    def take_over(self) -> Sequence[UnscreenedDocument]:
        """What waits at this desk from now on, oldest first: its own, and what desks left that live no more.

        Where that cannot be written, on a full disk, it is found all the same.
        """
        with self._lock:
            try:
                with self._journal.writing() as connection:
                    own, documents = self._desks.hold(), self._find_own(connection)
                    rows = [(own, document.id) for document in documents]
                    connection.executemany("UPDATE unscreened SET desk = ? WHERE id = ?", rows)
            except StoreError as error:
                log_error(error)
                with self._journal.reading() as connection:
                    documents = self._find_own(connection)
        return documents

    def _find_own(self, connection: Connection) -> list[UnscreenedDocument]:
        rows = list(_read_all(connection))
        own = self._desks.hold()
        others = self._desks.find_living({desk for desk, _document in rows} - {own})
        return [document for desk, document in rows if desk not in others]

    def release(self) -> None:
        """Leave this desk: what waits at it belongs to the next one."""
        with self._lock:
            self._desks.release()

    def delete_expired_unscreened(self, now: datetime, person: str) -> int:
        """Delete what was kept for longer than the longest shift, which the journal then says; how many documents."""
        return self._journal.delete_expired_unscreened(now, person)


def _read_all(connection: Connection) -> Iterator[tuple[str, UnscreenedDocument]]:
    """Each document with its desk, oldest first."""
    rows = connection.execute("SELECT desk, id, at, device, body FROM unscreened ORDER BY at, number").fetchall()
    for desk, id, at, device, body in rows:
        content = decode_or_none(UnscreenedContent, bytes(body)) or UnscreenedContent()
        yield desk, UnscreenedDocument(id, datetime.fromisoformat(at), device, content)
