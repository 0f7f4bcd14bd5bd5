"""A file beside a base gives back what was put in, and nothing at all when it is another's or was touched."""

from pathlib import Path

import numpy as np
import pytest

from data.errors import Damaged
from data.lists.storage.encrypted_files import Sidecar

ARRAYS = {
    "long": np.arange(1_500_000, dtype=np.int32),
    "none": np.empty(0, np.float16),
    "bytes": np.frombuffer(b"SECRETNAME" * 20, np.uint8),
}
KEY = bytes(32)


@pytest.fixture
def sidecar(tmp_path: Path) -> Sidecar:
    sidecar = Sidecar(tmp_path / "base-1.db.index", KEY, "form 1")
    sidecar.write(ARRAYS, ["FRA", "Łódź"])
    return sidecar


def test_what_was_put_in_comes_out(sidecar: Sidecar) -> None:
    contents = sidecar.read()
    assert contents is not None and contents.words == ("FRA", "Łódź")
    assert contents.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert contents.arrays[name].dtype == array.dtype
        assert np.array_equal(contents.arrays[name], array)


def test_nothing_lies_in_clear(sidecar: Sidecar) -> None:
    written = sidecar.path.read_bytes()
    assert b"SECRETNAME" not in written and "Łódź".encode() not in written


def test_no_file_is_no_contents(tmp_path: Path) -> None:
    assert Sidecar(tmp_path / "base-2.db.index", KEY, "form 1").read() is None
    (tmp_path / "old.index").write_bytes(b"another software's")
    assert Sidecar(tmp_path / "old.index", KEY, "form 1").read() is None


@pytest.mark.parametrize("place", [9, 20, 100, 4 << 20, -1])
def test_a_changed_byte_is_refused(sidecar: Sidecar, place: int) -> None:
    written = bytearray(sidecar.path.read_bytes())
    written[place] ^= 1
    sidecar.path.write_bytes(written)
    with pytest.raises(Damaged):
        sidecar.read()


@pytest.mark.parametrize("lost", [1, 16, 5_000_000])
def test_a_cut_file_is_refused(sidecar: Sidecar, lost: int) -> None:
    sidecar.path.write_bytes(sidecar.path.read_bytes()[:-lost])
    with pytest.raises(Damaged):
        sidecar.read()


def test_a_file_of_another_base_or_form_or_key_is_refused(sidecar: Sidecar, tmp_path: Path) -> None:
    other = tmp_path / "base-9.db.index"
    other.write_bytes(sidecar.path.read_bytes())
    for stranger in (
        Sidecar(other, KEY, "form 1"),
        Sidecar(sidecar.path, KEY, "form 2"),
        Sidecar(sidecar.path, bytes(31) + b"x", "form 1"),
    ):
        with pytest.raises(Damaged):
            stranger.read()
