"""The vault keeps named secrets, all of a call or none, and nothing in clear."""

from pathlib import Path

import pytest

from data.errors import StoreError
from data.store import Vault
from data.store_key import StoreKey

KEY = StoreKey(bytes(32))


def test_values_survive_closing(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "v.db", KEY)
    vault.put({"identity": b"AGE-SECRET", "serial": b"1"})
    vault.put({"serial": b"2"})
    vault.close()
    again = Vault(tmp_path / "v.db", KEY)
    assert (again.get("identity"), again.get("serial"), again.get("none")) == (b"AGE-SECRET", b"2", None)
    assert all(b"AGE-SECRET" not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_call_keeps_all_or_nothing(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "v.db", KEY)
    with pytest.raises(StoreError):
        vault.put({"a": b"1", "b": None})  # type: ignore[dict-item]
    assert vault.get("a") is None
