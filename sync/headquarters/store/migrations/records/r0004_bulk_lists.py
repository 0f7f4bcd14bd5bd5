"""Lists of documents lie in buckets and blocks of columns; their records move there when they are first needed."""

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    """Tables for buckets of records and blocks of rows."""
    op.create_table(
        "bulk_list",
        _of_list(),
        sa.Column("bits", sa.Integer(), nullable=False),
        sa.Column("salt_epoch", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("dealt", sa.Integer(), nullable=False),
        *_keys("bulk_list", "list"),
    )
    op.create_table(
        "record_bucket",
        _of_list(),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_keys("record_bucket", "list", "bucket"),
    )
    op.create_table(
        "record_change",
        _of_list(),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_keys("record_change", "list", "bucket", "run", "part"),
    )
    op.create_table(
        "row_block",
        _of_list(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_keys("row_block", "list", "version", "first"),
    )


def _of_list() -> "sa.Column[str]":
    return sa.Column("list", sa.Text(), nullable=False)


def _keys(table: str, *columns: str) -> tuple[sa.Constraint, sa.Constraint]:
    return (
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f(f"fk_{table}_list")),
        sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}")),
    )
