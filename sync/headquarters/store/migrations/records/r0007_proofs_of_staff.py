"""Headquarters keeps who proved, or did not prove, to be one of its staff."""

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    """Nobody proved anything yet. A post of a kit that has the name of headquarters' own post gets another one."""
    for statement in (
        "UPDATE post SET name = 'Headquarters (post)' WHERE name = 'Headquarters'",
        "UPDATE kit SET post = 'Headquarters (post)' WHERE post = 'Headquarters'",
        """UPDATE staff SET posts = replace(posts, '"Headquarters"', '"Headquarters (post)"')""",
    ):
        op.execute(statement)
    op.create_table(
        "staff_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_proof")),
    )
