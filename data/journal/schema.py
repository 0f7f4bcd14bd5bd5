"""Tables of the journal, and the notes in its table `about`."""

import secrets

from data.store import Connection, Schema


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
