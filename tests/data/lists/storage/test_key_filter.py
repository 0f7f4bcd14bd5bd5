"""A filter never hides a row: it is right, or it is not used."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.errors import Busy, TrustError
from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.rows import Numbers, PackedRows, Row, add_to_digest, to_row_bytes, unpack_rows
from data.lists.storage import key_filter
from data.lists.storage.key_filter import KeyFilter
from data.lists.view import PackedView
from data.store_key import StoreKey

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = StoreKey(bytes(32))


def rows_of(count: int, seed: int = 5) -> PackedRows:
    keys = np.unique(np.random.default_rng(seed).integers(0, 1 << 64, count, dtype=np.uint64))
    return PackedRows(keys, keys >> np.uint64(3))


def edition(version: int, rows: list[Row]) -> Edition:
    return Edition("sltd", "documents", version, NOW, NOW, "", len(rows), add_to_digest(0, rows))


LISTED = rows_of(5000)
ONE = list(unpack_rows(LISTED))
MORE = list(unpack_rows(rows_of(300, seed=6)))


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    replica = Replica(tmp_path / "sltd", "documents", KEY)
    replica.replace(edition(1, ONE), ONE)
    yield replica
    replica.close()


def filter_path(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "sltd").glob("filter-*")
    return path


def test_it_holds_every_key_and_few_others() -> None:
    listed, others = rows_of(100_000).keys, rows_of(100_000, seed=9).keys
    key_filter = KeyFilter.for_keys(len(listed))
    for start in range(0, len(listed), 777):
        key_filter.add(listed[start : start + 777])
    assert key_filter.may_hold(listed).all()
    assert key_filter.may_hold(others).mean() < 0.008
    assert key_filter.words.nbytes / len(listed) < 1.6


def uses_filter(replica: Replica) -> bool:
    with replica.read() as view:
        assert isinstance(view, PackedView)
        assert set(view.search([row.key for row in ONE[:50]])) == {row.key for row in ONE[:50]}
        return view._filter is not None


def test_it_is_used_once_prepared_and_only_for_its_own_version(replica: Replica) -> None:
    assert not uses_filter(replica)
    replica.prepare()
    assert uses_filter(replica)
    replica.apply(edition(2, ONE + MORE), 1, [], MORE)
    assert not uses_filter(replica)
    replica.prepare()
    assert uses_filter(replica)
    with replica.read() as view:
        assert set(view.search([row.key for row in MORE])) == {row.key for row in MORE}
    replica.compact()
    assert not uses_filter(replica)


def test_withdrawn_rows_stay_withdrawn_under_a_filter_that_has_them(replica: Replica) -> None:
    replica.apply(edition(2, ONE[1:]), 1, [ONE[0].key], [])
    replica.prepare()
    with replica.read() as view:
        assert view.search([ONE[0].key, ONE[1].key]) == {ONE[1].key: ONE[1].body}


@pytest.mark.parametrize("harm", ["flip", "cut", "absent", "of another base"])
def test_a_filter_that_cannot_be_trusted_is_made_anew(replica: Replica, tmp_path: Path, harm: str) -> None:
    path = filter_path(tmp_path)
    content = bytearray(path.read_bytes())
    if harm == "flip":
        content[5000] ^= 1
    elif harm == "cut":
        del content[-10:]
    elif harm == "of another base":
        replica.replace(edition(2, MORE), MORE)
        path = filter_path(tmp_path)
    path.unlink()
    if harm != "absent":
        path.write_bytes(content)
    replica.prepare()
    with replica.read() as view:
        assert isinstance(view, PackedView) and view._filter is not None
        listed = [row.key for row in view.rows()]
        assert set(view.search(listed)) == set(listed)


def test_canaries_find_a_filter_that_lost_keys(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    real = key_filter.load_filter

    def load_emptied(*arguments: object) -> KeyFilter:
        loaded = real(*arguments)  # type: ignore[arg-type]
        assert loaded is not None
        loaded.words[:] = 0
        return loaded

    monkeypatch.setattr(key_filter, "load_filter", load_emptied)
    replica.prepare()
    assert uses_filter(replica)


def test_exact_lookups_do_not_ask_it_and_a_change_it_spoils_rolls_back(replica: Replica) -> None:
    replica.prepare()
    with replica.read() as view:
        assert isinstance(view, PackedView) and view._filter is not None
        view._filter.words[:] = 0  # as if the memory had failed
        assert view.get_many([ONE[7].key]) == {ONE[7].key: ONE[7].body}
    changed = [Row(ONE[0].key, bytes(8)), *ONE[1:]]
    with pytest.raises(TrustError):
        replica.apply(edition(2, changed), 1, [], changed[:1])
    replica.apply(edition(2, changed), 1, [], changed[:1])
    with replica.read() as view:
        assert view.get(ONE[0].key) == bytes(8)


def test_a_large_change_loads_the_filter_by_itself(replica: Replica) -> None:
    many = list(unpack_rows(rows_of(6000, seed=8)))
    replica.apply(edition(2, ONE[3:] + many), 1, [row.key for row in ONE[:3]], many)
    with replica.read() as view:
        assert len(view.get_many([row.key for row in many])) == len(many)
        assert view.get_many([row.key for row in ONE[:4]]) == {ONE[3].key: ONE[3].body}


def test_keys_as_numbers(replica: Replica) -> None:
    replica.prepare()
    with replica.read() as view:
        assert isinstance(view, PackedView)
        bodies = view.find(LISTED.keys[:100])
    assert bodies == dict(zip(LISTED.keys[:100].tolist(), LISTED.bodies[:100].tolist(), strict=True))
    assert to_row_bytes(LISTED.keys[:1]) == [ONE[0].key]


def test_a_filter_that_was_only_half_brought_up_to_date_is_not_used(replica: Replica) -> None:
    replica.prepare()
    replica.apply(edition(2, ONE + MORE), 1, [], MORE)

    def broken() -> Numbers:
        raise Busy("in use")

    with replica.read() as view, pytest.raises(Busy):
        replica._bases.prepare(view.edition, replica.base(), broken)
    assert not uses_filter(replica)
    replica.prepare()
    assert uses_filter(replica)
