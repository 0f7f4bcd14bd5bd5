"""A base of blocks gives back exactly the rows it was made of, or says that it is damaged; never anything else."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Damaged, TrustError
from data.lists.rows import Numbers, PackedRows
from data.lists.storage.base_formats import PackedBase, PackedBaseWriter
from data.store import PAGE_BYTES
from tests.data.support.packed_rows import MIX, rows_of

KEY = bytes(range(32))

whole = st.integers(0, (1 << 64) - 1)


def written(path: Path, *parts: PackedRows) -> PackedBase:
    writer = PackedBaseWriter(path, KEY)
    for part in parts:
        writer.add(part)
    writer.close({"about": "test"})
    return PackedBase(path, KEY)


def evenly(count: int, seed: int = 1) -> Numbers:
    return np.unique(np.random.default_rng(seed).integers(0, 1 << 64, count, dtype=np.uint64))


def change_page(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[page * PAGE_BYTES % len(content) + 100] ^= 1
    path.write_bytes(content)


@pytest.fixture
def base_path(tmp_path: Path) -> Path:
    return tmp_path / "base.db"


@given(keys=st.sets(whole | st.integers(0, 700), max_size=600), cut=st.integers(0, 600))
def test_any_keys_come_back_and_no_others(keys: set[int], cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    ordered = sorted(keys)
    base = written(tmp_path_factory.mktemp("base") / "base.db", rows_of(ordered[:cut]), rows_of(ordered[cut:]))
    assert [key for part in base.scan() for key in part.keys.tolist()] == ordered
    assert base.find([*ordered, 701, 1 << 63]) == {
        key: key * int(MIX) % (1 << 64) for key in {*ordered, *({701, 1 << 63} & keys)}
    }
    base.close()


@pytest.mark.parametrize("spread", [1, 1 << 20, 1 << 44], ids=["dense", "near", "far"])
def test_every_width_of_offset(base_path: Path, spread: int) -> None:
    keys = np.arange(5000, dtype=np.uint64) * np.uint64(spread) + np.uint64(7)
    base = written(base_path, rows_of(keys))
    assert base.find(keys.tolist()) == dict(zip(keys.tolist(), (keys * MIX).tolist(), strict=True))
    assert all(base.get(key) is None for key in (0, 6, int(keys[-1]) + 1, (1 << 64) - 1))
    assert base.get(8) is None or spread == 1
    base.close()


def test_it_is_small(base_path: Path) -> None:
    keys = evenly(300_000)
    written(base_path, rows_of(keys)).close()
    assert base_path.stat().st_size / len(keys) < 15.8


@pytest.mark.parametrize("keys", [[5, 5], [5, 4]], ids=["twice", "falling"])
def test_rows_that_do_not_ascend_are_refused(base_path: Path, keys: list[int]) -> None:
    writer = PackedBaseWriter(base_path, KEY)
    with pytest.raises(TrustError):
        writer.add(rows_of(keys))
    writer.add(rows_of([9]))
    with pytest.raises(TrustError):
        writer.add(rows_of([9]))
    writer.abandon()


def test_a_changed_block_is_damage_and_the_others_answer(base_path: Path) -> None:
    keys = evenly(2000)
    written(base_path, rows_of(keys)).close()
    change_page(base_path, -2)
    base = PackedBase(base_path, KEY)
    with pytest.raises(Damaged):
        base.find(keys.tolist())
    assert base.get(int(keys[0])) is not None and base.get(int(keys[-1])) is not None
    with pytest.raises(Damaged):
        list(base.scan())
    assert len(base.between(0, int(keys[500])).keys) == 500
    base.close()


def test_a_changed_page_anywhere_gives_the_same_rows_or_damage(base_path: Path) -> None:
    keys = evenly(2000)
    written(base_path, rows_of(keys)).close()
    content = base_path.read_bytes()
    refused = 0
    for page in range(len(content) // PAGE_BYTES):
        change_page(base_path, page)
        try:
            base = PackedBase(base_path, KEY)
            assert base.find(keys.tolist()) == dict(zip(keys.tolist(), (keys * MIX).tolist(), strict=True))
            base.close()
        except Damaged:
            refused += 1
        base_path.write_bytes(content)
    assert refused >= len(keys) // 283


@pytest.mark.parametrize("other", ["zeros", "its neighbour", "of another file"])
def test_a_page_in_the_place_of_another_does_not_open(base_path: Path, tmp_path: Path, other: str) -> None:
    keys = evenly(2000)
    written(base_path, rows_of(keys)).close()
    written(tmp_path / "second.db", rows_of(keys)).close()  # the same rows under the same key
    content = base_path.read_bytes()
    page = {
        "zeros": bytes(PAGE_BYTES),
        "its neighbour": content[-PAGE_BYTES:],
        "of another file": (tmp_path / "second.db").read_bytes()[-2 * PAGE_BYTES : -PAGE_BYTES],
    }[other]
    base_path.write_bytes(content[: -2 * PAGE_BYTES] + page + content[-PAGE_BYTES:])
    base = PackedBase(base_path, KEY)
    with pytest.raises(Damaged):
        base.find(keys.tolist())
    base.close()


@pytest.mark.parametrize("cut", [1, 4096, 8192, 10**9], ids=["byte", "page", "two pages", "all"])
def test_a_file_cut_short_does_not_open(base_path: Path, cut: int) -> None:
    written(base_path, rows_of(evenly(2000))).close()
    content = base_path.read_bytes()
    base_path.write_bytes(content[: max(len(content) - cut, 0)])
    with pytest.raises(Damaged):
        PackedBase(base_path, KEY)


def test_a_file_that_was_not_finished_does_not_open(base_path: Path) -> None:
    writer = PackedBaseWriter(base_path, KEY)
    writer.add(rows_of(evenly(20_000)))
    writer.abandon()
    with pytest.raises(Damaged):
        PackedBase(base_path, KEY)


def test_the_disk_is_told_of_the_right_pages(base_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = evenly(400_000)
    base = written(base_path, *(rows_of(keys[start : start + 30_000]) for start in range(0, len(keys), 30_000)))
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(base._file, "prefetch", told.extend)
    asked = keys[::2000].tolist()
    base.find(asked)
    pages = {page for first, count in told for page in range(first, first + count)}
    assert len(pages) <= 2 * len(asked)
    base.close()
    content = bytearray(base_path.read_bytes())
    for page in pages:
        content[page * PAGE_BYTES + 100] ^= 1
    base_path.write_bytes(content)
    base = PackedBase(base_path, KEY)
    assert sum(is_damaged(base, key) for key in asked) > 0.98 * len(asked)
    base.close()


def is_damaged(base: PackedBase, key: int) -> bool:
    try:
        base.get(key)
    except Damaged:
        return True
    return False


def test_another_key_opens_nothing(base_path: Path) -> None:
    written(base_path, rows_of(evenly(20))).close()
    with pytest.raises(Damaged):
        PackedBase(base_path, bytes(32))


def test_nothing_lies_in_clear(base_path: Path) -> None:
    keys = evenly(500)
    written(base_path, rows_of(keys)).close()
    content = base_path.read_bytes()
    bodies = (keys * MIX).astype(">u8").tobytes()
    assert not any(bodies[start : start + 8] in content for start in range(0, len(bodies), 8))
