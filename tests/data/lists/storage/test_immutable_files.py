"""A file beside a base gives back what was put in, and nothing at all when it is another's or was touched."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data import store
from data.errors import Damaged
from data.lists.storage import immutable_files
from data.lists.storage.immutable_files import ArrayFile, derive_file_key, name_companion
from data.store_key import StoreKey

ARRAYS = {
    "long": np.arange(600_000, dtype=np.int32),
    "none": np.empty(0, np.float16),
    "zeros": np.zeros(150_000, np.uint64),
    "bytes": np.frombuffer(b"SECRETNAME" * 20, np.uint8),
}
KEY = bytes(32)
PAGE = 1 << 15


@pytest.fixture
def file(tmp_path: Path) -> ArrayFile:
    file = ArrayFile(tmp_path / "index-1.db", KEY, "form 1")
    file.write(ARRAYS, ["FRA", "Łódź"])
    return file


def gives_all(file: ArrayFile) -> bool:
    contents = file.read()
    return (
        contents is not None
        and contents.texts == ("FRA", "Łódź")
        and contents.arrays.keys() == ARRAYS.keys()
        and all(contents.arrays[name].dtype == array.dtype for name, array in ARRAYS.items())
        and all(np.array_equal(contents.arrays[name], array) for name, array in ARRAYS.items())
    )


def test_what_was_put_in_comes_out(file: ArrayFile) -> None:
    assert gives_all(file)


def test_a_second_writing_replaces_the_first(file: ArrayFile) -> None:
    file.write({"one": np.arange(3)}, [])
    contents = file.read()
    assert contents is not None and contents.arrays["one"].tolist() == [0, 1, 2] and contents.texts == ()
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]


def test_nothing_lies_in_clear(file: ArrayFile) -> None:
    written = file.path.read_bytes()
    assert b"SECRETNAME" not in written and "Łódź".encode() not in written and b"piece" not in written


def test_no_file_is_no_contents(tmp_path: Path) -> None:
    assert ArrayFile(tmp_path / "index-2.db", KEY, "form 1").read() is None


def test_what_another_software_left_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.db").write_bytes(b"another software's")
    with pytest.raises(Damaged):
        ArrayFile(tmp_path / "old.db", KEY, "form 1").read()


@pytest.mark.parametrize("harm", ["a changed bit", "zeros", "another's page"])
def test_no_page_can_be_harmed_unnoticed(file: ArrayFile, tmp_path: Path, harm: str) -> None:
    """Also not the last page of a long value, where SQLCipher itself accepts zeros."""
    other = ArrayFile(tmp_path / "other.db", KEY, "form 1")
    other.write(ARRAYS, ["FRA", "Łódź"])
    content, others = file.path.read_bytes(), other.path.read_bytes()
    for start in range(0, len(content), PAGE):
        page = bytearray(content[start : start + PAGE])
        page[PAGE // 2] ^= 1
        harmed = {"a changed bit": bytes(page), "zeros": bytes(PAGE), "another's page": others[start : start + PAGE]}
        with file.path.open("r+b") as stream:
            stream.seek(start)
            stream.write(harmed[harm])
        try:
            assert gives_all(file), f"page {start // PAGE}"  # a page of the tables that nobody reads
        except Damaged:
            pass
        with file.path.open("r+b") as stream:
            stream.seek(start)
            stream.write(content[start : start + PAGE])
    assert gives_all(file)


@pytest.mark.parametrize("lost", [1, 16, PAGE, 2_000_000, 10**9])
def test_a_cut_file_is_refused(file: ArrayFile, lost: int) -> None:
    content = file.path.read_bytes()
    file.path.write_bytes(content[: max(len(content) - lost, 0)])
    with pytest.raises(Damaged):
        file.read()


def test_a_file_of_another_form_or_key_is_refused(file: ArrayFile) -> None:
    for stranger in (ArrayFile(file.path, KEY, "form 2"), ArrayFile(file.path, bytes(31) + b"x", "form 1")):
        with pytest.raises(Damaged):
            stranger.read()


def test_each_file_of_a_list_has_a_key_of_its_own(tmp_path: Path) -> None:
    key = StoreKey(bytes(32))
    paths = [
        tmp_path / name / file
        for name in ("un", "ofac")
        for file in ("base-1-ab.db", "base-2-ab.db", name_companion("index", "base-1-ab.db"))
    ]
    assert len({derive_file_key(key, path) for path in paths}) == len(paths)


def test_a_file_that_was_begun_and_not_finished_is_refused(tmp_path: Path) -> None:
    file = ArrayFile(tmp_path / "index-3.db", KEY, "form 1")
    file.write({}, [])
    with pytest.raises(Damaged):
        file.read()


def test_two_that_write_at_once_do_not_mix(file: ArrayFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_contents = immutable_files._write_contents

    def interrupt(*arguments: Any) -> None:
        monkeypatch.undo()
        file.write({"one": np.arange(3)}, [])
        write_contents(*arguments)

    monkeypatch.setattr(immutable_files, "_write_contents", interrupt)
    file.write(ARRAYS, ["FRA", "Łódź"])
    assert gives_all(file)
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]


def test_a_file_that_goes_while_it_is_opened_is_damage(file: ArrayFile, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = store.connect

    def connect_and_remove(path: Path, *rest: Any) -> store.Connection:
        connection = connect(path, *rest)
        path.unlink()
        return connection

    monkeypatch.setattr(store, "connect", connect_and_remove)
    with pytest.raises(Damaged):
        file.read()
