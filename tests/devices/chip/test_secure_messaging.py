"""Secure messaging by the worked example of Doc 9303-11, D.4, and against everything a liar may change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip.apdu import CommandApdu, ResponseApdu, encode_tlv, read_response
from devices.chip.crypto.ciphers import CipherSuite, SessionKeys, derive_session_keys, pad
from devices.chip.errors import ChannelBroken
from devices.chip.secure_messaging import SecureChannel
from devices.chip.status import OK, StatusWord
from tests.devices.support.messaging_example import COUNTER, KEYS, TALK


def test_the_conversation_of_appendix_d_4() -> None:
    channel = SecureChannel(KEYS, COUNTER)
    for command, sent, protected, data in TALK:
        assert channel.protect(command).encode().hex().upper() == sent
        assert channel.open(read_response(bytes.fromhex(protected))) == ResponseApdu(bytes.fromhex(data), OK)


def protect_response(keys: SessionKeys, counter: int, data: bytes, status: int = 0x9000, tag: int = 0x87) -> bytes:
    """A response as a chip makes it, written after the standard's figure, not after the reader's code."""
    block = keys.suite.block_bytes
    sequence = counter.to_bytes(block, "big")
    iv = bytes(block) if keys.suite is CipherSuite.TDES else keys.suite.encrypt_block(keys.encryption, sequence)
    secret = keys.suite.encrypt(keys.encryption, pad(data, block), iv)
    objects = encode_tlv(tag, b"\x01" if tag == 0x87 else b"", secret) if data else b""
    objects += encode_tlv(0x99, status.to_bytes(2, "big"))
    return objects + encode_tlv(0x8E, keys.suite.mac(keys.mac, pad(sequence + objects, block)))


@pytest.mark.parametrize("suite", list(CipherSuite))
@given(data=st.binary(max_size=600), word=st.sampled_from((0x9000, 0x6282, 0x6A82)))
def test_what_the_chip_protects_is_opened(suite: CipherSuite, data: bytes, word: int) -> None:
    keys = derive_session_keys(b"secret", suite)
    channel = SecureChannel(keys, 40)
    channel.protect(CommandApdu(0, 0xB0, 0, 0, expected=256))
    assert channel.open(ResponseApdu(protect_response(keys, 42, data, word), StatusWord(word))) == ResponseApdu(
        data, StatusWord(word)
    )


@pytest.mark.parametrize("suite", list(CipherSuite))
def test_the_most_that_fits_into_a_response_does_and_no_more(suite: CipherSuite) -> None:
    keys = derive_session_keys(b"secret", suite)
    for limit in (256, 1_000, 2_048, 65_536):
        most = SecureChannel(keys).most_data(limit)
        assert len(protect_response(keys, 1, bytes(most))) <= limit < len(protect_response(keys, 1, bytes(most + 1)))


@pytest.mark.parametrize("suite", [CipherSuite.TDES, CipherSuite.AES_128])
@given(st.data())
def test_a_changed_response_breaks_the_channel(suite: CipherSuite, data: st.DataObject) -> None:
    keys = derive_session_keys(b"secret", suite)
    good = protect_response(keys, 2, b"group")
    at = data.draw(st.integers(0, len(good) - 1))
    changed = bytearray(good)
    changed[at] ^= data.draw(st.integers(1, 255))
    channel = SecureChannel(keys)
    channel.protect(CommandApdu(0, 0xB0, 0, 0, expected=256))
    with pytest.raises(ChannelBroken):
        channel.open(ResponseApdu(bytes(changed), OK))


@given(st.binary(max_size=80))
def test_garbage_breaks_the_channel(junk: bytes) -> None:
    with pytest.raises(ChannelBroken):
        SecureChannel(KEYS, COUNTER).open(ResponseApdu(junk, OK))


def test_every_breach_is_named() -> None:
    keys = derive_session_keys(b"secret", CipherSuite.AES_128)
    good = protect_response(keys, 1, b"group")
    mac, status = encode_tlv(0x8E, bytes(8)), encode_tlv(0x99, b"\x90\x00")
    cases = (
        (b"", 0x6988, "left the encrypted channel"),
        (good, 0x6282, "not the one that the chip signed"),
        (protect_response(keys, 2, b"group"), 0x9000, "MAC"),
        (status, 0x9000, "its objects are 99"),
        (good[:-10], 0x9000, "its objects are 87, 99"),
        (good + good[-10:], 0x9000, "its objects are 87, 99, 8E, 8E"),
        (mac + status, 0x9000, "its objects are 8E, 99"),
        (encode_tlv(0x99, b"\x90") + mac, 0x9000, "wrong length"),
        (status + encode_tlv(0x8E, bytes(7)), 0x9000, "wrong length"),
    )
    for data, word, says in cases:
        with pytest.raises(ChannelBroken, match=says):
            SecureChannel(keys).open(ResponseApdu(data, StatusWord(word)))


def test_a_channel_that_was_left_says_with_which_status() -> None:
    with pytest.raises(ChannelBroken) as broken:
        SecureChannel(KEYS).open(ResponseApdu(b"", StatusWord(0x6988)))
    assert broken.value.status == StatusWord(0x6988)


def test_what_is_signed_but_cannot_be_decrypted_breaks_the_channel() -> None:
    keys = derive_session_keys(b"secret", CipherSuite.AES_128)
    for secret in (b"\x01", b"\x01" + bytes(15), b"\x02" + bytes(16), b"\x01" + bytes(16)):
        objects = encode_tlv(0x87, secret) + encode_tlv(0x99, b"\x90\x00")
        mac = keys.suite.mac(keys.mac, pad((1).to_bytes(16, "big") + objects, 16))
        with pytest.raises(ChannelBroken, match="malformed"):
            SecureChannel(keys).open(ResponseApdu(objects + encode_tlv(0x8E, mac), OK))


def test_an_odd_instruction_encrypts_elements() -> None:
    keys = derive_session_keys(b"secret", CipherSuite.TDES)
    channel = SecureChannel(keys)
    assert channel.protect(CommandApdu(0, 0xB1, 0, 0, encode_tlv(0x54, b"\x80\x00"), 256)).data[0] == 0x85
    answer = protect_response(keys, 2, encode_tlv(0x53, b"part"), tag=0x85)
    assert channel.open(ResponseApdu(answer, OK)).data == encode_tlv(0x53, b"part")


def test_long_commands_ask_for_long_responses() -> None:
    keys = derive_session_keys(b"secret", CipherSuite.AES_256)
    assert SecureChannel(keys).protect(CommandApdu(0, 0xB0, 0, 0, expected=2_000)).expected == 65_536
    assert SecureChannel(keys).protect(CommandApdu(0, 0x86, 0, 0, bytes(250), 256)).expected == 65_536
    assert SecureChannel(keys).protect(CommandApdu(0, 0x86, 0, 0, bytes(100), 256)).expected == 256
