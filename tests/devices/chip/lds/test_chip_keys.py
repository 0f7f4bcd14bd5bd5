"""The keys of chip authentication: in numbers, by name, and absurd ones refused."""

import pytest
from ecdsa import numbertheory

from data.certificates.malformed import Malformed
from devices.chip.apdu import encode_tlv
from devices.chip.crypto.groups import standard_group
from devices.chip.lds.chip_keys import DhKey, read_chip_key
from devices.simulated.chip.personalisation.card import AgreementKey
from tests.devices.support.agreement_groups import modp


def _integer(number: int) -> bytes:
    return encode_tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _dh_info(prime: int, generator: int, number: int, order: int | None = None) -> bytes:
    oid = "06072A8648CE3E0201" if order else "06092A864886F70D010301"
    parts = [_integer(part) for part in (prime, generator, *([order] if order else []))]
    algorithm = encode_tlv(0x30, bytes.fromhex(oid), encode_tlv(0x30, *parts))
    return encode_tlv(0x30, algorithm, encode_tlv(0x03, b"\x00", _integer(number)))


def test_keys_in_numbers_are_read_in_both_forms() -> None:
    group = modp(0)
    number = group.public(12_345)
    for order in (group.order, None):
        key = read_chip_key(_dh_info(group.prime, group.generator, number, order))
        assert isinstance(key, DhKey)
        assert (key.number, key.group.prime) == (number, group.prime)


def test_absurd_groups_and_numbers_are_refused() -> None:
    group = modp(0)
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
