"""Chip authentication, version 1: keys agreed with the chip's own key become those of the channel (Doc 9303-11, 6.2).

- DG14 says which protocols the chip offers and the keys that go with them (9.2.5, 9.2.6).
- Only a chip with the private key can use the new channel, so the first response in it is the proof.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey
from data.text import Message, _, join
from devices.chip.apdu import SHORT_EXPECTED, CommandApdu, ResponseApdu, encode_tlv
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import Card
from devices.chip.crypto.ciphers import CipherSuite, derive_session_keys
from devices.chip.crypto.groups import EcGroup, Element, Group
from devices.chip.errors import ChannelBroken
from devices.chip.file_reader import COM
from devices.chip.lds.chip_keys import ChipKey, read_chip_key
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION, CHIP_AUTHENTICATION_KEY, SecurityInfo
from devices.chip.pace.protocol import oid_value
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource
from devices.chip.secure_messaging import SecureChannel
from devices.chip.status import StatusWord

_SUITES = {"1": CipherSuite.TDES, "2": CipherSuite.AES_128, "3": CipherSuite.AES_192, "4": CipherSuite.AES_256}
_AGREEMENTS = {"1": "DH", "2": "ECDH"}

_NAME = "chip"
_MANAGE_SECURITY, _GENERAL_AUTHENTICATE = 0x22, 0x86
_KEY_AGREEMENT, _AUTHENTICATION = 0xA6, 0xA4
_DYNAMIC = 0x7C
_SELECT = 0xA4
_WRONG_LENGTH = 0x6700


@dataclass(frozen=True, slots=True)
class ChipOffer:
    """A protocol that the chip offers, and its key for it."""

    oid: str
    suite: CipherSuite
    key: ChipKey
    key_id: int | None
    """Which key, if the chip has several."""

    def agree(self, random_source: RandomSource) -> tuple[bytes, bytes]:
        """A fresh public key for the chip, and the secret it shares with the chip's own key."""
        if isinstance(self.key, EcKey):
            curve = EcGroup.of(self.key.curve)
            return _agree(curve, self.key.point, random_source.private(curve))
        return _agree(self.key.group, self.key.number, random_source.private(self.key.group))

    @property
    def title(self) -> Message:
        """`ECDH with AES-128, P-256`."""
        agreement = "ECDH" if isinstance(self.key, EcKey) else "DH"
        protocol = _("{protocol} with {cipher}", protocol=agreement, cipher=self.suite.title)
        return join([protocol, str(self.key)], ", ")


def chip_offers(dg14: Dg14) -> tuple[ChipOffer, ...]:
    """The offers that this kit supports, the stronger cipher first. Malformed if there are keys and none is usable."""
    usable_offers: list[ChipOffer] = []
    problem: Malformed | None = None
    for info in dg14.offers(CHIP_AUTHENTICATION_KEY):
        try:
            usable_offers += _with_key(dg14, info, read_chip_key(info.key_info))
        except Malformed as unusable:
            problem = unusable
    if problem is not None and not usable_offers:
        raise problem
    return tuple(
        sorted(usable_offers, key=lambda offer: (offer.suite.key_bytes, offer.suite.block_bytes), reverse=True)
    )


def perform_chip_authentication(
    card: Card, dg14: Dg14, random_source: RandomSource = SYSTEM_RANDOM
) -> AuthenticityCheck:
    """Whether the chip has the private key of DG14; afterwards the channel has new keys, or is broken.

    Raises:
        ChipGone, ChipSlow, ReadingCancelled, ChipMalformed.
    """
    if not dg14.offers(CHIP_AUTHENTICATION_KEY):
        return AuthenticityCheck(
            _NAME,
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NOT_OFFERED,
            _("The chip does not offer chip authentication"),
        )
    try:
        offers = chip_offers(dg14)
        if not offers:
            return _unusable_check(_("it is not for any protocol that this kit supports"))
        return _prove(card, offers[0], random_source)
    except Malformed as problem:
        return _unusable_check(problem.what)


