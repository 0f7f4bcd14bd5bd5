"""Headquarters' databases: made by the same steps that bring older ones up to date, and never left half way."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, insert, select

from data.errors import Busy, StoreError
from sync.headquarters.store import migration, tables
from sync.headquarters.store.database import HeadquartersStore
from sync.headquarters.store.migration import RECORDS, REPORTS, SECRETS, DatabaseSchema
from sync.headquarters.store.run_table import past_imports
from tests.structure.product import ROOT

KEY = bytes(range(32))
SCHEMAS = pytest.mark.parametrize("schema", [RECORDS, REPORTS, SECRETS], ids=lambda schema: schema.name)
LIST = {"name": "un", "kind": "persons", "format": "un-xml", "salt": b"s", "salt_epoch": 1, "key_epoch": 1, "run": 0}

STEP = """
import os, signal
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{after}"

def upgrade() -> None:
    {body}
"""
NEW_COLUMN = 'op.add_column("kit", sa.Column("post", sa.Text(), nullable=False, server_default=""))'
REBUILD = """with op.batch_alter_table("list") as batch:
        batch.alter_column("format", nullable=True)
        batch.add_column(sa.Column("title", sa.Text()))"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is, in a folder with a name that Alembic's configuration could take for something else."""
    folder = tmp_path / "50 %(here)s, a:b"
    folder.mkdir()
    return folder / "hq.db"


@pytest.fixture
def older(tmp_path: Path) -> DatabaseSchema:
    """Records as they were after the first step; more steps can be written into its folder."""
    scripts = tmp_path / "100 % steps"
    scripts.mkdir()
    shutil.copy(RECORDS.scripts / "r0001_records_and_kits.py", scripts)
    return replace(RECORDS, scripts=scripts)


def write_step(schema: DatabaseSchema, body: str, number: int = 2) -> None:
    text = STEP.format(revision=f"r{number:04}", after=f"r{number - 1:04}", body=body)
    (schema.scripts / f"r{number:04}_by_a_test.py").write_text(text, encoding="utf-8")


@contextmanager
def open_store(path: Path, schema: DatabaseSchema) -> Iterator[HeadquartersStore]:
    with closing(HeadquartersStore(path, KEY, schema)) as store:
        yield store


def make_with_data(path: Path, schema: DatabaseSchema) -> None:
    """A database with a list, a key of it and a kit."""
    with open_store(path, schema) as store, store.transaction() as connection:
        connection.execute(insert(tables.lists).values(**LIST))
        connection.execute(insert(tables.list_keys).values(list="un", epoch=1, key=b"key"))
        kit = dict.fromkeys(("incarnation", "recipient", "folder", "body", "expires", "enrolled"), "x")
        connection.execute(insert(tables.kits).values(name="post-7", serial=1, **kit))


def rows(path: Path, schema: DatabaseSchema, *columns: Any) -> list[tuple[Any, ...]]:
    with open_store(path, schema) as store, store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def laid_out(connection: Connection) -> dict[str, str]:
    """Every table and index as SQLite keeps its statement, but for layout: also what Alembic does not compare."""
    statements = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    plain = {name: re.sub(r"[\s\"]+|CONSTRAINT \w+", "", text) for name, text in statements}
    return {name: "".join(sorted(re.split(r"[(),]", text))) for name, text in plain.items()}


