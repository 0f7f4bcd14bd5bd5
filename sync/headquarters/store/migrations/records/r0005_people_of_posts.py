"""Headquarters knows its posts and the people who work there; a kit stands at a post."""

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    """Tables for posts and staff; kits are at no post until somebody says so."""
    op.create_table(
        "post",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("has_duress", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_post")),
    )
    op.create_table(
        "staff",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("human", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text()),
        sa.Column("valid_until", sa.Text()),
        sa.Column("ended", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("is_initial", sa.Boolean(), nullable=False),
        sa.Column("duress", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("card", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_staff")),
    )
    with op.batch_alter_table("kit") as batch:
        batch.add_column(sa.Column("post", sa.Text()))
        batch.add_column(sa.Column("countersign_key", sa.LargeBinary()))
        batch.add_column(sa.Column("people_serial", sa.Integer(), nullable=False, server_default="0"))
