"""Chip authentication in every kind, its copies, and keys that must not be used."""

from itertools import count

import pytest

from devices.chip.authentication.chip_authentication import ChipOffer, chip_offers
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.lds.chip_keys import DhKey
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import SecurityInfo
from devices.chip.random_source import RandomSource
from devices.simulated.chip.personalisation.card import AgreementKey
from tests.devices.support.agreement_groups import modp
from tests.devices.support.minted import check_of
from tests.support.invented_chips import chip, read

_KEY, _CHIP = "0.4.0.127.0.7.2.2.1", "0.4.0.127.0.7.2.2.3"


@pytest.mark.parametrize("offer", [
    "ecdh-3des:12", "ecdh-aes-128:13", "ecdh-aes-192:15", "ecdh-aes-256:17", "ecdh-aes-128:14",
    "dh-3des:0", "dh-aes-128:1", "dh-aes-256:2",
])  # fmt: skip
@pytest.mark.parametrize("access", ["pace", "bac"])
def test_an_original_and_its_copy(offer: str, access: str) -> None:
    original = check_of(read(chip(chip_authentication=[offer], access=[access])), "chip")
    assert (original.answer, original.reason) == (AuthenticityAnswer.PASS, AuthenticityReason.PROVED)
    copy = read(chip(chip_authentication=[offer], access=[access], faults=["cloned_ca"]))
    assert (check_of(copy, "chip").answer, check_of(copy, "chip").reason) == (
        AuthenticityAnswer.FAIL,
        AuthenticityReason.UNPROVED,
    )
    assert copy.outcome is Authenticity.NOT_GENUINE and copy.original is AuthenticityAnswer.FAIL
    assert copy.contents.dg2 is not None, "a copy costs nothing that was read"


def test_numbers_that_begin_with_zeros_are_short_and_secrets_whole() -> None:
    group = modp(0)
    static = AgreementKey.from_seed("dh", 0, "somebody")
    key = DhKey(group, group.public(static.private))
    offer = ChipOffer(f"{_CHIP}.1.2", CipherSuite.AES_128, key, None)
    for short in (lambda private: group.public(private), lambda private: group.public(private * static.private)):
        private = next(number for number in count(2) if short(number).bit_length() <= 1016)
        public, secret = offer.agree(RandomSource(lambda group, private=private: private))
        assert public == group.public(private).to_bytes(128, "big").lstrip(b"\x00")
        assert secret == pow(group.generator, private * static.private, group.prime).to_bytes(128, "big")


def test_keys_that_must_not_be_used_are_not() -> None:
    reading = read(chip(faults=["invalid_key"]))
    assert check_of(reading, "chip").reason is AuthenticityReason.KEY_UNUSABLE
    assert reading.outcome is Authenticity.INCOMPLETE


def test_a_chip_that_takes_no_long_command_is_not_blamed_for_its_long_key() -> None:
    check = check_of(read(chip(chip_authentication=["dh-aes-256:2"], extended_length="no")), "chip")
    assert (check.answer, check.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)


def test_a_key_goes_with_its_protocol_by_number_and_a_key_alone_means_3des() -> None:
    info = AgreementKey.from_seed("ecdh", 13, "somebody").info
    key = SecurityInfo(f"{_KEY}.2", parameter=7, key_info=info)
    chosen = chip_offers(Dg14((key, SecurityInfo(f"{_CHIP}.2.2", 1, 8), SecurityInfo(f"{_CHIP}.2.4", 1, 7))))
    assert [(offer.suite.title, offer.key_id) for offer in chosen] == [("AES-256", 7)]
    assert [offer.suite.title for offer in chip_offers(Dg14((key,)))] == ["3DES"]
    assert chip_offers(Dg14((key, SecurityInfo(f"{_CHIP}.1.2", 1, 7)))) == ()
