"""Tables of the journal, the notes in its table `about`, and how the long texts in it lie on the disk.

- The body of an event's details, or of an entry in the outbox, is compressed with a dictionary of the words that most
  of them have in common. Its first byte is the dictionary's version. Any other first byte begins a body as it was
  written before there were dictionaries: those stay as they are.
- Hashes and commitments are of what a body says, never of how it lies here: a body may be compressed anew without a
  change of any chain, and no chain depends on a version of zstandard.
"""

import secrets
from functools import cache
from threading import local
from typing import TYPE_CHECKING

from data.journal.tables.body_words import DICTIONARIES
from data.log.error_log import log_error
from data.store import Connection, Schema

if TYPE_CHECKING:
    from zstandard import ZstdCompressionDict, ZstdCompressor, ZstdDecompressor

MOST_BODY_BYTES = 16 << 20
"""A larger body is written as it is, and cannot be read back: its event remains, without it."""
_VERSION = 1
"""Of the dictionary with which bodies are written."""
_LEVEL = 6
"""Of zstandard: 35 µs for the details of a screening; 3 takes half of that and leaves a quarter more."""
_MAGIC = b"\x28\xb5\x2f\xfd"
"""What each frame of zstandard begins with: left out of the table."""


def events_chain_outbox(connection: Connection) -> None:
    """One row an event; the chain commits to it; the outbox carries what headquarters may know."""
    for statement in (
        "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TABLE event (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, person TEXT NOT NULL,
            screening TEXT, revision INTEGER, outcome TEXT NOT NULL)""",
        "CREATE INDEX event_of_screening ON event (screening, revision)",
        "CREATE INDEX event_by_kind ON event (kind, at)",
        # What names a person. Deleting a row here leaves a chain that still verifies.
        """CREATE TABLE detail (
            event TEXT PRIMARY KEY REFERENCES event (id), salt BLOB NOT NULL, body BLOB NOT NULL) WITHOUT ROWID""",
        """CREATE TABLE link (
            chain TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, person TEXT NOT NULL, action TEXT NOT NULL,
            event TEXT NOT NULL, outcome TEXT NOT NULL, commitment BLOB NOT NULL, previous BLOB NOT NULL,
            hash BLOB NOT NULL, PRIMARY KEY (chain, seq)) WITHOUT ROWID""",
        """CREATE TABLE outbox (
            stream TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL,
            previous BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (stream, seq)) WITHOUT ROWID""",
    ):
        connection.execute(statement)
    connection.execute("INSERT INTO about VALUES ('incarnation', ?)", (secrets.token_hex(16),))


def sightings(connection: Connection) -> None:
    """Which documents were seen lately, by keyed hash alone (`data.journal.journal`)."""
    connection.execute(
        """CREATE TABLE sighting (
            document BLOB NOT NULL, at TEXT NOT NULL, screening TEXT NOT NULL, direction TEXT NOT NULL,
            lane TEXT NOT NULL, party BLOB NOT NULL, PRIMARY KEY (document, at, screening)) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX sighting_by_time ON sighting (at, direction)")


def lives_and_acknowledgements(connection: Connection) -> None:
    """Which incarnations this journal has had, and what of each stream headquarters has acknowledged."""
    for statement in (
        "CREATE TABLE life (number INTEGER PRIMARY KEY, incarnation TEXT NOT NULL, since TEXT NOT NULL)",
        "INSERT INTO life SELECT 1, value, '' FROM about WHERE name = 'incarnation'",
        """CREATE TABLE life_begins (
            life INTEGER NOT NULL REFERENCES life (number), chain TEXT NOT NULL, seq INTEGER NOT NULL,
            hash BLOB NOT NULL, PRIMARY KEY (life, chain)) WITHOUT ROWID""",
        # Incarnations that headquarters knows of this kit and this journal does not.
        "CREATE TABLE life_elsewhere (incarnation TEXT PRIMARY KEY) WITHOUT ROWID",
        """CREATE TABLE acknowledged (
            stream TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, signed TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (stream, seq)) WITHOUT ROWID""",
    ):
        connection.execute(statement)


