"""An overlay file with a page as it was before a change is damaged: what lay on that page must not seem unlisted."""

import errno
import os
from contextlib import closing
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from data import store
from data.errors import Busy, Damaged, StoreError, TrustError
from data.lists.catalogue import Catalogue
from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest
from data.lists.storage.overlay import OVERLAY_FILE
from data.store import PAGE_BYTES
from tests.data.support.replicas import KEY, NOW, content_of

KINDS = {
    "persons": [Row(f"{number:04}".encode(), f"person {number}".encode() * 9) for number in range(120)],
    "documents": [Row(number.to_bytes(8, "big"), (number + 1).to_bytes(8, "big")) for number in range(2000)],
}


def edition(kind: str, version: int, rows: list[Row]) -> Edition:
    return Edition("wanted", kind, version, NOW, NOW, "", len(rows), add_to_digest(0, rows))


def versions(kind: str) -> tuple[list[Row], list[Row], list[Row]]:
    """Three versions: each adds a third."""
    rows = KINDS[kind]
    third = len(rows) // 3
    return rows[:third], rows[: 2 * third], rows


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(kind: str, tmp_path: Path) -> Path:
    """A list at its third version, and `before.db`, its overlay file at the second."""
    one, two, three = versions(kind)
    replica = Replica(tmp_path / "wanted", kind, KEY)
    replica.replace(edition(kind, 1, one), one)
    replica.apply(edition(kind, 2, two), 1, [], two[len(one) :])
    replica.close()
    overlay = tmp_path / "wanted" / OVERLAY_FILE
    (tmp_path / "before.db").write_bytes(overlay.read_bytes())
    replica = Replica(tmp_path / "wanted", kind, KEY)
    replica.apply(edition(kind, 3, three), 2, [], three[len(two) :])
    replica.close()
    assert not overlay.with_name(f"{OVERLAY_FILE}-wal").exists()
    return tmp_path


def older_pages(folder: Path) -> list[bytes]:
    """The overlay file with one page as it was before the change, for each page that the change wrote."""
    now, before = (folder / "wanted" / OVERLAY_FILE).read_bytes(), (folder / "before.db").read_bytes()
    mixed = [
        now[:place] + before[place : place + PAGE_BYTES] + now[place + PAGE_BYTES :]
        for place in range(0, len(before), PAGE_BYTES)
    ]
    return [content for content in mixed if content != now]


def test_no_page_from_before_a_change_passes(folder: Path, kind: str) -> None:
    overlay = folder / "wanted" / OVERLAY_FILE
    now, rows = overlay.read_bytes(), {row.key: row.body for row in KINDS[kind]}
    mixed = older_pages(folder)
    assert len(mixed) > 2
    for content in mixed:
        overlay.write_bytes(content)
        with pytest.raises(StoreError):
            read_all(folder, kind, list(rows))
    overlay.write_bytes(now)
    assert read_all(folder, kind, list(rows)) == rows


def read_all(folder: Path, kind: str, keys: list[bytes]) -> dict[bytes, bytes]:
    replica = Replica(folder / "wanted", kind, KEY)
    try:
        with replica.read() as view:
            return view.get_many(keys)
    finally:
        replica.close()


