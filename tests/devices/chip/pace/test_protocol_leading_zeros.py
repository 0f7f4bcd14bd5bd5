"""PACE with DH where a number begins with zeros, held against plain arithmetic (Doc 9303-11, 9.4.1; PKCS #3, 8.3).

Numbers are as short as can be, on the line and under the tokens; the secret is as long as the prime.
"""

from collections.abc import Callable, Iterator
from hashlib import sha1
from itertools import count

import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from devices.chip.access_keys import CanKey
from devices.chip.card import BoundedTransport, Card
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.crypto.groups import DhGroup, standard_group
from devices.chip.deadline import Deadline
from devices.chip.errors import ChipMalformed
from devices.chip.pace.offers import PaceMapping, PaceOffer
from devices.chip.pace.protocol import PaceResult, establish_pace
from devices.chip.random_source import RandomSource
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.injected import bare_card, in_turn, private

_OID = "0.4.0.127.0.7.2.2.4.1.2"
_OID_VALUE = bytes.fromhex("04007F00070202040102")
_OFFER = PaceOffer(_OID, "DH", PaceMapping.GENERIC, CipherSuite.AES_128, 0)
_NONCE = bytes(range(16))
_MAPPING = (3, 5)
_GROUP = standard_group(0)

assert isinstance(_GROUP, DhGroup)

_P, _SIZE = _GROUP.prime, 128
_G = pow(_GROUP.generator, int.from_bytes(_NONCE, "big") + _MAPPING[0] * _MAPPING[1], _P)
"""The mapped generator: that of the group to the nonce, times what the two keys of the mapping agree on."""


Hear = Callable[[bytes], bytes]


def _power(*exponents: int) -> int:
    number = _G
    for exponent in exponents:
        number = pow(number, exponent, _P)
    return number


def _short(number: int) -> bool:
    return number.bit_length() <= 8 * (_SIZE - 1)


def _keys() -> Iterator[tuple[str, int, int]]:
    """Which number begins with zeros, and the two private keys, of reader and chip, that make it do so."""
    whole = next(key for key in count(1000) if not _short(_power(key)))
    short = next(key for key in count(1000) if _short(_power(key)) and not _short(_power(key, whole)))
    yield "none", whole, next(key for key in count(2000) if not _short(_power(key)) and not _short(_power(key, whole)))
    yield "the reader's", short, whole
    yield "the chip's", whole, short
    yield (
        "the secret",
        whole,
        next(key for key in count(2000) if not _short(_power(key)) and _short(_power(key, whole))),
    )


CASES = {name: (reader, chip) for name, reader, chip in _keys()}


class Overheard:
    """What passes on the line; `instead` may change what the chip says."""

    def __init__(self, chip: SimulatedChip, instead: Hear = lambda answer: answer) -> None:
        self._chip, self._instead = chip, instead
        self.exchanged: list[bytes] = []

    def transmit(self, command: bytes) -> bytes:
        answer = self._instead(self._chip.transmit(command))
        self.exchanged += [command, answer]
        return answer


def talk(case: str, instead: Hear = lambda answer: answer) -> tuple[PaceResult, list[bytes]]:
    """One run of PACE between reader and chip."""
    reader, chip = CASES[case]
    chosen = [private(f"{number:x}", 0) for number in (_MAPPING[1], chip)]
    profile = ChipProfile.model_validate({"access": ["pace"], "pace": ["dh-gm-aes-128:0"], "can": "123456"})
    line = Overheard(SimulatedChip(bare_card(profile, ""), in_turn(_NONCE, *chosen)), instead)
    left = [_MAPPING[0], reader]
    result = establish_pace(
        Card(BoundedTransport(line, Deadline(20))), CanKey("123456"), _OFFER, RandomSource(lambda group: left.pop(0))
    )
    return result, line.exchanged


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else b"\x81" + bytes((size,))
    return tag.to_bytes(1 + (tag > 0xFF), "big") + length + content


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _token(mac: bytes, public: int) -> bytes:
    cmac = CMAC(AES(mac))
    cmac.update(_element(0x7F49, _element(0x06, _OID_VALUE) + _element(0x84, _bytes(public))))
    return cmac.finalize()[:8]


@pytest.mark.parametrize("case", CASES)
def test_numbers_are_short_and_the_secret_is_whole(case: str) -> None:
    reader, chip = CASES[case]
    result, sent = talk(case)
    secret = _power(reader, chip).to_bytes(_SIZE, "big")
    encryption, mac = (sha1(secret + bytes((0, 0, 0, use)), usedforsecurity=False).digest()[:16] for use in (1, 2))
    assert (result.channel._keys.encryption, result.channel._keys.mac) == (encryption, mac)
    agree, agreed, prove, proved = sent[-4:]
    assert agree[5:-1] == _element(0x7C, _element(0x83, _bytes(_power(reader))))
    assert agreed[:-2] == _element(0x7C, _element(0x84, _bytes(_power(chip))))
    assert prove[5:-1] == _element(0x7C, _element(0x85, _token(mac, _power(chip))))
    assert proved[:-2] == _element(0x7C, _element(0x86, _token(mac, _power(reader))))


def test_a_chip_that_sends_leading_zeros_is_understood() -> None:
    number = _power(CASES["the chip's"][1])
    plain = _element(0x7C, _element(0x84, _bytes(number)))
    padded = _element(0x7C, _element(0x84, number.to_bytes(_SIZE, "big")))
    _, sent = talk("the chip's", lambda answer: answer.replace(plain, padded))
    assert padded + b"\x90\x00" in sent


def test_the_readers_own_number_is_not_taken_back_with_a_zero_before_it() -> None:
    ours, theirs = (_power(exponent) for exponent in CASES["the reader's"])
    plain = _element(0x7C, _element(0x84, _bytes(theirs)))
    back = _element(0x7C, _element(0x84, ours.to_bytes(_SIZE, "big")))
    with pytest.raises(ChipMalformed, match="own key"):
        talk("the reader's", lambda answer: answer.replace(plain, back))
