"""The secret of the lists: without it no copy of a list's file can be read."""

from pathlib import Path

from data.lists.catalogue import LIST_SECRET_FILE, destroy_list_secret, load_lists_key
from data.store_key import StoreKey

KEY = StoreKey(bytes(range(32)))


def test_the_same_folder_gives_the_same_key_and_another_one_another(tmp_path: Path) -> None:
    key = load_lists_key(tmp_path / "a", KEY)
    assert load_lists_key(tmp_path / "a", KEY) == key != KEY
    assert load_lists_key(tmp_path / "b", KEY) != key


def test_destroying_overwrites_before_it_removes(tmp_path: Path) -> None:
    load_lists_key(tmp_path, KEY)
    path, other = tmp_path / LIST_SECRET_FILE, tmp_path / "other name"
    before = path.read_bytes()
    other.hardlink_to(path)
    destroy_list_secret(tmp_path)
    assert not path.exists() and len(other.read_bytes()) == len(before) and other.read_bytes() != before


def test_a_secret_that_cannot_be_read_gives_way_to_a_new_one(tmp_path: Path) -> None:
    before = load_lists_key(tmp_path, KEY)
    (tmp_path / LIST_SECRET_FILE).write_bytes(bytes(60))
    assert load_lists_key(tmp_path, KEY) != before
    assert load_lists_key(tmp_path, StoreKey(bytes(32))) != before
