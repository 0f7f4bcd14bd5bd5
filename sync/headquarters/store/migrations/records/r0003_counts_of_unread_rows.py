"""An import notes how often it met a row that does not say whose it is: more of the same row may be further records."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    """Lists of digests become counts by digest; a digest that was noted without a count occurred once."""
    op.execute(
        """
        UPDATE import_run SET unread =
        REPLACE(REPLACE(REPLACE(REPLACE(unread, '", "', '": 1, "'), '"]', '": 1}'), '[', '{'), ']', '}')
        """
    )
    with op.batch_alter_table("import_run") as batch:
        # SQLite's table is made anew; of the default that is an expression Alembic would make another one.
        batch.alter_column("reason", existing_type=sa.Text(), existing_nullable=False, server_default=sa.text("''"))
        batch.alter_column("unread", existing_type=sa.Text(), existing_nullable=False, server_default="{}")
