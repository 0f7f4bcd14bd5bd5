"""Founding a headquarters: each offline key on its own medium and nowhere else."""

from pathlib import Path

import pytest

from data.errors import InputError
from sync.headquarters.ceremonies import offline_key
from sync.headquarters.ceremonies.founding import OFFLINE_KEY_NAMES, Medium, make_headquarters
from tests.support.deployment import PASSPHRASE
from tests.sync.support.ceremony import Held, words_of


def test_each_offline_key_lies_on_its_own_medium_and_nowhere_else(held: Held) -> None:
    for name in OFFLINE_KEY_NAMES:
        (file,) = offline_key.find_key_files(held.medium(name))
        assert (file.about.name, file.holder) == (name, f"Holder of {name}")
        assert file.path.stat().st_mode & 0o777 == 0o600
        seed = file.open(words_of(name)).private.private_bytes_raw()
        for path in held.folder.rglob("*"):
            assert not path.is_file() or (
                seed not in path.read_bytes() and seed.hex().encode() not in path.read_bytes()
            )
    assert not held.hq.offline.exists()


def test_two_keys_do_not_share_a_medium(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one medium"):
        make_headquarters(tmp_path / "hq", PASSPHRASE, [Medium(tmp_path, "x")] * 4)
    with pytest.raises(InputError, match="does not exist"):
        make_headquarters(tmp_path / "hq", PASSPHRASE, [Medium(tmp_path / name, "x") for name in OFFLINE_KEY_NAMES])
    assert not (tmp_path / "hq").exists()