def open_work_at_the_desk(connection: Connection) -> None:
    """What is not done yet at the desk: rows that go, no part of any chain.

    Screenings without a decision (`data.journal.travellers`), and unscreened documents (`data.journal.unscreened`).
    """
    for statement in (
        """CREATE TABLE undecided (
            screening TEXT PRIMARY KEY, at TEXT NOT NULL, verdict TEXT NOT NULL) WITHOUT ROWID""",
        """CREATE TABLE unscreened (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, device TEXT NOT NULL,
            body BLOB NOT NULL)""",
    ):
        connection.execute(statement)


def kept_for_certain(connection: Connection) -> None:
    """From when a row is kept that goes by itself, by calendar and by running time (`data.journal.retention`)."""
    for table in ("sighting", "undecided", "unscreened"):
        for statement in (
            f"ALTER TABLE {table} ADD COLUMN kept_from TEXT NOT NULL DEFAULT ''",
            f"ALTER TABLE {table} ADD COLUMN ran_s REAL NOT NULL DEFAULT 0",
            f"UPDATE {table} SET kept_from = at",  # noqa: S608  (no text of others)
            f"CREATE INDEX {table}_kept_from ON {table} (kept_from)",
            f"CREATE INDEX {table}_ran ON {table} (ran_s)",
        ):
            connection.execute(statement)


def recent_decisions(connection: Connection) -> None:
    """Which decisions still count at the counter, for as long as this is certain (`data.journal.retention`)."""
    for statement in (
        """CREATE TABLE recent_decision (
            event TEXT PRIMARY KEY, screening TEXT NOT NULL, kept_from TEXT NOT NULL, ran_s REAL NOT NULL)
            WITHOUT ROWID""",
        """INSERT INTO recent_decision SELECT id, screening, at, coalesce(
            (SELECT json_extract(value, '$.total_s') FROM about WHERE name = 'running'), 0)
            FROM event WHERE kind = 'decision' AND screening IS NOT NULL""",
        "CREATE INDEX recent_decision_kept_from ON recent_decision (kept_from)",
        "CREATE INDEX recent_decision_ran ON recent_decision (ran_s)",
    ):
        connection.execute(statement)


def desks_of_the_unscreened(connection: Connection) -> None:
    """Which desk has taken a document that waits (`data.journal.living_desks`); empty: none that lives."""
    connection.execute("ALTER TABLE unscreened ADD COLUMN desk TEXT NOT NULL DEFAULT ''")


def small_sightings(connection: Connection) -> None:
    """The same sightings, each screening in one row that its keyed hashes refer to: a third of the room.

    From this step on bodies are compressed, too: a Waypost that cannot read them refuses the file.
    """
    for statement in (
        "ALTER TABLE sighting RENAME TO sighting_before",
        """CREATE TABLE seen_screening (
            number INTEGER PRIMARY KEY, screening TEXT NOT NULL, at TEXT NOT NULL, direction TEXT NOT NULL,
            lane TEXT NOT NULL, party BLOB NOT NULL, kept_from TEXT NOT NULL, ran_s REAL NOT NULL)""",
        """CREATE TABLE seen_hash (
            document BLOB NOT NULL, number INTEGER NOT NULL REFERENCES seen_screening (number) ON DELETE CASCADE,
            PRIMARY KEY (document, number)) WITHOUT ROWID""",
        """INSERT INTO seen_screening (screening, at, direction, lane, party, kept_from, ran_s)
            SELECT screening, at, direction, lane, party, max(kept_from), max(ran_s)
            FROM sighting_before GROUP BY screening, at ORDER BY max(kept_from)""",
        """INSERT INTO seen_hash SELECT document, number
            FROM sighting_before JOIN seen_screening USING (screening, at)""",
        "DROP TABLE sighting_before",
        "CREATE INDEX seen_screening_kept_from ON seen_screening (kept_from)",
        "CREATE INDEX seen_screening_ran ON seen_screening (ran_s)",
        "CREATE INDEX seen_hash_of_screening ON seen_hash (number)",
        """CREATE VIEW sighting AS SELECT document, at, screening, direction, lane, party, kept_from, ran_s
            FROM seen_hash JOIN seen_screening USING (number)""",
    ):
        connection.execute(statement)


