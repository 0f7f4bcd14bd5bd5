"""PINs, passwords and programs' credentials: what is accepted, and what verifies it."""

import subprocess
import sys

import pytest

from data.errors import InputError
from data.people import secret_hash
from data.people.secret_hash import (
    check_secret_hash,
    hash_program_credential,
    hash_secret,
    make_pin,
    make_program_credential,
    normalize_new_secret,
    verify_secret,
)
from tests.support.deployment import TOP
from tests.support.waiting import GUARD_S

TWO_AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor
from data.people.secret_hash import hash_secret, verify_secret

with ThreadPoolExecutor(2) as threads:
    hashes = list(threads.map(hash_secret, ["482913"] * 6))
    print(all(threads.map(verify_secret, hashes, ["482913"] * 6)))
"""


@pytest.mark.parametrize("secret", ["836204", "0918273", "correct horse", "éclair-29-x"])
def test_a_good_pin_or_password_is_accepted(secret: str) -> None:
    assert normalize_new_secret(secret) == secret


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "83620",
        "111111",
        "123456",
        "987654",
        "890123",
        "121212",
        "123123",
        "112112",
        "short",
        "aaaaaaaaaaaa",
        "x" * 129,
        "tab\tin the middle",
    ],
)
def test_a_secret_that_is_easily_guessed_or_cannot_be_typed_is_refused(secret: str) -> None:
    with pytest.raises(InputError) as error:
        normalize_new_secret(secret)
    assert not secret or secret not in str(error.value)


def test_only_the_secret_itself_is_verified_in_each_way_of_writing_it() -> None:
    verifier = hash_secret("\u00e9clair number 9")
    assert verify_secret(verifier, "e\u0301clair number 9")
    assert not verify_secret(verifier, "eclair number 9")
    assert "clair" not in verifier and hash_secret("\u00e9clair number 9") != verifier


def test_an_empty_hash_verifies_nothing() -> None:
    assert not verify_secret("", "")


def test_a_credential_of_a_program_is_verified_with_the_line_feed_of_its_file() -> None:
    credential = make_program_credential()
    assert verify_secret(hash_program_credential(credential), credential + "\n")
    assert not verify_secret(hash_program_credential(credential), make_program_credential())


def test_what_is_made_is_accepted() -> None:
    assert {normalize_new_secret(make_pin()) for _each in range(50)}
    assert check_secret_hash(hash_secret("836204")) and check_secret_hash(hash_program_credential("x"))


def test_the_cost_is_what_the_design_asks_for() -> None:
    assert (secret_hash.MEMORY_KIB, secret_hash.PASSES) == (64 * 1024, 3)
    assert "$m=65536,t=3," in hash_secret("836204")


def test_two_people_who_prove_who_they_are_at_once_do_not_wait_for_each_other_for_ever() -> None:
    """In a process of its own: a thread that hangs in OpenSSL cannot be ended."""
    done = subprocess.run(
        [sys.executable, "-c", TWO_AT_ONCE], cwd=TOP, capture_output=True, text=True, timeout=GUARD_S, check=True
    )
    assert done.stdout == "True\n"
