"""Imports say what they did, what they leave for the next one, and why incomplete files were accepted."""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    """Earlier imports have nothing to say of it."""
    with op.batch_alter_table("import_run") as batch:
        batch.add_column(sa.Column("parts", sa.Text(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("unread", sa.Text(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("signs", sa.Text(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column("counts", sa.Text(), server_default="{}", nullable=False))
