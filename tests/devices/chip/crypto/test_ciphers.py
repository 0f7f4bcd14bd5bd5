"""The ciphers, their MACs and keys as Doc 9303-11, appendix D prints them, and padding."""

from hashlib import sha1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from devices.chip.crypto.ciphers import CipherSuite, KeyUse, derive_key, derive_session_keys, pad, unpad

SEED = bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE")
ENC = bytes.fromhex("AB94FDECF2674FDFB9B391F85D7F76F2")
MAC = bytes.fromhex("7962D9ECE03D1ACD4C76089DCE131543")


def test_keys_of_appendix_d() -> None:
    assert SEED == sha1(b"L898902C<369080619406236", usedforsecurity=False).digest()[:16]
    keys = derive_session_keys(SEED, CipherSuite.TDES)
    assert (keys.encryption, keys.mac) == (ENC, MAC)
    assert ENC.hex() not in repr(keys).lower()


def test_the_mutual_authentication_of_appendix_d() -> None:
    plain = bytes.fromhex("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B")
    secret = bytes.fromhex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2")
    assert CipherSuite.TDES.encrypt(ENC, plain) == secret
    assert CipherSuite.TDES.decrypt(ENC, secret) == plain
    assert CipherSuite.TDES.mac(MAC, pad(secret, 8)) == bytes.fromhex("5F1448EEA8AD90A7")


def test_the_retail_mac_of_one_block_has_no_chain() -> None:
    assert CipherSuite.TDES.mac(MAC, bytes(8)) == CipherSuite.TDES.encrypt(MAC, bytes(8))


def test_cmac_of_rfc_4493() -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    message = bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")
    assert CipherSuite.AES_128.mac(key, message) == bytes.fromhex("070a16b46b4d4144")


@pytest.mark.parametrize(("suite", "key", "nonce"), [
    (CipherSuite.TDES, 16, 16), (CipherSuite.AES_128, 16, 16),
    (CipherSuite.AES_192, 24, 32), (CipherSuite.AES_256, 32, 32),
])  # fmt: skip
def test_lengths_of_each_suite(suite: CipherSuite, key: int, nonce: int) -> None:
    assert len(derive_key(b"secret", KeyUse.MAC, suite)) == key
    assert suite.nonce_bytes == nonce


@given(st.binary(max_size=64), st.sampled_from((8, 16)))
def test_padding_comes_off_again(message: bytes, block: int) -> None:
    padded = pad(message, block)
    assert len(padded) % block == 0
    assert unpad(padded, block) == message


@pytest.mark.parametrize("padded", ["", "00" * 16, "41" * 16, "80" + "00" * 16, "4180" + "00" * 14])
def test_padding_that_is_none_is_refused(padded: str) -> None:
    with pytest.raises(Malformed):
        unpad(bytes.fromhex(padded), 8)