def _agree(group: Group[Element], theirs: Element, private: int) -> tuple[bytes, bytes]:
    return group.encode(group.public(private)), group.secret(group.agree(private, theirs))


def _with_key(dg14: Dg14, key_info: SecurityInfo, key: ChipKey) -> Iterator[ChipOffer]:
    agreement = "ECDH" if isinstance(key, EcKey) else "DH"
    has_protocol = False
    for info in dg14.offers(CHIP_AUTHENTICATION):
        kind, _, cipher = info.protocol.removeprefix(f"{CHIP_AUTHENTICATION}.").partition(".")
        if _AGREEMENTS.get(kind) != agreement or info.parameter != key_info.parameter:
            continue
        has_protocol = True
        if cipher in _SUITES:
            yield ChipOffer(info.protocol, _SUITES[cipher], key, info.parameter)
    if not has_protocol and not dg14.offers(CHIP_AUTHENTICATION):
        # Early chips have only a key, which means 3DES (BSI TR-03110-3, A.1.1.2).
        kind = next(number for number, name in _AGREEMENTS.items() if name == agreement)
        yield ChipOffer(f"{CHIP_AUTHENTICATION}.{kind}.1", CipherSuite.TDES, key, key_info.parameter)


def _prove(card: Card, offer: ChipOffer, random_source: RandomSource) -> AuthenticityCheck:
    public, secret = offer.agree(random_source)
    try:
        response = _send_public_key(card, offer, public)
    except ChannelBroken as broken:
        return _withheld_check(broken.status, broken.what)
    if not response.status.ok:
        return _withheld_check(response.status, response.status.says)
    card.secure(SecureChannel(derive_session_keys(secret, offer.suite)))
    try:
        card.send(CommandApdu(0, _SELECT, 0x02, 0x0C, COM.file_id.to_bytes(2, "big")))
    except ChannelBroken:
        says = _("The chip does not have the key that it was issued with: it is a copy")
        return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED, says)
    return AuthenticityCheck(
        _NAME,
        AuthenticityAnswer.PASS,
        AuthenticityReason.PROVED,
        _("The chip has its own key ({key}): it is not a copy", key=offer.title),
    )


def _send_public_key(card: Card, offer: ChipOffer, public: bytes) -> ResponseApdu:
    """Send the chip this reader's key: in one command with 3DES, in two with AES."""
    name = encode_tlv(0x84, _number(offer.key_id)) if offer.key_id is not None else b""
    if offer.suite is CipherSuite.TDES:
        return card.send(CommandApdu(0, _MANAGE_SECURITY, 0x41, _KEY_AGREEMENT, encode_tlv(0x91, public) + name))
    protocol = encode_tlv(0x80, oid_value(offer.oid))
    response = card.send(CommandApdu(0, _MANAGE_SECURITY, 0x41, _AUTHENTICATION, protocol + name))
    if not response.status.ok:
        return response
    return card.send(
        CommandApdu(0, _GENERAL_AUTHENTICATE, 0, 0, encode_tlv(_DYNAMIC, encode_tlv(0x80, public)), SHORT_EXPECTED)
    )


def _number(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _withheld_check(status: StatusWord | None, why: Message) -> AuthenticityCheck:
    if status is not None and status.word == _WRONG_LENGTH:
        return _unusable_check(_("the chip does not accept commands of the length that it needs"))
    says = _("The chip does not agree on keys, although it was issued with one: {problem}", problem=why)
    return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD, says)


def _unusable_check(why: str) -> AuthenticityCheck:
    return AuthenticityCheck(
        _NAME,
        AuthenticityAnswer.NOT_DONE,
        AuthenticityReason.KEY_UNUSABLE,
        _("The chip's own key cannot be used: {problem}", problem=why),
    )
