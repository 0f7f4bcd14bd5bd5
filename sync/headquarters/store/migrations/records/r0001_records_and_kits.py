"""The first tables of `hq.db`: lists, records, published rows, kits."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None


def upgrade() -> None:
    """An empty file gets its tables."""
    op.create_table(
        "fresh_row",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", "n", name=op.f("pk_fresh_row")),
    )
    op.create_table(
        "kit",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.Column("enrolled", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="in_force", nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("carries", sa.Text(), server_default="null", nullable=False),
        sa.Column("lease_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kit")),
    )
    op.create_table(
        "kits_key",
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("public", name=op.f("pk_kits_key")),
    )
    op.create_table(
        "list",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("salt_epoch", sa.Integer(), nullable=False),
        sa.Column("key_epoch", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_list")),
    )
    op.create_table(
        "tree_file",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_tree_file")),
    )
    op.create_table(
        "unreferenced_file",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_unreferenced_file")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_import_run_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "kit_signer",
        sa.Column("kit", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["kit"], ["kit.name"], name=op.f("fk_kit_signer_kit")),
        sa.PrimaryKeyConstraint("kit", name=op.f("pk_kit_signer")),
        sa.UniqueConstraint("public", name=op.f("uq_kit_signer_public")),
    )
    op.create_table(
        "list_key",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_list_key_list")),
        sa.PrimaryKeyConstraint("list", "epoch", name=op.f("pk_list_key")),
    )
    op.create_table(
        "payload",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_payload_list")),
        sa.PrimaryKeyConstraint("list", "name", name=op.f("pk_payload")),
    )
    op.create_table(
        "published_row",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_published_row_list")),
        sa.PrimaryKeyConstraint("list", "key", "valid_from", name=op.f("pk_published_row")),
        sqlite_with_rowid=False,
    )
    op.create_index("row_came", "published_row", ["list", "valid_from"], unique=False)
    op.create_index(
        "row_went",
        "published_row",
        ["list", "valid_to"],
        unique=False,
        sqlite_where=sa.text("valid_to IS NOT NULL"),
        postgresql_where=sa.text("valid_to IS NOT NULL"),
    )
    op.create_table(
        "record",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_record_list")),
        sa.PrimaryKeyConstraint("list", "identity", "valid_from", name=op.f("pk_record")),
    )
    op.create_table(
        "snapshot_part",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_snapshot_part_list")),
        sa.PrimaryKeyConstraint("list", "number", name=op.f("pk_snapshot_part")),
    )
    op.create_table(
        "used_number",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_used_number_list")),
        sa.PrimaryKeyConstraint("list", name=op.f("pk_used_number")),
    )
    op.create_table(
        "version",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("salt_epoch", sa.Integer(), nullable=False),
        sa.Column("key_epoch", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_version_list")),
        sa.PrimaryKeyConstraint("list", "version", name=op.f("pk_version")),
    )
    op.create_table(
        "waiting_version",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("came", sa.BigInteger(), nullable=False),
        sa.Column("went", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_waiting_version_list")),
        sa.PrimaryKeyConstraint("list", name=op.f("pk_waiting_version")),
    )
