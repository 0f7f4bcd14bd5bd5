"""The steps that change headquarters' tables, one file each, run by Alembic; a released step never changes."""
