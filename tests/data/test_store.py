"""The encrypted store: nothing readable on disk, transactions whole, damage named."""

import os
import resource
import secrets
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from data import store
from data.errors import Busy, Damaged, StoreError
from data.store import Purpose, Schema, migrate

KEY = bytes(range(32))


def test_nothing_is_readable_on_disk(tmp_path: Path) -> None:
    connection = store.connect(tmp_path / "a.db", KEY)
    connection.execute("CREATE TABLE t (x)")
    connection.execute("INSERT INTO t VALUES ('MUSTERMANN')")
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert b"MUSTERMANN" not in content, path.name
        assert b"CREATE TABLE" not in content, path.name


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    store.connect(tmp_path / "a.db", KEY).execute("CREATE TABLE t (x)")
    with pytest.raises(Damaged):
        store.connect(tmp_path / "a.db", secrets.token_bytes(32))


def test_a_flipped_bit_is_an_error_not_a_changed_row(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = store.connect(path, KEY, Purpose.BUILD)
    connection.execute("CREATE TABLE t (x)")
    connection.executemany("INSERT INTO t VALUES (?)", [(f"row {n}" * 20,) for n in range(500)])
    connection.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged), store.translate_errors(path):
        store.connect(path, KEY, Purpose.READ).execute("SELECT sum(length(x)) FROM t").fetchall()


def test_a_damaged_page_writes_nothing_into_the_screen(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.db").write_bytes(b"no database" * 1000)
    with pytest.raises(Damaged):
        store.connect(tmp_path / "x.db", KEY)
    assert capfd.readouterr().err == ""


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    connection = store.connect(tmp_path / "a.db", KEY)
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(ZeroDivisionError), store.transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError
    assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 0


def test_a_reader_sees_one_state_while_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    writer, reader = store.connect(path, KEY), store.connect(path, KEY)
    writer.execute("CREATE TABLE t (x)")
    with store.read_transaction(reader):
        before = reader.execute("SELECT count(*) FROM t").fetchone()[0]
        writer.execute("INSERT INTO t VALUES (1)")
        assert reader.execute("SELECT count(*) FROM t").fetchone()[0] == before
    assert reader.execute("SELECT count(*) FROM t").fetchone()[0] == before + 1


def test_a_held_lock_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "a.db"
    first, second = store.connect(path, KEY), store.connect(path, KEY)
    with store.transaction(first), pytest.raises(Busy), store.translate_errors(path), store.transaction(second):
        pass


def _ask_for(table: str) -> Callable[[store.Connection], None]:
    return lambda connection: connection.execute(f"DROP TABLE {table}")


def _insert_twice(connection: store.Connection) -> None:
    connection.execute("CREATE TABLE locked (name UNIQUE)")
    connection.executemany("INSERT INTO locked VALUES (?)", [("malformed",), ("malformed",)])


def _fill_up(connection: store.Connection) -> None:
    connection.execute("CREATE TABLE t (x)")
    connection.execute("PRAGMA max_page_count=3")
    connection.execute("INSERT INTO t VALUES (zeroblob(100000))")


def _write_read_only(connection: store.Connection) -> None:
    connection.execute("PRAGMA query_only=ON")
    connection.execute("CREATE TABLE t (x)")


def _write_beyond_the_limit(connection: store.Connection) -> None:
    with _no_file_beyond(100_000):
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (zeroblob(1000000))")


def _ask_when_closed(connection: store.Connection) -> None:
    connection.close()
    connection.execute("SELECT 1")


@contextmanager
def _no_file_beyond(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (_ask_for("full_table"), "a.db cannot be used (no such table: full_table)"),
        (_ask_for("busy_lanes"), "a.db cannot be used (no such table: busy_lanes)"),
        (_insert_twice, "a.db cannot be used (UNIQUE constraint failed: locked.name)"),
        (_ask_for("malformed"), "a.db cannot be used (no such table: malformed)"),
        (_ask_when_closed, "a.db cannot be used (Cannot operate on a closed database.)"),
        (_fill_up, "The disk is full"),
        (_write_read_only, "a.db cannot be written"),
        (_write_beyond_the_limit, "a.db cannot be read or written: the disk reports an error"),
    ],
)
def test_an_error_is_told_by_its_code_never_by_a_word_in_its_text(
    tmp_path: Path, cause: Callable[[store.Connection], None], says: str
) -> None:
    path = tmp_path / "a.db"
    with closing(store.connect(path, KEY)) as connection:
        with pytest.raises(StoreError) as caught, store.translate_errors(path):
            cause(connection)
    assert type(caught.value) is StoreError and caught.value.what == says


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^a\.db cannot be opened\."):
        store.connect(tmp_path / "no folder" / "a.db", KEY)


def test_who_opens_a_fresh_file_at_the_same_time_waits(tmp_path: Path) -> None:
    """Without it one opening in 200 failed: SQLite waits for nobody while it switches a file to WAL."""
    together = Barrier(4)

    def open_together(path: Path) -> None:
        together.wait()
        store.connect(path, KEY).close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(150):
            list(pool.map(open_together, [tmp_path / f"{number}.db"] * 4))


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^none\.db does not exist\.$") as caught:
        store.connect(tmp_path / "none.db", KEY, Purpose.READ)
    assert type(caught.value) is StoreError, "a missing file does not say that there is no home"
    assert not (tmp_path / "none.db").exists()


