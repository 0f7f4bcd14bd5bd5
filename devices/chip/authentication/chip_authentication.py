"""Chip authentication, version 1: keys agreed with the chip's own key become those of the channel (Doc 9303-11, 6.2).

- DG14 says which protocols the chip offers and the keys that go with them (9.2.5, 9.2.6).
- Only a chip with the private key can use the new channel, so the first response in it is the proof.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey
from data.text import Message, _, join
from devices.chip.apdu import MOST_EXPECTED, SHORT_EXPECTED, CommandApdu, encode_tlv
from devices.chip.authentication.proof_attempts import CardSource, ProofAttempts
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import Card
from devices.chip.crypto.ciphers import CipherSuite, derive_session_keys
from devices.chip.crypto.groups import EcGroup, Element, Group
from devices.chip.errors import ChannelBroken, ChipMalformed, WrongMac
from devices.chip.file_reader import COM
from devices.chip.lds.chip_keys import ChipKey, read_chip_key
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION, CHIP_AUTHENTICATION_KEY, SecurityInfo
from devices.chip.pace.protocol import oid_value
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource
from devices.chip.secure_messaging import SecureChannel

_SUITES = {"1": CipherSuite.TDES, "2": CipherSuite.AES_128, "3": CipherSuite.AES_192, "4": CipherSuite.AES_256}
_AGREEMENTS = {"1": "DH", "2": "ECDH"}

_NAME = "chip"
_MANAGE_SECURITY, _GENERAL_AUTHENTICATE = 0x22, 0x86
_KEY_AGREEMENT, _AUTHENTICATION = 0xA6, 0xA4
_DYNAMIC = 0x7C
_SELECT, _READ_BINARY = 0xA4, 0xB0
_MOST_IN_SHORT_FORM = 190
"""Bytes of a public key that still fits into a short command once it is encrypted."""


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
    card_source: CardSource, dg14: Dg14, random_source: RandomSource = SYSTEM_RANDOM
) -> AuthenticityCheck:
    """Whether the chip has the private key of DG14; afterwards the channel has new keys, or is broken.

    The chip is asked with each of its offers and in each form until it agrees on keys, and then in each form until it
    uses them.

    Raises:
        ChipGone, ChipSlow, ReadingCancelled, WrongMac in the channel before.
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
        return _prove(card_source, offers, random_source)
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


@dataclass(frozen=True, slots=True)
class _KeyForm:
    """How this reader's key is sent to the chip."""

    in_one_command: bool
    """MSE:Set KAT, only for 3DES; else MSE:Set AT and GENERAL AUTHENTICATE."""
    long_form: bool = False
    names_key: bool = True

    def commands(self, offer: ChipOffer, public: bytes) -> tuple[CommandApdu, ...]:
        """The commands in their order (Doc 9303-11, 6.2.4)."""
        name = encode_tlv(0x84, _number(offer.key_id)) if self.names_key and offer.key_id is not None else b""
        if self.in_one_command:
            return (CommandApdu(0, _MANAGE_SECURITY, 0x41, _KEY_AGREEMENT, encode_tlv(0x91, public) + name),)
        data = encode_tlv(_DYNAMIC, encode_tlv(0x80, public))
        expected = MOST_EXPECTED if self.long_form else SHORT_EXPECTED
        return (
            CommandApdu(0, _MANAGE_SECURITY, 0x41, _AUTHENTICATION, encode_tlv(0x80, oid_value(offer.oid)) + name),
            CommandApdu(0, _GENERAL_AUTHENTICATE, 0, 0, data, expected, self.long_form),
        )


def _key_forms(offer: ChipOffer, *, is_only: bool) -> Iterator[_KeyForm]:
    """The forms for an offer; without the number of the key only if the chip offers no other one."""
    for names_key in (True, False) if offer.key_id is not None and is_only else (True,):
        if offer.suite is CipherSuite.TDES:
            yield _KeyForm(in_one_command=True, names_key=names_key)
        yield _KeyForm(in_one_command=False, names_key=names_key)
        yield _KeyForm(in_one_command=False, names_key=names_key, long_form=True)


