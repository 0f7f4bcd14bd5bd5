"""The lists of a kit: a copy of them is worth nothing once their secret is gone."""

import shutil
from pathlib import Path

import pytest

from data.errors import Damaged
from data.lists.catalogue import Catalogue, destroy_list_secret, load_lists_key
from data.store_key import StoreKey

KEY = StoreKey(bytes(range(32)))


def test_a_copy_of_a_list_is_worth_nothing_once_the_secret_is_gone(tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    Catalogue(lists, load_lists_key(lists, KEY)).add("un", "persons").close()
    shutil.copytree(lists, tmp_path / "copy")
    Catalogue(lists, load_lists_key(lists, KEY)).open("un").close()
    destroy_list_secret(lists)
    destroy_list_secret(lists)
    shutil.rmtree(lists / "un")
    anew = load_lists_key(lists, KEY)
    shutil.copytree(tmp_path / "copy" / "un", lists / "un")
    with pytest.raises(Damaged):
        Catalogue(lists, anew).open("un")
