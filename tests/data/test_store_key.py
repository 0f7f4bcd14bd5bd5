"""The store key: opened by its passphrase alone, damage told from a typing slip."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data import store_key
from data.errors import Damaged, InputError, NoHome, WrongPassphrase

TOP = Path(__file__).resolve().parents[2]
RIGHT = "seven lanterns on the bridge"
OTHER = "nobody waters the stone garden"


def test_the_passphrase_opens_what_it_closed(tmp_path: Path) -> None:
    key = store_key.create_store_key(tmp_path, "a long sentence")
    assert store_key.unlock_store_key(tmp_path, "a long sentence").secret == key.secret


def test_a_wrong_passphrase_says_so(tmp_path: Path) -> None:
    store_key.create_store_key(tmp_path, RIGHT)
    with pytest.raises(WrongPassphrase, match="passphrase is wrong"):
        store_key.unlock_store_key(tmp_path, "wrong")


def test_a_key_is_derived_while_its_caller_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = store_key.create_store_key(tmp_path, RIGHT)
    gone_on, derive = Event(), store_key._derive_wrapping_key

    def derive_late(passphrase: str, kdf: store_key.PassphraseHash) -> bytes:
        assert gone_on.wait(60)
        return derive(passphrase, kdf)

    monkeypatch.setattr(store_key, "_derive_wrapping_key", derive_late)
    wait_for_key = store_key.begin_unlocking(tmp_path, RIGHT)
    gone_on.set()
    assert wait_for_key().secret == key.secret


def test_who_waits_for_a_key_hears_that_the_passphrase_is_wrong(tmp_path: Path) -> None:
    store_key.create_store_key(tmp_path, RIGHT)
    wait_for_key = store_key.begin_unlocking(tmp_path, OTHER)
    with pytest.raises(WrongPassphrase, match="passphrase is wrong"):
        wait_for_key()


def test_a_missing_key_file_is_said_before_anything_is_derived(tmp_path: Path) -> None:
    with pytest.raises(NoHome):
        store_key.begin_unlocking(tmp_path, RIGHT)


def test_the_wrapping_is_argon2id_as_its_authors_publish_it() -> None:
    """A vector of the reference implementation (phc-winner-argon2, test.c): 2 passes, 64 MiB, 1 lane."""
    wrapping = bytes.fromhex("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7")
    kdf = store_key.PassphraseHash("argon2id", b"somesalt", memory_kib=1 << 16, passes=2, lanes=1)
    wrapped = AESGCM(wrapping).encrypt(bytes(12), b"a secret", b"label")
    sheet = store_key.WrappedSecret(kdf, bytes(12), wrapped)
    assert store_key.unwrap_secret(sheet, "password", b"label") == b"a secret"


def test_no_home_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NoHome):
        store_key.unlock_store_key(tmp_path, "any")


def test_a_second_key_never_replaces_the_first(tmp_path: Path) -> None:
    store_key.create_store_key(tmp_path, RIGHT)
    with pytest.raises(InputError):
        store_key.create_store_key(tmp_path, OTHER)
    store_key.unlock_store_key(tmp_path, RIGHT)


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        store_key.create_store_key(tmp_path, "")


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"kdf": 1}', '{"kdf": {}, "nonce": "zz", "wrapped": ""}'])
def test_a_broken_key_file_is_damage_not_a_wrong_passphrase(tmp_path: Path, content: str) -> None:
    (tmp_path / store_key.KEYS_FILE).write_text(content)
    with pytest.raises(Damaged):
        store_key.unlock_store_key(tmp_path, "any")


@pytest.mark.parametrize(
    ("name", "value"), [("memory_kib", 1 << 40), ("passes", 10**9), ("memory_kib", 1), ("lanes", 0), ("salt", "00")]
)
def test_absurd_costs_in_a_key_file_are_refused_before_they_are_paid(
    tmp_path: Path, name: str, value: int | str
) -> None:
    store_key.create_store_key(tmp_path, RIGHT)
    path = tmp_path / store_key.KEYS_FILE
    sheet = json.loads(path.read_text())
    sheet["kdf"][name] = value
    path.write_text(json.dumps(sheet))
    with pytest.raises(Damaged):
        store_key.unlock_store_key(tmp_path, RIGHT)


def test_guessing_a_passphrase_costs_what_rfc_9106_asks_of_small_machines() -> None:
    """In a process of its own: in this one it is made cheap."""
    code = "from data import store_key; print(store_key.MEMORY_KIB, store_key.PASSES, store_key.LANES)"
    output = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True).stdout
    assert [int(word) for word in output.split()] == [64 * 1024, 3, 4]


def test_each_purpose_has_its_own_key_and_none_shows_in_print(tmp_path: Path) -> None:
    key = store_key.create_store_key(tmp_path, RIGHT)
    assert len({key.derive("journal"), key.derive("vault"), key.derive("list:sltd"), key.secret}) == 4
    assert key.secret.hex() not in repr(key) and repr(key.secret) not in repr(key)


def test_the_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    store_key.create_store_key(tmp_path, RIGHT)
    assert (tmp_path / store_key.KEYS_FILE).stat().st_mode & 0o077 == 0
