"""The files of a list: swept after a kill, found again when replaced, missed when lost."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from data import durable_files, store
from data.errors import Damaged
from data.lists.base_files import DAMAGE_FILE
from data.lists.replica import Replica
from data.lists.rows import Row
from data.lists.storage.immutable_files import derive_file_key
from data.store import Purpose
from data.store_key import StoreKey
from tests.data.support.replicas import content_of, edition, make_rows, open_replica

ONE = make_rows(a="1", b="2", c="3")

TWO = make_rows(a="1", c="4", d="5")


def test_a_base_replaced_between_two_looks_is_found_again(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.replace(edition(1, ONE), ONE)
    reader, looks = open_replica(tmp_path), [0]
    real = reader._find_view

    def slow(*state: Any) -> object:
        looks[0] += 1
        if looks[0] == 1:
            replica.replace(edition(2, TWO), TWO)
        return real(*state)

    monkeypatch.setattr(reader, "_find_view", slow)
    assert content_of(reader) == TWO and looks == [2]
    assert not reader.needs_repair
    reader.close()


def test_a_lost_base_is_damage_not_an_empty_list(replica: Replica, tmp_path: Path) -> None:
    replica.replace(edition(1, ONE), ONE)
    replica.close()
    for path in (tmp_path / "wanted").glob("base-*"):
        path.unlink()
    again = open_replica(tmp_path)
    with pytest.raises(Damaged), again.read():
        pass
    again.close()


def test_what_a_kill_left_is_swept_and_the_old_list_serves(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.replace(edition(1, ONE), ONE)

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(durable_files, "put_in_place", kill)
    with pytest.raises(Killed):
        replica.replace(edition(2, TWO), TWO)
    monkeypatch.undo()
    assert content_of(replica) == ONE
    assert len(list((tmp_path / "wanted").glob("base-*"))) == 2
    replica.sweep()
    assert len(list((tmp_path / "wanted").glob("base-*"))) == 1 and content_of(replica) == ONE


def test_damage_a_reader_met_is_noted_until_the_list_is_fetched_anew(replica: Replica, tmp_path: Path) -> None:
    many = [Row(f"{number:05}".encode(), b"x" * 200) for number in range(500)]
    replica.replace(edition(1, many), many)
    assert not replica.needs_repair
    replica.close()
    (base,) = (tmp_path / "wanted").glob("base-*")
    content = bytearray(base.read_bytes())
    content[len(content) // 2] ^= 1
    base.write_bytes(content)
    again = open_replica(tmp_path)
    with pytest.raises(Damaged), again.read() as view:
        list(view.rows())
    assert again.needs_repair
    again.replace(edition(1, many), many)
    assert not again.needs_repair and content_of(again) == many
    again.close()


@pytest.mark.parametrize("kind", ["persons", "documents"])
def test_an_older_base_in_the_place_of_the_one_in_force_is_damage(tmp_path: Path, kind: str) -> None:
    replica = Replica(tmp_path / "wanted", kind, StoreKey(bytes(32)))
    rows = [[Row(bytes([number]) * 8, bytes(8)) for number in range(count)] for count in (5, 4)]
    replica.replace(edition(1, rows[0]), rows[0])
    (older,) = (tmp_path / "wanted").glob("base-*")
    content = older.read_bytes()
    replica.replace(edition(2, rows[1]), rows[1])
    replica.close()
    (newer,) = (tmp_path / "wanted").glob("base-*")
    newer.write_bytes(content)
    replica = Replica(tmp_path / "wanted", kind, StoreKey(bytes(32)))
    with pytest.raises(Damaged), replica.read():
        pass
    replica.close()


def test_every_file_of_a_list_notes_by_which_schema_it_was_made(tmp_path: Path) -> None:
    key, noted = StoreKey(bytes(32)), {}
    rows = [Row(bytes([number]) * 8, bytes(8)) for number in range(5)]
    for kind in ("documents", "persons"):
        replica = Replica(tmp_path / kind, kind, key)
        replica.replace(edition(1, rows), rows)
        replica.index_file(str(replica.base()), "an index").write({}, [])
        replica.close()
        for path in (tmp_path / kind).glob("*.db"):
            is_overlay, is_base = path.name == "overlay.db", path.name.startswith("base-")
            file_key = key.derive(f"list:{kind}") if is_overlay else derive_file_key(key, path)
            file = store.connect(path, file_key, Purpose.READ, store.PAGE_BYTES if is_overlay or is_base else 1 << 15)
            noted[kind, path.name.partition("-")[0]] = {
                name for (name,) in file.execute("SELECT DISTINCT migration_set FROM _sqlite_migrations")
            }
            file.close()
    assert noted == {
        ("documents", "overlay.db"): {"overlay of INTEGER and INTEGER"},
        ("documents", "base"): {"packed base"},
        ("documents", "filter"): {"key filter 1"},
        ("documents", "index"): {"an index"},
        ("persons", "overlay.db"): {"overlay of BLOB and BLOB"},
        ("persons", "base"): {"base of BLOB and BLOB"},
        ("persons", "index"): {"an index"},
    }


def test_a_long_body_never_loses_its_end_unnoticed(tmp_path: Path) -> None:
    """SQLCipher accepts a page of zeros: also where the end of a long value was."""
    rows = [Row(bytes([number]) * 8, b"x" * 9000) for number in range(6)]
    replica = Replica(tmp_path / "wanted", "persons", StoreKey(bytes(32)))
    replica.replace(edition(1, rows), rows)
    replica.close()
    (base,) = (tmp_path / "wanted").glob("base-*")
    content = base.read_bytes()
    for start in range(0, len(content), store.PAGE_BYTES):
        base.write_bytes(content[:start] + bytes(store.PAGE_BYTES) + content[start + store.PAGE_BYTES :])
        replica = Replica(tmp_path / "wanted", "persons", StoreKey(bytes(32)))
        with suppress(Damaged), replica.read() as view:
            assert list(view.rows()) == rows
        for row in rows:
            with suppress(Damaged), replica.read() as view:
                assert view.get(row.key) == row.body
        replica.close()


def test_a_note_that_cannot_be_read_is_about_no_base(replica: Replica, tmp_path: Path) -> None:
    replica.replace(edition(1, ONE), ONE)
    (tmp_path / "wanted" / DAMAGE_FILE).write_bytes(b"\xff\xfe")
    assert not replica.needs_repair and content_of(replica) == ONE
