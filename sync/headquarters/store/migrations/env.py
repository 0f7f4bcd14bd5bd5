"""What Alembic runs for an upgrade: it works on the connection that it is handed, inside the transaction there."""

from alembic import context

context.configure(**context.config.attributes["options"])
with context.begin_transaction():
    context.run_migrations()
