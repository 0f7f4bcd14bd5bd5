"""The vault keeps named secrets, all of a call or none, and nothing in clear."""

from contextlib import closing
from pathlib import Path

import pytest

from data import store
from data.errors import StoreError
from data.kit.vault import Vault
from data.store_key import StoreKey

KEY = StoreKey(bytes(32))


def test_values_survive_closing(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "v.db", KEY, new=True)
    vault.put({"identity": b"AGE-SECRET", "serial": b"1"})
    vault.put({"serial": b"2"})
    vault.close()
    again = Vault(tmp_path / "v.db", KEY)
    assert (again.get("identity"), again.get("serial"), again.get("none")) == (b"AGE-SECRET", b"2", None)
    assert all(b"AGE-SECRET" not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_call_keeps_all_or_nothing(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "v.db", KEY, new=True)
    with pytest.raises(StoreError):
        vault.put({"a": b"1", "b": None})  # type: ignore[dict-item]
    assert vault.get("a") is None


def test_a_destroyed_value_is_in_no_file_any_more_not_even_for_who_has_the_key(tmp_path: Path) -> None:
    """What a disk image would show: the main file without the log beside it, and the log itself."""
    vault = Vault(tmp_path / "v.db", KEY, new=True)
    vault.put({"keys": b"old" * 1000})
    vault.destroy({"keys": b""})
    assert (tmp_path / "v.db-wal").stat().st_size == 0
    (tmp_path / "image.db").write_bytes((tmp_path / "v.db").read_bytes())
    with closing(store.connect(tmp_path / "image.db", KEY.derive("vault"))) as image:
        assert image.execute("SELECT value FROM secret WHERE name = 'keys'").fetchone() == (b"",)
    vault.close()
