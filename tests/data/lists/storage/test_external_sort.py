"""Rows come out in order, also when there are more than memory is meant to hold."""

from pathlib import Path

import numpy as np
import pytest

from data.lists.rows import PackedRows, concatenate_rows
from data.lists.storage import external_sort


def parts(count: int) -> list[PackedRows]:
    rng = np.random.default_rng(count)
    keys = rng.integers(0, 1 << 64, (7, count), dtype=np.uint64)
    return [PackedRows(row, row ^ np.uint64(99)) for row in keys]


@pytest.mark.parametrize("most", [10**9, 1000, 1], ids=["in memory", "spilled", "a run a part"])
def test_all_rows_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(external_sort, "MAX_ROWS_IN_MEMORY", most)
    given = parts(400)
    out = concatenate_rows(list(external_sort.sort_rows(given, tmp_path)))
    assert out.keys.tolist() == sorted(concatenate_rows(given).keys.tolist())
    assert (out.bodies == out.keys ^ np.uint64(99)).all()
    assert not list(tmp_path.iterdir())


def test_nothing_comes_of_nothing(tmp_path: Path) -> None:
    assert sum(len(part.keys) for part in external_sort.sort_rows([], tmp_path)) == 0


def test_what_is_spilled_is_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external_sort, "MAX_ROWS_IN_MEMORY", 1)
    written: list[bytes] = []
    real = external_sort._Spill._crypt

    def write_down(self: external_sort._Spill, content: bytes, start: int) -> bytes:
        written.append(real(self, content, start))
        return written[-1]

    monkeypatch.setattr(external_sort._Spill, "_crypt", write_down)
    (part,) = parts(50)[:1]
    next(iter(external_sort.sort_rows([part], tmp_path)))
    assert not any(key in written[0] for key in [key.tobytes() for key in part.keys])
