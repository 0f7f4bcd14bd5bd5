"""The lists of a kit: a copy of them is worth nothing once their secret is gone."""

import shutil
from pathlib import Path

import pytest

from data.errors import Damaged
from data.kit import vault
from data.kit.vault import StoreKey
from data.lists.catalogue import Catalogue

KEY = StoreKey(bytes(range(32)))


def test_a_copy_of_a_list_is_worth_nothing_once_the_secret_is_gone(tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    Catalogue(lists, vault.load_lists_key(lists, KEY)).add("un", "persons").close()
    shutil.copytree(lists, tmp_path / "copy")
    Catalogue(lists, vault.load_lists_key(lists, KEY)).open("un").close()
    vault.destroy_list_secret(lists)
    vault.destroy_list_secret(lists)
    shutil.rmtree(lists / "un")
    anew = vault.load_lists_key(lists, KEY)
    shutil.copytree(tmp_path / "copy" / "un", lists / "un")
    with pytest.raises(Damaged):
        Catalogue(lists, anew).open("un")