@pytest.mark.parametrize("flipped", [False, True])
def test_nothing_goes_on_from_such_a_page_and_the_whole_list_ends_it(folder: Path, kind: str, flipped: bool) -> None:
    rows = KINDS[kind]
    content = bytearray(older_pages(folder)[-1])
    if flipped:
        content[-PAGE_BYTES // 2] ^= 1
    (folder / "wanted" / OVERLAY_FILE).write_bytes(content)
    replica, reader = (Replica(folder / "wanted", kind, KEY) for _ in range(2))
    with pytest.raises(StoreError):
        replica.apply(edition(kind, 4, rows[1:]), 3, [rows[0].key], [])
    with pytest.raises(StoreError):
        replica.roll_back("ada", "a test", NOW)
    with pytest.raises(StoreError):
        replica.compact()
    with pytest.raises(Damaged), replica.read():
        pass
    replica.replace(edition(kind, 4, rows), rows)
    for either in (replica, reader):
        assert content_of(either) == rows and not either.needs_repair
        either.close()
    assert not list((folder / "wanted").glob("*.new*"))


def harm(replica: Replica, statement: str) -> None:
    """Change the overlay beside the checksum, as the process itself would by a fault."""
    with store.transaction(replica._overlay.connection):
        assert replica._overlay.connection.execute(statement).rowcount > 0


def test_a_list_that_is_not_as_signed_when_it_is_merged_is_read_by_nobody(folder: Path, kind: str) -> None:
    replica, reader = (Replica(folder / "wanted", kind, KEY) for _ in range(2))
    with reader.read():
        pass
    harm(replica, "DELETE FROM overlay WHERE key = (SELECT max(key) FROM overlay)")
    with pytest.raises(Damaged, match="not as it was written"):
        replica.compact()
    for either in (replica, reader):
        with pytest.raises(Damaged), either.read():
            pass
    assert not list((folder / "wanted").glob("*.new"))
    replica.replace(edition(kind, 4, KINDS[kind]), KINDS[kind])
    assert content_of(reader) == KINDS[kind]
    reader.close()
    replica.close()


def test_a_version_that_is_refused_leaves_no_file(folder: Path, kind: str) -> None:
    replica = Replica(folder / "wanted", kind, KEY)
    before = sorted(path.name for path in (folder / "wanted").iterdir())
    with pytest.raises(TrustError):
        replica.replace(edition(kind, 4, KINDS[kind][1:]), KINDS[kind])
    assert sorted(path.name for path in (folder / "wanted").iterdir()) == before
    replica.close()


def test_a_change_is_taken_back_to_what_was_signed_or_not_at_all(tmp_path: Path) -> None:
    one, two, _three = versions("documents")
    replica = Replica(tmp_path / "wanted", "documents", KEY)
    replica.replace(edition("documents", 1, one), one)
    replica.apply(edition("documents", 2, two[1:]), 1, [two[0].key], two[len(one) :])
    harm(replica, "DELETE FROM undo WHERE n = 1")  # what was withdrawn
    with pytest.raises(TrustError):
        replica.roll_back("ada", "a test", NOW)
    assert content_of(replica) == two[1:]
    replica.close()


def test_who_has_a_list_open_sees_the_one_that_came_in_its_place(tmp_path: Path) -> None:
    """The courier discards a list that cannot be opened; the desk must not go on with the removed files."""
    one, two, _three = versions("persons")
    courier, desk = (Catalogue(tmp_path / "lists", KEY) for _ in range(2))
    courier.add("wanted", "persons").replace(edition("persons", 1, one), one)
    assert content_of(desk.open("wanted")) == one
    courier.discard("wanted")
    with pytest.raises(StoreError):
        content_of(desk.open("wanted"))
    courier.add("wanted", "persons").replace(edition("persons", 2, two), two)
    assert content_of(desk.open("wanted")) == two
    courier.close()
    desk.close()


def test_what_the_system_says_of_the_file_is_an_error_of_the_list(
    folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = Replica(folder / "wanted", kind, KEY)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "a test")

    (folder / "wanted").rename(folder / "elsewhere")
    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(StoreError), replica.read():
        pass
    monkeypatch.undo()
    (folder / "elsewhere").rename(folder / "wanted")
    assert content_of(replica) == KINDS[kind]
    replica.close()


def test_a_file_in_place_of_the_folder_gives_way_to_the_list(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "wanted").write_text("x")
    with closing(Catalogue(tmp_path / "lists", KEY)) as catalogue:
        assert catalogue.add("wanted", "persons").edition() is None


def test_a_process_that_hangs_while_it_replaces_the_file_holds_nobody_for_long(
    folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_TIMEOUT_MS", 50)
    holder = os.open(folder / "wanted", os.O_RDONLY)
    flock(holder, LOCK_EX)
    with pytest.raises(Busy):
        Replica(folder / "wanted", kind, KEY)
    os.close(holder)
    replica = Replica(folder / "wanted", kind, KEY)
    assert content_of(replica) == KINDS[kind]
    replica.close()
