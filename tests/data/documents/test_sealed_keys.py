"""Sealed keys: a CBC-MAC over canonical rows, the same one by one and in bulk."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from data.documents.sealed_keys import Sealer, canonical_row, key_bytes

SALT = bytes(range(32))
KNOWN = 3464688100316623238
"""Key of the specimen of Doc 9303 under SALT, noted when sealing was made."""
ROWS = st.tuples(
    st.text(alphabet="ABC0123456789", min_size=1, max_size=25), st.sampled_from(["UTO", "DEU"]), st.sampled_from("PIV")
)


def test_a_row_is_32_bytes() -> None:
    assert canonical_row("L898902C3", "UTO", "P") == b"UTOPL898902C3" + bytes(19)


@given(st.lists(ROWS, min_size=1, max_size=20))
def test_keys_are_the_first_half_of_aes_cbc_over_the_row(rows: list[tuple[str, str, str]]) -> None:
    key = HKDF(SHA256(), length=32, salt=None, info=b"waypost/documents/sealed-key/1").derive(SALT)
    expected = []
    for row in rows:
        cbc = Cipher(AES(key), CBC(bytes(16))).encryptor()
        expected.append(int.from_bytes(cbc.update(canonical_row(*row))[16:24], "big", signed=True))
    assert Sealer(SALT).keys(rows) == expected


def test_one_key_and_many_agree_and_each_part_counts() -> None:
    sealer = Sealer(SALT)
    rows = [("L898902C3", "UTO", "P"), ("L898902C3", "UTO", "V"), ("L898902C3", "DEU", "P"), ("L898902C4", "UTO", "P")]
    assert [sealer.key(*row) for row in rows] == sealer.keys(rows)
    assert len(set(sealer.keys(rows)) | set(Sealer(SALT[::-1]).keys(rows))) == 8
    assert sealer.keys([]) == []


def test_published_keys_never_change() -> None:
    assert Sealer(SALT).key("L898902C3", "UTO", "P") == KNOWN


@pytest.mark.parametrize("row", [("", "UTO", "P"), ("A" * 26, "UTO", "P"), ("A1", "D", "P"), ("A1", "UTO", "")])
def test_what_is_no_row_is_refused(row: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="no canonical row"):
        Sealer(SALT).keys([row])


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="protects nothing"):
        Sealer(b"short")


def test_keys_as_bytes_are_signed_big_endian() -> None:
    assert key_bytes(np.array([-1, 258])) == [b"\xff" * 8, bytes(6) + b"\x01\x02"]


def test_threads_seal_alike() -> None:
    sealer = Sealer(bytes(range(32)))
    numbers = [f"A{serial:08}" for serial in range(300)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda number: sealer.key(number, "UTO", "P"), numbers * 20))
    assert together == [Sealer(bytes(range(32))).key(number, "UTO", "P") for number in numbers] * 20
