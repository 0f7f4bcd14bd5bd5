"""Chip authentication, version 1: keys agreed with the chip's own key become those of the channel (Doc 9303-11, 6.2).

Only a chip that holds the private key can go on speaking, so the first response in the new channel is the proof.
"""

from data.certificates.malformed import Malformed
from devices.chip.apdu import SHORT_EXPECTED, Command, Response
from devices.chip.authenticity import Answer, Check, Reason
from devices.chip.card import Card
from devices.chip.chance import FRESH, Chance
from devices.chip.crypto.keys import session_keys
from devices.chip.crypto.suite import Suite
from devices.chip.errors import ChannelBroken
from devices.chip.files import COM
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION_KEY
from devices.chip.messaging import SecureChannel
from devices.chip.pace.tokens import oid_value
from devices.chip.proofs.chip_offer import ChipOffer, chip_offers
from devices.chip.status import Status
from devices.chip.writing import element

_NAME = "chip"
_MANAGE_SECURITY, _GENERAL_AUTHENTICATE = 0x22, 0x86
_KEY_AGREEMENT, _AUTHENTICATION = 0xA6, 0xA4
_DYNAMIC = 0x7C
_SELECT = 0xA4
_WRONG_LENGTH = 0x6700


def prove_chip(card: Card, dg14: Dg14, chance: Chance = FRESH) -> Check:
    """Whether the chip holds the private key of DG14; afterwards the channel has new keys, or is broken.

    Raises:
        ChipGone, ChipSlow, ReadingCancelled, ChipMalformed.
    """
    if not dg14.offers(CHIP_AUTHENTICATION_KEY):
        return Check(_NAME, Answer.NOT_DONE, Reason.NOT_OFFERED, "The chip does not offer chip authentication.")
    try:
        offers = chip_offers(dg14)
        if not offers:
            return _unusable("it goes with no protocol that is known here")
        return _prove(card, offers[0], chance)
    except Malformed as problem:
        return _unusable(problem.what)


def _prove(card: Card, offer: ChipOffer, chance: Chance) -> Check:
    public, secret = offer.agree(chance)
    try:
        response = _show(card, offer, public)
    except ChannelBroken as broken:
        return _withheld(broken.status, broken.what)
    if not response.status.ok:
        return _withheld(response.status, str(response.status))
    card.secure(SecureChannel(session_keys(secret, offer.suite)))
    try:
        card.send(Command(0, _SELECT, 0x02, 0x0C, COM.file_id.to_bytes(2, "big")))
    except ChannelBroken:
        says = "The chip does not hold the key it was issued with: it is a copy."
        return Check(_NAME, Answer.FAIL, Reason.UNPROVED, says)
    return Check(_NAME, Answer.PASS, Reason.PROVED, f"The chip holds its own key ({offer}): it is no copy.")


def _show(card: Card, offer: ChipOffer, public: bytes) -> Response:
    """Give the chip this reader's key: in one command with 3DES, in two with AES."""
    name = element(0x84, _number(offer.key_id)) if offer.key_id is not None else b""
    if offer.suite is Suite.TDES:
        return card.send(Command(0, _MANAGE_SECURITY, 0x41, _KEY_AGREEMENT, element(0x91, public) + name))
    protocol = element(0x80, oid_value(offer.oid))
    response = card.send(Command(0, _MANAGE_SECURITY, 0x41, _AUTHENTICATION, protocol + name))
    if not response.status.ok:
        return response
    return card.send(Command(0, _GENERAL_AUTHENTICATE, 0, 0, element(_DYNAMIC, element(0x80, public)), SHORT_EXPECTED))


def _number(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _withheld(status: Status | None, why: str) -> Check:
    if status is not None and status.word == _WRONG_LENGTH:
        return _unusable("the chip does not take commands as long as it needs")
    says = f"The chip does not agree keys, though it was issued with one for it: {why}."
    return Check(_NAME, Answer.FAIL, Reason.PROOF_WITHHELD, says)


def _unusable(why: str) -> Check:
    return Check(_NAME, Answer.NOT_DONE, Reason.KEY_UNUSABLE, f"The chip's own key cannot be used: {why}.")
