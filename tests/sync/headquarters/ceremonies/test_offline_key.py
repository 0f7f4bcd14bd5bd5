"""Offline keys on their media: opened by their own passphrase, never written over, never taken for another."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import Damaged, InputError, NoHome, WrongPassphrase
from sync.headquarters.ceremonies import offline_key
from sync.headquarters.ceremonies.signing_request import read_request
from tests.support.deployment import PASSPHRASE
from tests.sync.support.ceremony import Held, words_of


def test_a_key_opens_by_its_own_passphrase_alone(held: Held) -> None:
    (file,) = offline_key.find_key_files(held.medium("root-1"))
    for passphrase in (words_of("root-2"), PASSPHRASE, ""):
        with pytest.raises(WrongPassphrase, match=r"root-1\.waypost-key"):
            file.open(passphrase)


@pytest.mark.parametrize("change", [{"name": "root-2"}, {"role": "targets"}, {"public": "ab" * 32}])
def test_a_key_file_that_was_changed_does_not_pass_for_another(held: Held, change: dict[str, str]) -> None:
    path = held.medium("root-1") / "root-1.waypost-key"
    path.write_bytes(json.dumps({**json.loads(path.read_bytes()), **change}).encode())
    (file,) = offline_key.find_key_files(held.medium("root-1"))
    with pytest.raises(WrongPassphrase):
        file.open(words_of("root-1"))


@given(content=st.binary(max_size=300) | st.dictionaries(st.text(max_size=9), st.text(max_size=9)).map(
    lambda facts: json.dumps({"format": 1, **facts}).encode()))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_is_no_key_and_no_request(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.waypost-key"
    path.write_bytes(content)
    with pytest.raises(Damaged):
        offline_key.find_key_files(tmp_path)
    with pytest.raises(InputError):
        offline_key.read_public(path)
    with pytest.raises(InputError):
        read_request(path)


def test_a_medium_that_is_not_there_or_empty_says_so(held: Held, tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(NoHome, match="no key"):
            offline_key.find_key_files(folder)


def test_a_key_is_never_written_over(held: Held) -> None:
    with pytest.raises(InputError, match="already"):
        held.new_key("root-1")
    held.key("root-1")


def test_a_public_half_proves_that_somebody_has_the_other(held: Held) -> None:
    held.new_key("root-4")
    path = held.medium("root-4") / "root-4.public"
    facts = json.loads(path.read_bytes())
    for change in ({"name": "root-5"}, {"role": "targets"}, {"public": held.key("root-1").about.public}):
        path.write_bytes(json.dumps({**facts, **change}).encode())
        with pytest.raises(InputError, match="not the public half"):
            offline_key.read_public(path)
