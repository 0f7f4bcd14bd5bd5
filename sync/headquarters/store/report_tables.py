"""Tables of what kits report, in types that SQLite and PostgreSQL share.

They have a file of their own: a publication holds the other one for minutes, and uploads must not wait for it.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from sync.headquarters.store.tables import NAMES

metadata = MetaData(naming_convention=NAMES)

streams = Table(
    # One stream of one life of one kit's journal, and up to where it is here without a gap.
    "stream",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kit", Text, nullable=False),
    Column("enrolment", Text, nullable=False),
    Column("incarnation", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("begins", BigInteger, nullable=False),
    Column("begins_hash", LargeBinary, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("ahead", BigInteger, nullable=False),  # the first entry that arrived too early; 0 for none
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
    Unique("kit", "enrolment", "incarnation", "name"),
)

entries = Table(
    "entry",
    metadata,
    Column("stream", Integer, ForeignKey("stream.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("event", Text, nullable=False),  # empty for an entry that names none
    Column("again", Boolean, nullable=False),  # another incarnation of the journal already reported the event
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("entry_event", "event"),
)

conflicts = Table(
    # Entries that contradict the history that is here: kept, not acknowledged.
    "conflict",
    metadata,
    Column("stream", Integer, ForeignKey("stream.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Text, nullable=False),
)

settlements = Table(
    # What people decided about contradicting entries: canonical JSON, signed (`settlement`).
    "settlement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("stream", Integer, ForeignKey("stream.id"), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("signer", LargeBinary, nullable=False),  # the public `kits` key of then
    Column("signature", LargeBinary, nullable=False),
    Index("settlement_stream", "stream"),
)

receipts = Table(
    # The newest that a kit said of a list.
    "receipt",
    metadata,
    Column("kit", Text, primary_key=True),
    Column("list", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("removed", BigInteger, nullable=False),
    Column("removals", Text, nullable=False),
    Column("at", Text, nullable=False),
)

hidden = Table(
    # Rows that a version withdrew and that are still on the kit's disk, though no screening finds them.
    "hidden",
    metadata,
    Column("kit", Text, primary_key=True),
    Column("list", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("removed", BigInteger, nullable=False),
    Column("at", Text, nullable=False),
)

health = Table(
    "health",
    metadata,
    Column("kit", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

changed_credentials = Table(
    # PINs that were changed on kits; one counts or not from the next publication on.
    "changed_credential",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kit", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("replaces", BigInteger, nullable=False),
    Column("secret", Text, nullable=False),  # its hash; empty once it is decided
    Column("initial", Boolean, nullable=False),
    Column("at", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # empty while it waits
)

local_people = Table(
    # People whom a post added itself, as its kit last said.
    "local_person",
    metadata,
    Column("kit", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),  # JSON: names
    Column("until", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("second", Text, nullable=False),
    Column("at", Text, nullable=False),
)