def test_acknowledged_means_on_disk(tmp_path: Path) -> None:
    connection = store.connect(tmp_path / "a.db", KEY)
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_steps_run_once_and_whole(tmp_path: Path) -> None:
    ran: list[str] = []

    def first(connection: store.Connection) -> None:
        ran.append("first")
        connection.execute("CREATE TABLE t (x)")

    for _ in range(2):
        connection = store.connect(tmp_path / "a.db", KEY)
        migrate(connection, Schema("test", (first,)))
        connection.close()
    assert ran == ["first"]

    def second(connection: store.Connection) -> None:
        connection.execute("CREATE TABLE u (x)")
        raise ZeroDivisionError

    connection = store.connect(tmp_path / "a.db", KEY)
    with pytest.raises(ZeroDivisionError):
        migrate(connection, Schema("test", (first, second)))
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    assert [name for (name,) in tables] == ["_sqlite_migrations", "t"]


def test_a_damaged_note_of_the_steps_is_damage(tmp_path: Path) -> None:
    path, schema = tmp_path / "a.db", Schema("test", (_one_step,))
    with closing(store.connect(path, KEY)) as connection:
        migrate(connection, schema)
    content = bytearray(path.read_bytes())
    for place in range(store.PAGE_BYTES, len(content), store.PAGE_BYTES):
        content[place + 100] ^= 1
    path.write_bytes(content)
    with closing(store.connect(path, KEY)) as connection, pytest.raises(StoreError, match=r"a\.db"):
        migrate(connection, schema)


def _one_step(connection: store.Connection) -> None:
    connection.execute("CREATE TABLE t (x)")


def test_a_file_of_a_newer_version_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    def first(connection: store.Connection) -> None:
        connection.execute("CREATE TABLE t (x)")

    def second(connection: store.Connection) -> None:
        connection.execute("CREATE TABLE u (x)")

    def another(connection: store.Connection) -> None:
        connection.execute("CREATE TABLE v (x)")

    with closing(store.connect(tmp_path / "a.db", KEY)) as connection:
        migrate(connection, Schema("test", (first, second)))
    for known in ((first,), (first, another)):
        with closing(store.connect(tmp_path / "a.db", KEY)) as connection:
            with pytest.raises(StoreError, match=r"a\.db was made by a newer version of Waypost"):
                migrate(connection, Schema("test", known))
            assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'v'").fetchone()


PRAGMAS = {
    Purpose.SERVE: {
        "temp_store": 2, "trusted_schema": 0, "secure_delete": 1, "foreign_keys": 1, "synchronous": 2,
        "journal_mode": "wal",
    },
    Purpose.BUILD: {"temp_store": 2, "trusted_schema": 0, "journal_mode": "off"},
    Purpose.READ: {"temp_store": 2, "trusted_schema": 0},
}  # fmt: skip
"""What each kind of connection is bound to have, as SQLite numbers it."""


@pytest.mark.parametrize(
    ("purpose", "pragma"), [(purpose, pragma) for purpose, pragmas in PRAGMAS.items() for pragma in pragmas]
)
def test_a_connection_has_the_pragmas_of_its_purpose(tmp_path: Path, purpose: Purpose, pragma: str) -> None:
    store.connect(tmp_path / "a.db", KEY, Purpose.BUILD).close()
    with closing(store.connect(tmp_path / "a.db", KEY, purpose)) as connection:
        assert connection.execute(f"PRAGMA {pragma}").fetchone() == (PRAGMAS[purpose][pragma],)


def test_a_view_in_a_prepared_file_runs_none_of_our_functions(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(store.connect(path, KEY)) as made:
        made.create_function("act", 0, lambda: 1)
        made.execute("CREATE VIEW trap AS SELECT act() AS acted")
    with closing(store.connect(path, KEY)) as connection:
        connection.create_function("act", 0, lambda: 1)
        with pytest.raises(store.DatabaseError, match="unsafe use of act"):
            connection.execute("SELECT acted FROM trap").fetchall()


def test_what_a_large_sort_puts_aside_never_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite would put it into a file without a name, and SQLCipher does not encrypt all of those."""
    with closing(store.connect(tmp_path / "a.db", KEY)) as connection:
        connection.execute("PRAGMA cache_size = 10")
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", ((secrets.token_hex(500),) for _ in range(4000)))
        rows = connection.execute("SELECT x FROM t ORDER BY x")
        rows.fetchone()
        names = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        assert not [name for name in names if "etilqs" in name]


def test_a_file_that_goes_while_it_is_looked_at_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever closes a database last deletes its log, also while another one opens it."""
    path = tmp_path / "a.db"
    store.connect(path, KEY).close()
    log = tmp_path / "a.db-wal"
    log.touch()
    real = Path.stat

    def stat(file: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = real(file, follow_symlinks=follow_symlinks)
        if file == log:
            log.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(Path, "stat", stat)
    store.connect(path, KEY).close()
