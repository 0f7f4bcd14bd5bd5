"""A list on a kit: a version is whole or absent, whoever reads sees one version, withdrawn rows stay withdrawn."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data import durable_files
from data.errors import Damaged, RollbackError, StoreError, TrustError
from data.kit.vault import StoreKey
from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = StoreKey(bytes(32))


def rows(**bodies: str) -> list[Row]:
    return [Row(key.encode(), body.encode()) for key, body in sorted(bodies.items())]


def edition(version: int, content: list[Row], as_of: datetime = NOW) -> Edition:
    return Edition("wanted", "persons", version, as_of, as_of, "", len(content), add_to_digest(0, content))


def open_replica(folder: Path) -> Replica:
    return Replica(folder / "wanted", "persons", KEY)


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    replica = open_replica(tmp_path)
    yield replica
    replica.close()


ONE = rows(a="1", b="2", c="3")
TWO = rows(a="1", c="4", d="5")


def to_two(replica: Replica) -> None:
    replica.replace(edition(1, ONE), ONE)
    replica.apply(edition(2, TWO), 1, [b"b"], rows(c="4", d="5"))


def content_of(replica: Replica) -> list[Row]:
    with replica.read() as view:
        return list(view.rows())


def test_a_new_list_is_empty_and_says_so(replica: Replica) -> None:
    with replica.read() as view:
        assert view.edition is None and view.get(b"a") is None and list(view.rows()) == []


def test_a_change_removes_replaces_and_adds(replica: Replica) -> None:
    to_two(replica)
    assert content_of(replica) == TWO
    with replica.read() as view:
        assert view.get_many([b"a", b"b", b"c", b"d", b"e"]) == {b"a": b"1", b"c": b"4", b"d": b"5"}


def test_folding_changes_nothing_but_the_files(replica: Replica, tmp_path: Path) -> None:
    to_two(replica)
    before = replica.edition()
    replica.compact()
    assert content_of(replica) == TWO and replica.edition() == before and replica.overlay_rows() == 0
    assert len(list((tmp_path / "wanted").glob("base-*"))) == 1


def test_it_is_all_there_after_reopening(replica: Replica, tmp_path: Path) -> None:
    to_two(replica)
    replica.close()
    again = open_replica(tmp_path)
    assert content_of(again) == TWO and again.edition() == edition(2, TWO)
    again.close()


def test_nothing_is_readable_on_disk(replica: Replica, tmp_path: Path) -> None:
    secret = rows(k="MUSTERMANN" * 5)
    replica.replace(edition(1, secret), secret)
    replica.apply(edition(2, secret + rows(l="ERIKA")), 1, [], rows(l="ERIKA"))
    for path in (tmp_path / "wanted").iterdir():
        assert b"MUSTERMANN" not in path.read_bytes() and b"ERIKA" not in path.read_bytes()


@pytest.mark.parametrize(
    ("signed", "removals", "additions"),
    [
        (edition(2, rows(a="1")), [b"b"], []),
        (edition(2, TWO), [b"b"], rows(c="X", d="5")),
        (edition(2, TWO), [b"nobody"], rows(c="4", d="5")),
        (edition(2, ONE + rows(z="9")), [], []),
    ],
    ids=["count", "body", "absent", "missing addition"],
)
def test_what_does_not_add_up_changes_nothing(
    replica: Replica, signed: Edition, removals: list[bytes], additions: list[Row]
) -> None:
    replica.replace(edition(1, ONE), ONE)
    with pytest.raises(TrustError):
        replica.apply(signed, 1, removals, additions)
    assert content_of(replica) == ONE and replica.edition() == edition(1, ONE)


def test_a_base_that_does_not_add_up_is_not_taken(replica: Replica, tmp_path: Path) -> None:
    replica.replace(edition(1, ONE), ONE)
    with pytest.raises(TrustError):
        replica.replace(edition(2, TWO), ONE)
    assert content_of(replica) == ONE
    replica.sweep()
    assert len(list((tmp_path / "wanted").glob("base-*"))) == 1


def test_a_change_for_another_version_does_not_fit(replica: Replica) -> None:
    replica.replace(edition(1, ONE), ONE)
    with pytest.raises(StoreError):
        replica.apply(edition(3, TWO), 2, [b"b"], rows(c="4", d="5"))
    assert content_of(replica) == ONE


def test_no_going_back(replica: Replica) -> None:
    replica.replace(edition(5, TWO), TWO)
    with pytest.raises(RollbackError):
        replica.replace(edition(4, ONE), ONE)
    with pytest.raises(RollbackError):
        replica.refresh(edition(5, TWO, NOW - timedelta(days=1)))
    assert content_of(replica) == TWO


def test_newer_dates_for_the_same_rows(replica: Replica) -> None:
    replica.replace(edition(1, ONE), ONE)
    later = edition(1, ONE, NOW + timedelta(days=1))
    replica.refresh(later)
    assert replica.edition() == later and content_of(replica) == ONE
    with pytest.raises(StoreError):
        replica.refresh(edition(2, ONE, NOW + timedelta(days=2)))


def test_a_reader_keeps_its_version_while_a_sync_goes_on(replica: Replica, tmp_path: Path) -> None:
    replica.replace(edition(1, ONE), ONE)
    courier = open_replica(tmp_path)
    with replica.read() as view:
        first = view.get(b"b")
        courier.apply(edition(2, TWO), 1, [b"b"], rows(c="4", d="5"))
        courier.compact()
        assert (first, view.get(b"b"), view.get(b"d")) == (b"2", b"2", None)
        assert list(view.rows()) == ONE
    assert content_of(replica) == TWO
    courier.close()


def test_a_base_replaced_between_two_looks_is_found_again(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.replace(edition(1, ONE), ONE)
    reader, states = open_replica(tmp_path), [0]
    real = reader._state

    def slow() -> object:
        state = real()
        states[0] += 1
        if states[0] == 1:
            replica.replace(edition(2, TWO), TWO)
        return state

    monkeypatch.setattr(reader, "_state", slow)
    assert content_of(reader) == TWO
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
