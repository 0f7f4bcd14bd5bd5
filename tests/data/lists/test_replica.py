"""A list on a kit: a version is whole or absent, whoever reads sees one version, withdrawn rows stay withdrawn."""

from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import RollbackError, StoreError, TrustError
from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.rows import Row
from tests.data.support.replicas import NOW, content_of, edition, make_rows, open_replica

ONE = make_rows(a="1", b="2", c="3")

TWO = make_rows(a="1", c="4", d="5")


def to_two(replica: Replica) -> None:
    replica.replace(edition(1, ONE), ONE)
    replica.apply(edition(2, TWO), 1, [b"b"], make_rows(c="4", d="5"))


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
    secret = make_rows(k="MUSTERMANN" * 5)
    replica.replace(edition(1, secret), secret)
    replica.apply(edition(2, secret + make_rows(l="ERIKA")), 1, [], make_rows(l="ERIKA"))
    for path in (tmp_path / "wanted").iterdir():
        assert b"MUSTERMANN" not in path.read_bytes() and b"ERIKA" not in path.read_bytes()


@pytest.mark.parametrize(
    ("signed", "removals", "additions"),
    [
        (edition(2, make_rows(a="1")), [b"b"], []),
        (edition(2, TWO), [b"b"], make_rows(c="X", d="5")),
        (edition(2, TWO), [b"nobody"], make_rows(c="4", d="5")),
        (edition(2, ONE + make_rows(z="9")), [], []),
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
        replica.apply(edition(3, TWO), 2, [b"b"], make_rows(c="4", d="5"))
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
        courier.apply(edition(2, TWO), 1, [b"b"], make_rows(c="4", d="5"))
        courier.compact()
        assert (first, view.get(b"b"), view.get(b"d")) == (b"2", b"2", None)
        assert list(view.rows()) == ONE
    assert content_of(replica) == TWO
    courier.close()
