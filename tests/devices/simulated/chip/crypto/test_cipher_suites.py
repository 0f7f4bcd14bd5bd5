"""The chip's own ciphers: the vectors of NIST, RFC 4493 and Doc 9303-11, and the reader's, which share no code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from devices.chip.crypto.ciphers import CipherSuite, KeyUse, derive_key, derive_session_keys, pad
from devices.simulated.chip.crypto.cipher_suites import SimulatedCipherSuite, add_padding, remove_padding

BLOCK = bytes.fromhex("6BC1BEE22E409F96E93D7E117393172A")
LONGER = BLOCK + bytes.fromhex("AE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411")
SUITES = list(zip(SimulatedCipherSuite, CipherSuite, strict=True))


@pytest.mark.parametrize(("key", "message", "mac"), [
    ("2B7E151628AED2A6ABF7158809CF4F3C", b"", "BB1D6929E9593728"),
    ("2B7E151628AED2A6ABF7158809CF4F3C", BLOCK, "070A16B46B4D4144"),
    ("2B7E151628AED2A6ABF7158809CF4F3C", LONGER, "DFA66747DE9AE630"),
    ("8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B", b"", "D17DDF46ADAACDE5"),
    ("8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B", BLOCK, "9E99A7BF31E71090"),
    ("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4", b"", "028962F61B7BF89E"),
    ("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4", BLOCK, "28A7023F452E8F82"),
])  # fmt: skip
def test_the_macs_of_nist_sp_800_38b(key: str, message: bytes, mac: str) -> None:
    suites = {16: SimulatedCipherSuite.AES_128, 24: SimulatedCipherSuite.AES_192, 32: SimulatedCipherSuite.AES_256}
    key_bytes = bytes.fromhex(key)
    assert suites[len(key_bytes)].mac(key_bytes, message).hex().upper() == mac
    reader = {suite.key_bytes: suite for suite in CipherSuite if suite is not CipherSuite.TDES}
    assert reader[len(key_bytes)].mac(key_bytes, message).hex().upper() == mac


def test_the_mutual_authentication_of_appendix_d() -> None:
    keys = SimulatedCipherSuite.TDES.session_keys(bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE"))
    plain = bytes.fromhex("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B")
    secret = bytes.fromhex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2")
    assert SimulatedCipherSuite.TDES.encrypt(keys.encryption, plain) == secret
    assert SimulatedCipherSuite.TDES.decrypt(keys.encryption, secret) == plain
    assert SimulatedCipherSuite.TDES.mac(keys.mac, add_padding(secret, 8)) == bytes.fromhex("5F1448EEA8AD90A7")


@given(st.sampled_from(SUITES), st.binary(min_size=16, max_size=80), st.binary(max_size=100))
def test_chip_and_reader_derive_and_encrypt_alike(
    suites: tuple[SimulatedCipherSuite, CipherSuite], secret: bytes, message: bytes
) -> None:
    ours, theirs = suites
    assert (ours.block_bytes, ours.key_bytes, ours.nonce_bytes) == (
        theirs.block_bytes,
        theirs.key_bytes,
        theirs.nonce_bytes,
    )
    keys, reader_keys = ours.session_keys(secret), derive_session_keys(secret, theirs)
    padded = add_padding(message, ours.block_bytes)
    assert padded == pad(message, ours.block_bytes)
    iv = secret[: ours.block_bytes]
    assert ours.encrypt(keys.encryption, padded, iv) == theirs.encrypt(reader_keys.encryption, padded, iv)
    assert ours.decrypt(keys.encryption, padded, iv) == theirs.decrypt(reader_keys.encryption, padded, iv)
    assert ours.mac(keys.mac, padded) == theirs.mac(reader_keys.mac, padded)
    encrypted = ours.encrypt(ours.password_key(secret), padded)
    assert theirs.decrypt(derive_key(secret, KeyUse.PASSWORD, theirs), encrypted) == padded


@given(st.binary(max_size=64), st.sampled_from([8, 16]))
def test_padding_comes_off_as_it_went_on(message: bytes, block_bytes: int) -> None:
    assert remove_padding(add_padding(message, block_bytes), block_bytes) == message


@pytest.mark.parametrize("broken", ["", "00" * 8, "80" + "00" * 8, "8001", "01" * 8])
def test_padding_that_is_none_is_refused(broken: str) -> None:
    with pytest.raises(Malformed):
        remove_padding(bytes.fromhex(broken), 8)
