"""Other makers' readers read the simulated chip: libmrtd with basic access control, OpenPACE with PACE."""

import os
import shutil
from hashlib import sha1
from pathlib import Path

import pytest
from asn1crypto import core

from devices.chip.crypto.groups import DhGroup, standard_group
from devices.ports import Transport
from devices.simulated.chip.personalisation.card import CARD_ACCESS, COM, GROUP_FILES, SOD, SimulatedCard
from tests.devices.support.minted import card, chip
from tests.devices.support.peers import libmrtd, openpace
from tests.devices.support.peers.chosen import ChosenChip, Own

_CAN = "123456"


def _need(*, there: bool, what: str) -> None:
    if not there:
        reason = f"{what} missing"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


def test_libmrtd_opens_and_reads_every_file(tmp_path: Path) -> None:
    _need(there=libmrtd.LIBRARY.exists() and shutil.which("gcc") is not None, what="Debian packages libmrtd0, gcc")
    issued_card = card(access=["bac"])
    reader = libmrtd.Libmrtd(chip(access=["bac"]), tmp_path)
    assert reader.open(issued_card.mrz_password) == 0
    for file in (COM, SOD, *(GROUP_FILES[number] for number in (1, 2, 7, 11, 12, 14, 15, 16))):
        assert reader.read(file) == issued_card.application[file]


def test_libmrtd_is_refused_with_another_zone(tmp_path: Path) -> None:
    _need(there=libmrtd.LIBRARY.exists() and shutil.which("gcc") is not None, what="Debian packages libmrtd0, gcc")
    reader = libmrtd.Libmrtd(chip(access=["bac"]), tmp_path)
    assert reader.open(b"L898902C<369080619406236") != 0


@pytest.mark.parametrize("by", ["zone", "card access number"])
@pytest.mark.parametrize(
    "offer",
    ["ecdh-gm-3des:12", "ecdh-gm-aes-128:13", "ecdh-gm-aes-192:10", "ecdh-gm-aes-256:15", "ecdh-gm-aes-256:18"],
)
def test_openpace_opens_and_reads(offer: str, by: str) -> None:
    _read_with_openpace(chip(pace=[offer], can=_CAN), card(pace=[offer], can=_CAN), by)


@pytest.mark.parametrize("own", Own)
@pytest.mark.parametrize("by", ["zone", "card access number"])
@pytest.mark.parametrize("offer", ["dh-gm-aes-128:0", "dh-gm-aes-192:1", "dh-gm-aes-256:2"])
def test_openpace_opens_and_reads_where_numbers_are_agreed(offer: str, by: str, own: Own) -> None:
    issued_card = card(pace=[offer], can=_CAN)
    group = standard_group(issued_card.profile.pace[0].parameters)
    assert isinstance(group, DhGroup)
    _read_with_openpace(ChosenChip(issued_card, group, own), issued_card, by)


def _read_with_openpace(laid: Transport, issued_card: SimulatedCard, by: str) -> None:
    _need(there=openpace.there(), what="Debian package libeac3")
    reader = openpace.OpenPace(laid)
    secret = (
        _CAN.encode() if by == "card access number" else sha1(issued_card.mrz_password, usedforsecurity=False).digest()
    )
    reader.open(
        core.ObjectIdentifier(issued_card.profile.pace[0].oid).contents, secret, issued_card.master[CARD_ACCESS]
    )
    reader.ask(0xA4, 0x040C, bytes.fromhex("A0000002471001"))
    assert reader.ask(0xB0, 0x8100, le=0) == issued_card.application[GROUP_FILES[1]]