_FIRST_COMMANDS = (
    CommandApdu(0, _SELECT, 0x02, 0x0C, COM.file_id.to_bytes(2, "big")),
    CommandApdu(0, _READ_BINARY, 0x80 | COM.short_id, 0, expected=1),
    CommandApdu(0, _SELECT, 0x02, 0x00, COM.file_id.to_bytes(2, "big"), SHORT_EXPECTED),
)
"""Commands that begin the new channel: harmless ones, of several forms."""


_STEP_LOST = frozenset({0x6982, 0x6985})
"""Answers of a chip to GENERAL AUTHENTICATE that it does not expect, although it took the command before (9000).
Readers that repeat a command bring this about."""


def _prove(card_source: CardSource, offers: tuple[ChipOffer, ...], random_source: RandomSource) -> AuthenticityCheck:
    attempts = ProofAttempts(card_source)
    has_agreed = False
    for offer in offers:
        for form in _key_forms(offer, is_only=len(offers) == 1):
            for first_command in _FIRST_COMMANDS:
                card = attempts.card()
                if card is None or not _agree_on_keys(attempts, card, offer, form, random_source):
                    break
                check = _begin_channel(card, first_command, offer, attempts)
                if check is not None:
                    return check
            else:
                has_agreed = True
                if not form.in_one_command:
                    return _never_used_check(attempts)
    if has_agreed:
        return _never_used_check(attempts)
    if attempts.every_form_refused:
        return _withheld_check(attempts.first_refusal)
    return attempts.gap_check(_NAME)


def _agree_on_keys(
    attempts: ProofAttempts, card: Card, offer: ChipOffer, form: _KeyForm, random_source: RandomSource
) -> bool:
    """Whether the chip took this reader's key; then the card speaks in the new channel."""
    public, secret = offer.agree(random_source)
    for step, command in enumerate(form.commands(offer, public)):
        response = attempts.send(card, command)
        if response is None:
            return False
        status = response.status
        if status.ok:
            continue
        if len(public) > _MOST_IN_SHORT_FORM and status.refuses_length:
            raise Malformed(_("the chip does not accept commands of the length that it needs"))
        if step > 0 and status.word in _STEP_LOST:
            attempts.note_lost_step(status)
        else:
            attempts.note_refusal(status)
        return False
    card.secure(SecureChannel(derive_session_keys(secret, offer.suite)))
    return True


def _begin_channel(
    card: Card, first_command: CommandApdu, offer: ChipOffer, attempts: ProofAttempts
) -> AuthenticityCheck | None:
    """The result of the first command in the new channel; None if it shows nothing."""
    try:
        card.send(first_command)
    except WrongMac:
        return _copy_check()
    except ChannelBroken as broken:
        if broken.status is None:
            attempts.gaps.append(broken.what)
        else:
            attempts.note_unused_keys(broken.status)
        return None
    except ChipMalformed as problem:
        attempts.gaps.append(problem.what)
        return None
    says = _("The chip has its own key ({key}): it is not a copy", key=offer.title)
    return AuthenticityCheck(_NAME, AuthenticityAnswer.PASS, AuthenticityReason.PROVED, says)


def _number(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _never_used_check(attempts: ProofAttempts) -> AuthenticityCheck:
    """The chip agreed on keys and did not use them in any form; a copy cannot, so without a gap it is one."""
    return attempts.gap_check(_NAME) if attempts.gaps else _copy_check()


def _copy_check() -> AuthenticityCheck:
    says = _("The chip does not have the key that it was issued with: it is a copy")
    return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED, says)


def _withheld_check(why: Message) -> AuthenticityCheck:
    says = _("The chip does not agree on keys, although it was issued with one: {problem}", problem=why)
    return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD, says)


def _unusable_check(why: str) -> AuthenticityCheck:
    return AuthenticityCheck(
        _NAME,
        AuthenticityAnswer.NOT_DONE,
        AuthenticityReason.KEY_UNUSABLE,
        _("The chip's own key cannot be used: {problem}", problem=why),
    )
