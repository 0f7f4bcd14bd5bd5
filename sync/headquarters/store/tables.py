"""Tables of headquarters' store, in types that SQLite and PostgreSQL share.

Records carry the import runs between which they were valid, published rows the versions: nothing is
overwritten, so any past version can be rebuilt. `valid_to` is empty for what is in force. Records of a bulk list lie in
buckets instead, which are written anew, beside what each run changed in them.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, text

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}
"""Constraints have names, so that a migration can drop one on either engine."""

metadata = MetaData(naming_convention=NAMES)

lists = Table(
    "list",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("salt_epoch", Integer, nullable=False),
    Column("key_epoch", Integer, nullable=False),
    Column("run", Integer, nullable=False),  # the import that the newest version was compared with
)

versions = Table(
    "version",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),  # hexadecimal
    Column("row_count", BigInteger, nullable=False),
    Column("at", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("source_date", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("salt_epoch", Integer, nullable=False),
    Column("key_epoch", Integer, nullable=False),  # that was in force when it was published
    Column("urgent", Boolean, nullable=False),
)

used_numbers = Table(
    # Numbers up to which versions may have been given before this headquarters was put back from a copy.
    "used_number",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("version", Integer, nullable=False),
)

waiting = Table(
    # Versions that go beyond their bounds and were not published.
    "waiting_version",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),  # hexadecimal
    Column("row_count", BigInteger, nullable=False),
    Column("came", BigInteger, nullable=False),
    Column("went", BigInteger, nullable=False),
)

list_keys = Table(
    "list_key",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

runs = Table(
    "import_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list", Text, ForeignKey("list.name"), nullable=False),
    Column("as_of", Text, nullable=False),
    Column("source_date", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("parts", Text, nullable=False, server_default="[]"),  # JSON: what the next import must not lack
    Column("unread", Text, nullable=False, server_default="{}"),  # JSON: count by digest of rows that may be anybody's
    Column("signs", Text, nullable=False, server_default="[]"),  # JSON: why the files seemed incomplete …
    Column("reason", Text, nullable=False, server_default=text("''")),  # … and why they were accepted
    Column("counts", Text, nullable=False, server_default="{}"),  # JSON: records added, changed, removed, kept, refused
)

records = Table(
    "record",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("valid_from", Integer, primary_key=True),  # import runs
    Column("valid_to", Integer),
    Column("seen", Integer, nullable=False),  # the last run that held it
    Column("body", Text, nullable=False),
)

bulk_lists = Table(
    # Lists whose records lie in buckets (`sync.headquarters.bulk`) instead of in `record`.
    "bulk_list",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("bits", Integer, nullable=False),  # of a key that tell its bucket
    Column("salt_epoch", Integer, nullable=False),  # of the salt under which it is that bucket
    Column("since", Integer, nullable=False),  # the run after which all changes are known
    Column("dealt", Integer, nullable=False),  # the run after which the buckets were made
)

buckets = Table(
    # The records in force in a bucket after an import run …
    "record_bucket",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("bucket", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # Parquet
)

bucket_changes = Table(
    # … and what each run took out of it and put into it.
    "record_change",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("bucket", Integer, primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # Parquet
)

row_blocks = Table(
    # The rows of the first version under a salt of a bulk list, ascending; `published_row` has what changed since.
    "row_block",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("first", LargeBinary, primary_key=True),  # the least key
    Column("count", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # keys, then bodies, 8 bytes each
)

fresh = Table(
    # Rows sealed for the next version, before they are compared; empty between two publications.
    "fresh_row",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("n", Integer, primary_key=True),  # several records may share a key
    Column("body", LargeBinary, nullable=False),
)

rows = Table(
    "published_row",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("valid_from", Integer, primary_key=True),  # versions
    Column("valid_to", Integer),
    Column("body", LargeBinary, nullable=False),
    Index("row_came", "list", "valid_from"),
    sqlite_with_rowid=False,  # the rows lie in order of key: read so for every snapshot, and written once
)
# Without the rows in force: looking one of those up by key must not walk all of them.
_went = rows.c.valid_to.is_not(None)
Index("row_went", rows.c.list, rows.c.valid_to, sqlite_where=_went, postgresql_where=_went)

payloads = Table(
    # Sealed files in force: what the name of each is made of (`sync.formats.manifest.make_sealed_file`).
    "payload",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("letter", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("second", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
)

parts = Table(
    # The stretches of keys that the parts of the snapshot in force hold, and the newest version's digest of each.
    "snapshot_part",
    metadata,
    Column("list", Text, ForeignKey("list.name"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("start", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),  # hexadecimal
)

kits = Table(
    "kit",
    metadata,
    Column("name", Text, primary_key=True),
    Column("incarnation", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("body", Text, nullable=False),  # digest of what the newest envelope says
    Column("expires", Text, nullable=False),
    Column("enrolled", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="in_force"),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("carries", Text, nullable=False, server_default="null"),  # JSON: names of lists; null for every list
    Column("lease_days", Integer),
    Column("post", Text),  # where it stands; null: nobody signs in there
    Column("countersign_key", LargeBinary),  # 32 bytes, made when they are first needed
    Column("people_serial", Integer, nullable=False, server_default="0"),  # of its newest roster
    Column("people_body", Text, nullable=False, server_default=text("''")),  # digest of what that roster says
    Column("people_sha256", LargeBinary),  # of its file in the tree
    Column("people_size", Integer, nullable=False, server_default="0"),  # the same, bytes
)

posts = Table(
    "post",
    metadata,
    Column("name", Text, primary_key=True),
    Column("has_duress", Boolean, nullable=False),
)

staff = Table(
    # Everybody who ever worked at a post. Rows are never deleted, so no service number is given twice.
    "staff",
    metadata,
    Column("number", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("human", Text, nullable=False),  # 16 hexadecimal digits
    Column("roles", Text, nullable=False),  # JSON: names
    Column("posts", Text, nullable=False),  # JSON: names
    Column("valid_from", Text),
    Column("valid_until", Text),
    Column("ended", Text),  # when headquarters ended it; null: in force
    Column("reason", Text, nullable=False, server_default=text("''")),  # why it ended
    Column("version", Integer, nullable=False),  # of the credential
    Column("secret", Text, nullable=False),  # hashes (`data.people.secret_hash`)
    Column("is_initial", Boolean, nullable=False),
    Column("duress", Text, nullable=False, server_default=text("''")),
    Column("card", Text, nullable=False, server_default=text("''")),
    Column("origin_kit", Text, nullable=False, server_default=text("''")),  # where the PIN was changed; empty: here
    Column("origin_version", Integer, nullable=False, server_default="0"),  # that it replaced
)

countersignatures = Table(
    # Answers by radio: for what headquarters was the second person.
    "countersignature",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("kit", Text, nullable=False),
    Column("case", Text, nullable=False),  # as it was read by radio
    Column("nonce", Text, nullable=False),
    Column("answer", Text, nullable=False),  # `agrees` or `refuses`
    Column("who", Text, nullable=False),  # who answered: service number and name
)

staff_proofs = Table(
    # Each time that somebody of headquarters' staff proved who they are, or did not. Written before the try is made.
    "staff_proof",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("number", Text, nullable=False),  # service number; empty where nobody has what was typed
    Column("version", Integer, nullable=False),  # of the credential: a new PIN has all tries again
    Column("purpose", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # as `staff_sign_in` has it
)

kit_signers = Table(
    # Who signs what a kit reports.
    "kit_signer",
    metadata,
    Column("kit", Text, ForeignKey("kit.name"), primary_key=True),
    Column("public", LargeBinary, nullable=False, unique=True),  # Ed25519
)

kits_keys = Table(
    # Public keys that policies named for what is said to single kits, and that are in force no more.
    "kits_key",
    metadata,
    Column("public", LargeBinary, primary_key=True),  # Ed25519
)

tree = Table(
    # The small files of the published tree as they should be; larger ones are `payload`.
    "tree_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

unreferenced = Table(
    # Files on the disk that nothing refers to any longer, and since when.
    "unreferenced_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("since", Text, nullable=False),
)