def ages_of_details(connection: Connection) -> None:
    """How far the journal had come at a moment, by row number of its events: the age of details."""
    connection.execute(
        """CREATE TABLE detail_age (
            upto INTEGER PRIMARY KEY, kept_from TEXT NOT NULL, ran_s REAL NOT NULL, signed TEXT NOT NULL,
            signed_after TEXT NOT NULL DEFAULT '')"""
    )


def checkpoints(connection: Connection) -> None:
    """The signed checkpoints of the audit chains (`data.journal.audit.checkpoints`)."""
    connection.execute(
        """CREATE TABLE checkpoint (
            event TEXT PRIMARY KEY REFERENCES event (id), chain TEXT NOT NULL, seq INTEGER NOT NULL,
            statement BLOB NOT NULL, signature BLOB NOT NULL) WITHOUT ROWID"""
    )


def typed_queries(connection: Connection) -> None:
    """Which screenings rested on typing, without the traveller (`data.journal.audit.typed_queries`)."""
    connection.execute(
        """CREATE TABLE typed_query (
            screening TEXT PRIMARY KEY, person TEXT NOT NULL, at TEXT NOT NULL, at_desk INTEGER NOT NULL,
            kept_from TEXT NOT NULL, ran_s REAL NOT NULL) WITHOUT ROWID"""
    )


SCHEMA = Schema(
    "journal",
    (
        events_chain_outbox,
        sightings,
        lives_and_acknowledgements,
        open_work_at_the_desk,
        kept_for_certain,
        recent_decisions,
        desks_of_the_unscreened,
        small_sightings,
        ages_of_details,
        checkpoints,
        typed_queries,
    ),
)


def read_about(connection: Connection, name: str) -> str:
    """A note of the journal; empty where there is none."""
    row = connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return row[0] if row else ""


def read_all_about(connection: Connection) -> dict[str, str]:
    """Every note of the journal, by its name: one statement where several are needed."""
    return dict(connection.execute("SELECT name, value FROM about").fetchall())


def write_about(connection: Connection, name: str, content: bytes) -> None:
    """Replace a note of the journal; the caller holds the transaction."""
    connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, content.decode()))


def pack_body(plain: bytes) -> bytes:
    """A body as it is written into its table."""
    if len(plain) > MOST_BODY_BYTES:
        return plain
    return bytes((_VERSION,)) + _compressor().compress(plain)[len(_MAGIC) :]


def unpack_body(stored: bytes) -> bytes:
    """What a body in a table says; empty where that cannot be read, which is no JSON and fits no hash."""
    if stored[:1] not in _VERSIONS:
        return stored
    from zstandard import ZstdError, frame_content_size

    frame = _MAGIC + stored[1:]
    try:
        is_bounded = 0 <= frame_content_size(frame) <= MOST_BODY_BYTES  # it gives the room that is taken at once
        return _decompressor(stored[0]).decompress(frame, read_across_frames=False) if is_bounded else b""
    except ZstdError as error:
        log_error(error)
        return b""


_VERSIONS = {bytes((version,)) for version in DICTIONARIES}
_threads = local()
"""zstandard's objects serve one thread each."""


def _compressor() -> "ZstdCompressor":
    if not hasattr(_threads, "compressor"):
        from zstandard import ZstdCompressor

        _threads.compressor = ZstdCompressor(level=_LEVEL, dict_data=_dictionary(_VERSION), write_content_size=True)
    compressor: ZstdCompressor = _threads.compressor
    return compressor


def _decompressor(version: int) -> "ZstdDecompressor":
    if not hasattr(_threads, "decompressors"):
        _threads.decompressors = {}
    from zstandard import ZstdDecompressor

    decompressors: dict[int, ZstdDecompressor] = _threads.decompressors
    if version not in decompressors:
        decompressors[version] = ZstdDecompressor(dict_data=_dictionary(version))
    return decompressors[version]


@cache
def _dictionary(version: int) -> "ZstdCompressionDict":
    from zstandard import DICT_TYPE_RAWCONTENT, ZstdCompressionDict

    dictionary = ZstdCompressionDict(DICTIONARIES[version], dict_type=DICT_TYPE_RAWCONTENT)
    dictionary.precompute_compress(level=_LEVEL)
    return dictionary
