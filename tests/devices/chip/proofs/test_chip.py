"""Chip authentication in every kind, its copies, and keys that must not be used; the proof inside PACE-CAM."""

from itertools import count

import pytest
from ecdsa import numbertheory

from data.certificates.malformed import Malformed
from data.certificates.trust_store import TrustStore
from devices.chip.apdu import encode_tlv
from devices.chip.authentication.chip_authentication import ChipOffer, chip_offers
from devices.chip.authentication.pace_checks import judge_pace_mapping
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.crypto.groups import DhGroup, standard_group
from devices.chip.lds.chip_keys import DhKey, read_chip_key
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import SecurityInfo
from devices.chip.random_source import RandomSource
from devices.chip.reading import ChipReading
from devices.simulated.chip.personalisation.card import AgreementKey
from tests.support.invented_chips import NOW, chip, read, trust

_KEY, _CHIP = "0.4.0.127.0.7.2.2.1", "0.4.0.127.0.7.2.2.3"


def check_of(reading: ChipReading, name: str) -> AuthenticityCheck:
    return next(check for check in reading.proofs if check.name == name)


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
    group = modp()
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


def _integer(number: int) -> bytes:
    return encode_tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _dh_info(prime: int, generator: int, number: int, order: int | None = None) -> bytes:
    oid = "06072A8648CE3E0201" if order else "06092A864886F70D010301"
    parts = [_integer(part) for part in (prime, generator, *([order] if order else []))]
    algorithm = encode_tlv(0x30, bytes.fromhex(oid), encode_tlv(0x30, *parts))
    return encode_tlv(0x30, algorithm, encode_tlv(0x03, b"\x00", _integer(number)))


def modp() -> DhGroup:
    group = standard_group(0)
    assert isinstance(group, DhGroup)
    return group


def test_keys_in_numbers_are_read_in_both_forms() -> None:
    group = modp()
    number = group.public(12_345)
    for order in (group.order, None):
        key = read_chip_key(_dh_info(group.prime, group.generator, number, order))
        assert isinstance(key, DhKey)
        assert (key.number, key.group.prime) == (number, group.prime)


def test_absurd_groups_and_numbers_are_refused() -> None:
    group = modp()
    p, g, q = group.prime, group.generator, group.order
    tiny = next(order for order in range(3, 10_000) if (p - 1) % order == 0 and numbertheory.is_prime(order))
    of_tiny_order = pow(2, (p - 1) // tiny, p)
    cases = (
        _dh_info(p, of_tiny_order, of_tiny_order, tiny),
        _dh_info(23, 5, 8, 11),
        _dh_info((1 << 5000) + 1, 2, 8),
        _dh_info(p - 1, g, 8),
        _dh_info(p, 1, 8, q),
        _dh_info(p, p - 1, 8, q),
        _dh_info(p, g, 1, q),
        _dh_info(p, g, p - 1, q),
        _dh_info(p, g, 2, q),
        _dh_info(p, g, p + 5, q),
        _dh_info(p, g, group.public(3), 7),
        _dh_info(p, g, group.public(3), q + 2),
        b"\x30\x00",
        b"",
    )
    for info in cases:
        with pytest.raises(Malformed):
            read_chip_key(info)


def test_a_curve_may_be_named_by_its_standard_number() -> None:
    key = AgreementKey.from_seed("ecdh", 13, "somebody")
    point = read_chip_key(key.info)
    group = standard_group(13)
    algorithm = encode_tlv(0x30, bytes.fromhex("060704007F00070102"), b"\x02\x01\x0d")
    named = encode_tlv(0x30, algorithm, encode_tlv(0x03, b"\x00", group.encode(point.point)))  # type: ignore[union-attr, arg-type]
    assert read_chip_key(named) == point


def test_a_key_goes_with_its_protocol_by_number_and_a_key_alone_means_3des() -> None:
    info = AgreementKey.from_seed("ecdh", 13, "somebody").info
    key = SecurityInfo(f"{_KEY}.2", parameter=7, key_info=info)
    chosen = chip_offers(Dg14((key, SecurityInfo(f"{_CHIP}.2.2", 1, 8), SecurityInfo(f"{_CHIP}.2.4", 1, 7))))
    assert [(offer.suite.title, offer.key_id) for offer in chosen] == [("AES-256", 7)]
    assert [offer.suite.title for offer in chip_offers(Dg14((key,)))] == ["3DES"]
    assert chip_offers(Dg14((key, SecurityInfo(f"{_CHIP}.1.2", 1, 7)))) == ()


def test_pace_cam_proves_the_chip() -> None:
    reading = read(chip(pace=["ecdh-cam-aes-128:13"]))
    assert reading.access.protocol == "PACE-ECDH-CAM with AES-128"
    assert check_of(reading, "mapping").reason is AuthenticityReason.PROVED
    copy = read(chip(pace=["ecdh-cam-aes-128:13"], faults=["cloned_ca"]))
    assert check_of(copy, "mapping").reason is AuthenticityReason.UNPROVED


def test_the_proof_of_pace_cam_counts_only_with_the_issuers_key() -> None:
    stranger = read(chip(pace=["ecdh-cam-aes-128:13"]), store=TrustStore([]))
    assert check_of(stranger, "mapping").reason is AuthenticityReason.NO_CSCA_STATE
    assert stranger.outcome is Authenticity.NO_CSCA
    assert judge_pace_mapping(None, b"", trust(), NOW).reason is AuthenticityReason.PROOF_WITHHELD
