"""Which offers of PACE are taken."""

from devices.chip.lds.security_infos import SecurityInfo
from devices.chip.pace.offers import pace_offers

_PACE = "0.4.0.127.0.7.2.2.4"


def list_offers(*infos: tuple[str, int | None, int | None]) -> list[str]:
    return [
        f"{offer.title}/{offer.domain}"
        for offer in pace_offers(SecurityInfo(f"{_PACE}.{oid}", *rest) for oid, *rest in infos)
    ]  # type: ignore[arg-type]


def test_proof_of_the_chip_then_curves_then_strength_come_first() -> None:
    assert list_offers(("1.4", 2, 1), ("4.4", 2, 13), ("2.1", 2, 12), ("2.4", 2, 12), ("6.2", 2, 13)) == [
        "PACE-ECDH-CAM with AES-128/13",
        "PACE-ECDH-GM with AES-256/12",
        "PACE-ECDH-GM with 3DES/12",
        "PACE-DH-GM with AES-256/1",
        "PACE-ECDH-IM with AES-256/13",
    ]


def test_what_this_kit_cannot_do_is_no_offer() -> None:
    assert list_offers(
        ("2.2", 1, 13),  # an older version
        ("2.2", 2, 32),  # the chip's own parameters
        ("2.2", 2, None),
        ("2.2", 2, 0),  # a curve's protocol over numbers
        ("1.2", 2, 13),  # and the other way round
        ("6.1", 2, 13),  # the proof needs AES
        ("4.2", 2, 10),  # a prime without the mapping
        ("5.2", 2, 13),
        ("2.9", 2, 13),
        ("2", 2, 13),
    ) == []  # fmt: skip


def test_a_group_need_not_be_named_where_it_is_the_only_one() -> None:
    alone = pace_offers([SecurityInfo(f"{_PACE}.2.2", 2, 13), SecurityInfo(f"{_PACE}.4.2", 2, 13)])
    assert all(offer.is_only_group for offer in alone)
    several = pace_offers([SecurityInfo(f"{_PACE}.2.2", 2, 13), SecurityInfo(f"{_PACE}.2.2", 2, 32)])
    assert [offer.is_only_group for offer in several] == [False]