def start(path: Path, schema: DatabaseSchema, then: str = "") -> "subprocess.Popen[str]":
    """Another process that opens the database when it is told to; `then` runs while it has it open."""
    program = f"""
import sys
from dataclasses import replace
from pathlib import Path
from sync.headquarters.store.database import HeadquartersStore
from sync.headquarters.store.migration import RECORDS
print("ready", flush=True); sys.stdin.readline()
store = HeadquartersStore(Path({str(path)!r}), {KEY!r}, replace(RECORDS, scripts=Path({str(schema.scripts)!r})))
print("open", flush=True)
{then}
store.close()
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


@SCHEMAS
def test_the_steps_make_what_the_tables_describe(path: Path, schema: DatabaseSchema) -> None:
    with open_store(path, schema) as store, store.reading() as connection:
        options = {"version_table": schema.version_table, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        missing = produce_migrations(context, schema.metadata).upgrade_ops
        assert missing is not None and missing.is_empty(), f"a step is missing:\n{render_python_code(missing)}"


@SCHEMAS
def test_the_steps_make_the_same_statements_as_the_tables(path: Path, schema: DatabaseSchema) -> None:
    """Rows without a number of their own and partial indexes too, which Alembic does not compare."""
    with open_store(path, schema) as store, store.transaction() as connection:
        by_steps = laid_out(connection)
        made_by_steps = MetaData()
        made_by_steps.reflect(connection)
        made_by_steps.drop_all(connection)
        schema.metadata.create_all(connection)
        by_tables = laid_out(connection)
    del by_steps[schema.version_table]
    assert by_steps == by_tables


@SCHEMAS
def test_the_steps_form_one_line_in_the_order_of_their_files(schema: DatabaseSchema) -> None:
    config = Config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("script_location", str(schema.scripts.parent))
    config.set_main_option("version_locations", str(schema.scripts))
    scripts = ScriptDirectory.from_config(config)
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == schema.revisions()


@SCHEMAS
def test_postgresql_can_run_the_same_steps(schema: DatabaseSchema) -> None:
    config = Config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("script_location", str(schema.scripts.parent))
    config.set_main_option("version_locations", str(schema.scripts))
    statements = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql",
        opts={"as_sql": True, "output_buffer": statements, "target_metadata": schema.metadata},
    )
    with Operations.context(context):
        for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
            script.module.upgrade()
    made = set(re.findall(r"CREATE TABLE (\w+)", statements.getvalue()))
    assert made >= {table.name for table in schema.metadata.tables.values()}
    assert "BYTEA" in statements.getvalue()


@SCHEMAS
def test_whatever_the_first_step_holds_is_there_after_the_newest(path: Path, schema: DatabaseSchema) -> None:
    with open_store(path, schema) as store, store.transaction() as connection:
        for_tables = MetaData()
        for_tables.reflect(connection)
        for_tables.drop_all(connection)
        migration.upgrade_tables(connection, schema, "r0001")
        first = MetaData()
        first.reflect(connection)
        filled = [table for table in first.sorted_tables if table.name != schema.version_table]
        for table in filled:
            connection.execute(insert(table).values(**sample_row(table)))
    with open_store(path, schema) as store, store.reading() as connection:
        assert {table.name: connection.execute(select(table)).mappings().one() for table in filled} == {
            table.name: sample_row(table) for table in filled
        }


def sample_row(table: Table) -> dict[str, Any]:
    samples: dict[type, Any] = {int: 1, str: "x", bytes: b"x", bool: True}
    return {column.name: samples[column.type.python_type] for column in table.columns}


def test_an_older_database_is_brought_up_to_date_with_what_it_holds(path: Path, older: DatabaseSchema) -> None:
    make_with_data(path, older)
    write_step(older, NEW_COLUMN)
    write_step(older, REBUILD, 3)
    assert rows(path, older, tables.kits.c.name) == [("post-7",)]
    with open_store(path, older) as store, store.reading() as connection:
        reflected = MetaData()
        reflected.reflect(connection)
        assert connection.scalar(select(reflected.tables["kit"].c.post)) == ""
        assert "title" in reflected.tables["list"].columns
    assert rows(path, older, tables.lists.c.name, tables.lists.c.salt) == [("un", b"s")]
    assert rows(path, older, tables.list_keys.c.key) == [(b"key",)]


@pytest.mark.parametrize(("digests", "counts"), [("[]", {}), ('["0a", "1b", "2c"]', {"0a": 1, "1b": 1, "2c": 1})])
def test_a_row_that_was_noted_without_a_count_occurred_once(path: Path, digests: str, counts: dict[str, int]) -> None:
    with open_store(path, RECORDS) as store, store.transaction() as connection:
        for_tables = MetaData()
        for_tables.reflect(connection)
        for_tables.drop_all(connection)
        migration.upgrade_tables(connection, RECORDS, "r0002")
        connection.execute(insert(tables.lists).values(**LIST))
        times = dict.fromkeys(("as_of", "at"), "2026-01-01T00:00:00+00:00")
        connection.execute(insert(tables.runs).values(list="un", source_date="", unread=digests, **times))
    with open_store(path, RECORDS) as store, store.reading() as connection:
        assert [entry.notes.unread for entry in past_imports(connection)] == [counts]


def test_a_post_of_kits_with_the_name_of_headquarters_own_gets_another_name(path: Path) -> None:
    person = {"number": "N-1", "name": "A", "human": "0" * 16, "roles": '["officer"]', "version": 1, "secret": ""}
    with open_store(path, RECORDS) as store, store.transaction() as connection:
        for_tables = MetaData()
        for_tables.reflect(connection)
        for_tables.drop_all(connection)
        migration.upgrade_tables(connection, RECORDS, "r0006")
        connection.execute(insert(tables.posts).values(name="Headquarters", has_duress=False))
        connection.execute(insert(tables.staff).values(**person, posts='["Headquarters", "North"]', is_initial=False))
    assert rows(path, RECORDS, tables.posts.c.name) == [("Headquarters (post)",)]
    assert rows(path, RECORDS, tables.staff.c.posts) == [('["Headquarters (post)", "North"]',)]


def test_a_database_stays_encrypted_and_is_read_by_its_key_alone(path: Path, older: DatabaseSchema) -> None:
    make_with_data(path, older)
    write_step(older, REBUILD)
    assert rows(path, older, tables.lists.c.name) == [("un",)]
    assert not any(b"SQLite" in file.read_bytes() or b"un-xml" in file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize(
    "failure",
    ['raise RuntimeError("in the middle")', 'op.execute("DELETE FROM list")', 'op.execute("no statement")'],
    ids=["error", "rows that refer to nothing", "refused statement"],
)
def test_a_step_that_fails_leaves_what_was_there(path: Path, older: DatabaseSchema, failure: str) -> None:
    make_with_data(path, older)
    write_step(older, NEW_COLUMN)
    write_step(older, f"{REBUILD}\n    {failure}", 3)
    with pytest.raises(StoreError, match=r"tables of hq\.db could not be changed.*used before still opens it"):
        HeadquartersStore(path, KEY, older)
    for script in older.scripts.glob("*_by_a_test.py"):
        script.unlink()  # the older Waypost
    assert rows(path, older, tables.lists.c.name) == [("un",)]
    with open_store(path, older) as store, store.reading() as connection:
        reflected = MetaData()
        reflected.reflect(connection)
        assert "post" not in reflected.tables["kit"].columns


def test_a_process_that_is_killed_in_a_step_leaves_what_was_there(path: Path, older: DatabaseSchema) -> None:
    make_with_data(path, older)
    write_step(older, f"{REBUILD}\n    os.kill(os.getpid(), signal.SIGKILL)")
    with start(path, older) as process:
        assert process.communicate("\n")[0] == ""
    assert process.returncode == -9
    write_step(older, REBUILD)
    assert rows(path, older, tables.lists.c.name) == [("un",)]


def test_a_newer_database_is_refused(path: Path, older: DatabaseSchema) -> None:
    write_step(older, NEW_COLUMN)
    make_with_data(path, older)
    (older.scripts / "r0002_by_a_test.py").unlink()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"hq\.db was made by a newer version"):
        HeadquartersStore(path, KEY, older)
    assert path.read_bytes() == before


@pytest.mark.parametrize("statement", ["DROP TABLE", "DELETE FROM"])
def test_tables_of_which_nobody_noted_the_steps_are_refused(path: Path, statement: str) -> None:
    with open_store(path, RECORDS) as store, store.transaction() as connection:
        connection.exec_driver_sql(f"{statement} {RECORDS.version_table}")
    with pytest.raises(StoreError, match="does not say which version"):
        HeadquartersStore(path, KEY, RECORDS)


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "older"])
def test_processes_that_open_it_at_once_all_find_it_up_to_date(
    path: Path, older: DatabaseSchema, is_there: bool
) -> None:
    if is_there:
        make_with_data(path, older)
    write_step(older, NEW_COLUMN)
    processes = [start(path, older) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in processes]
    assert outputs == ["open\n"] * 3
    assert rows(path, older, tables.lists.c.name) == ([("un",)] if is_there else [])


def test_tables_do_not_change_under_a_process_that_has_them_open(
    path: Path, older: DatabaseSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "BUSY_TIMEOUT_MS", 0)
    make_with_data(path, older)
    with open_store(path, older):
        write_step(older, NEW_COLUMN)
        with pytest.raises(Busy, match="another process has it open"):
            HeadquartersStore(path, KEY, older)
    assert rows(path, older, tables.kits.c.name) == [("post-7",)]


def test_a_database_that_is_up_to_date_opens_while_somebody_writes(path: Path) -> None:
    with open_store(path, RECORDS) as store, store.transaction(), open_store(path, RECORDS) as second:
        with second.reading() as connection:
            assert connection.execute(select(tables.lists)).all() == []
