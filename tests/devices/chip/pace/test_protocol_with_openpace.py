"""The reader opens and reads OpenPACE's chip: its nonces have one block, whatever the key's length."""

import os
from hashlib import sha1

import pytest

from data.text import EMPTY
from devices.chip.access_keys import AccessKey, CanKey
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.errors import AccessCause, AccessRefused, ChannelBroken
from devices.chip.establish_access import AccessResult, establish_access
from devices.chip.file_reader import DATA_GROUPS, FileReader, ReadMode
from devices.chip.reading import AccessKind
from tests.devices.support.minted import MRZ_KEY, card
from tests.devices.support.peers import openpace
from tests.devices.support.peers.openpace_chip import OpenPaceChip

_PACE = "0.4.0.127.0.7.2.2.4"
OFFERS = {
    "PACE-ECDH-GM with 3DES": (f"{_PACE}.2.1", 12),
    "PACE-ECDH-GM with AES-128": (f"{_PACE}.2.2", 13),
    "PACE-ECDH-GM with AES-192": (f"{_PACE}.2.3", 10),
    "PACE-ECDH-GM with AES-256": (f"{_PACE}.2.4", 15),
    "PACE-DH-GM with 3DES": (f"{_PACE}.1.1", 1),
    "PACE-DH-GM with AES-128": (f"{_PACE}.1.2", 0),
    "PACE-DH-GM with AES-192": (f"{_PACE}.1.3", 1),
    "PACE-DH-GM with AES-256": (f"{_PACE}.1.4", 2),
}
CURVES = (8, 10, 11, 12, 13, 14, 15, 16, 17, 18)
FILES = {0x0101: card().application[0x0101], 0x010B: card().application[0x010B]}
CAN = "271828"
_TRIES = 5
"""OpenPACE cuts the leading zeros off secrets of DH, so one try in some 150 fails (docs/simulated-chips.md)."""


@pytest.fixture(autouse=True)
def openpace_there() -> None:
    if not openpace.there():
        reason = "Debian package libeac3 missing"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


def open_chip(offer: tuple[str, int], key: AccessKey, secret: bytes) -> tuple[AccessResult, FileReader]:
    for left in reversed(range(_TRIES if ".4.1." in offer[0] else 1)):
        chip = Card(BoundedTransport(OpenPaceChip(offer, secret, FILES), Deadline(30)))
        try:
            return establish_access(chip, key, ReadMode.SWIFT), FileReader(chip)
        except (AccessRefused, ChannelBroken):
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


@pytest.mark.parametrize("by", ["zone", "card access number"])
@pytest.mark.parametrize("title", OFFERS)
def test_each_offer_opens_and_its_files_are_read(title: str, by: str) -> None:
    key: AccessKey = MRZ_KEY if by == "zone" else CanKey(CAN)
    password = sha1(card().mrz_password, usedforsecurity=False).digest() if by == "zone" else CAN.encode()
    result, files = open_chip(OFFERS[title], key, password)
    assert (result.access.kind, result.access.protocol, result.access.downgrades) == (AccessKind.PACE, title, ())
    assert result.offers_unread == EMPTY
    assert [files.read(DATA_GROUPS[number]) for number in (1, 11)] == list(FILES.values())


@pytest.mark.parametrize("number", CURVES)
def test_each_curve_opens(number: int) -> None:
    result, files = open_chip((f"{_PACE}.2.2", number), CanKey(CAN), CAN.encode())
    assert result.access.kind is AccessKind.PACE
    assert files.read(DATA_GROUPS[1]) == FILES[0x0101]


def test_another_number_does_not_open() -> None:
    with pytest.raises(AccessRefused) as refused:
        open_chip(OFFERS["PACE-ECDH-GM with AES-256"], CanKey("271829"), CAN.encode())
    assert refused.value.cause is AccessCause.WRONG_KEY
