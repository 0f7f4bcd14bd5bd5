"""Headquarters publishes the people of each kit's post, and notes for whom it was the second person by radio."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    """No kit has a people file yet."""
    op.create_table(
        "countersignature",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kit", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_countersignature")),
    )
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("origin_kit", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("origin_version", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("kit") as batch:
        batch.add_column(sa.Column("people_body", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("people_sha256", sa.LargeBinary()))
        batch.add_column(sa.Column("people_size", sa.Integer(), nullable=False, server_default="0"))
