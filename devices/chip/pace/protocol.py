"""PACE from the password to the channel (Doc 9303-11, 4.4.3, 4.4.4): nonce, mapping, key agreement, tokens.

- The first command names the protocol; four steps of GENERAL AUTHENTICATE follow.
- With the tokens (4.4.3.4, 9.4) both ends prove that they have the same keys.
- With chip authentication mapping (4.4.3.3.3, 4.4.3.5) the chip also proves itself.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from hmac import compare_digest
from typing import Any

from asn1crypto import core

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey
from data.certificates.tlv import by_tag, only
from data.text import _
from devices.chip.access_keys import AccessKey, PasswordReference
from devices.chip.apdu import SHORT_EXPECTED, CommandApdu, ResponseApdu, encode_tlv
from devices.chip.card import Card, show_key
from devices.chip.crypto.ciphers import CipherSuite, KeyUse, SessionKeys, derive_key, derive_session_keys, pad, unpad
from devices.chip.crypto.groups import EcGroup, Element, Group
from devices.chip.crypto.integrated_mapping import map_integrated
from devices.chip.errors import ChannelBroken, ChipMalformed, ChipRefused, OfferUnusable, key_refusal
from devices.chip.pace.offers import PaceMapping, PaceOffer
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource
from devices.chip.secure_messaging import SecureChannel

_PUBLIC_KEY = 0x7F49
_POINT, _NUMBER = 0x86, 0x84

_MANAGE_SECURITY, _GENERAL_AUTHENTICATE = 0x22, 0x86
_MORE_FOLLOWS = 0x10
_DYNAMIC = 0x7C
_STEP = _("A step of PACE")
_NAME_MISSING = frozenset({0x6700, 0x6A80, 0x6A86, 0x6A87, 0x6A88})
"""Answers of a chip that may want the group to be named, although it offers only one."""
_MOST_NONCE = 128
"""Bytes; the standard gives no limit (Doc 9303-11, 4.4.3.3)."""


@dataclass(frozen=True, slots=True)
class MappingProof:
    """What links the key of the mapping to the chip's own key."""

    factor: int = field(repr=False)
    """The quotient of the two private keys, which only the chip can know."""
    mapping_public: bytes = field(repr=False)

    def holds(self, key: EcKey) -> bool:
        """Whether the chip has the private key of `key`; Malformed if the two are on different curves."""
        group = EcGroup.of(key.curve)
        return group.agree(self.factor, key.point) == group.decode(self.mapping_public)


def read_mapping_proof(keys: SessionKeys, secret: bytes, mapping_public: bytes) -> MappingProof | None:
    """The proof in the chip's last answer; None if there is none, so that the chip has not proved itself."""
    suite = keys.suite
    if not secret or len(secret) % suite.block_bytes:
        return None
    iv = suite.encrypt_block(keys.encryption, b"\xff" * suite.block_bytes)
    try:
        factor = int.from_bytes(unpad(suite.decrypt(keys.encryption, secret, iv), suite.block_bytes), "big")
    except Malformed:
        return None
    return MappingProof(factor, mapping_public)


@lru_cache(maxsize=64)
def oid_value(oid: str) -> bytes:
    """The bytes inside an object identifier."""
    return bytes(core.ObjectIdentifier(oid).contents)


def authentication_token(keys: SessionKeys, oid: str, group: Group[Element], public: Element) -> bytes:
    """The MAC over the other end's ephemeral public key, in the encoding of the standard."""
    tag = _POINT if isinstance(group, EcGroup) else _NUMBER
    signed = encode_tlv(_PUBLIC_KEY, encode_tlv(0x06, oid_value(oid)), encode_tlv(tag, group.encode(public)))
    # CMAC pads its input; the retail MAC does not.
    return keys.suite.mac(keys.mac, pad(signed, keys.suite.block_bytes) if keys.suite is CipherSuite.TDES else signed)


def select_protocol(card: Card, oid: str, reference: PasswordReference, domain: int | None) -> ResponseApdu:
    """The response to MSE:Set AT, with `domain` if it is given. A chip may warn how many tries are left and go on."""
    data = encode_tlv(0x80, oid_value(oid)) + encode_tlv(0x83, bytes((reference,)))
    if domain is not None:
        data += encode_tlv(0x84, bytes((domain,)))
    return show_key(card, CommandApdu(0, _MANAGE_SECURITY, 0xC1, 0xA4, data))


def select_offer(card: Card, offer: PaceOffer, reference: PasswordReference) -> None:
    """Select the protocol of an offer; AccessRefused, ChipRefused.

    The group is named where the chip offers several, and also where it offers one but does not accept the command
    without it.
    """
    response = select_protocol(card, offer.oid, reference, None if offer.is_only_group else offer.domain)
    if offer.is_only_group and response.status.word in _NAME_MISSING:
        response = select_protocol(card, offer.oid, reference, offer.domain)
    if response.status.ok or response.status.tries_left:
        return
    if response.status.word == 0x6A80:
        raise ChipRefused(response.status, _("The chip does not accept the protocol that it offers"))
    raise key_refusal(response.status, reference)


def send_step(card: Card, tag: int, value: bytes, answer: int) -> bytes:
    """Send one of the first three steps. Returns the chip's data under the tag `answer`; empty if there is none."""
    data = encode_tlv(_DYNAMIC, encode_tlv(tag, value) if value else b"")
    command = CommandApdu(_MORE_FOLLOWS, _GENERAL_AUTHENTICATE, 0, 0, data, _room(data))
    return _objects(card.ask(command, _("The chip aborted PACE"))).get(answer, b"")


def send_last_step(card: Card, token: bytes, reference: PasswordReference) -> dict[int, bytes]:
    """Send the step that proves the password. Returns every object in the answer; AccessRefused if it is refused."""
    data = encode_tlv(_DYNAMIC, encode_tlv(0x85, token))
    response: ResponseApdu = show_key(card, CommandApdu(0, _GENERAL_AUTHENTICATE, 0, 0, data, SHORT_EXPECTED))
    if not response.status.ok:
        raise key_refusal(response.status, reference)
    return _objects(response.data)


@dataclass(frozen=True, slots=True)
class PaceResult:
    """The result of PACE."""

    channel: SecureChannel
    offer: PaceOffer
    proof: MappingProof | None = None
    """With CAM: the chip's proof of itself, to be checked against EF.CardSecurity."""


def establish_pace(
    card: Card, key: AccessKey, offer: PaceOffer, random_source: RandomSource = SYSTEM_RANDOM
) -> PaceResult:
    """Open a channel by this offer and key; the master file must be selected.

    Raises:
        AccessRefused, ChipRefused, ChipMalformed (OfferUnusable if another may be tried); ChannelBroken if the chip
        does not prove that it knows the key; what `Card.send` raises.
    """
    try:
        return _run_pace(card, key, offer, random_source)
    except Malformed as problem:
        raise ChipMalformed(_("PACE failed: {problem}", problem=problem.what)) from problem


def _room(data: bytes) -> int:
    """Bytes to ask for: a response is about as long as its command."""
    return SHORT_EXPECTED if len(data) <= 240 else 2 * SHORT_EXPECTED


def _objects(data: bytes) -> dict[int, bytes]:
    if not data:
        return {}
    try:
        return by_tag(only(data, _DYNAMIC, _STEP), _STEP)
    except Malformed as problem:
        raise ChipMalformed(problem.what) from problem


def _run_pace(card: Card, key: AccessKey, offer: PaceOffer, random_source: RandomSource) -> PaceResult:
    suite = offer.suite
    password_key = derive_key(key.secret, KeyUse.PASSWORD, suite)
    select_offer(card, offer, key.reference)
    nonce = suite.decrypt(password_key, _nonce(_ask_for_nonce(card), offer))
    mapped, chip_mapping = _map_group(card, offer, nonce, random_source)
    private = random_source.private(mapped)
    ours = mapped.public(private)
    theirs = mapped.decode(send_step(card, 0x83, mapped.encode(ours), 0x84))
    if theirs == ours:
        raise Malformed(_("the chip sent this reader's own key back"))
    keys = derive_session_keys(mapped.secret(mapped.agree(private, theirs)), suite)
    answer = send_last_step(card, authentication_token(keys, offer.oid, mapped, theirs), key.reference)
    if not compare_digest(authentication_token(keys, offer.oid, mapped, ours), answer.get(0x86, b"")):
        raise ChannelBroken(_("The chip did not prove that it knows the key"))
    proof = None
    if offer.mapping is PaceMapping.CHIP_AUTHENTICATION:
        proof = read_mapping_proof(keys, answer.get(0x8A, b""), chip_mapping)
    return PaceResult(SecureChannel(keys), offer, proof)


def _ask_for_nonce(card: Card) -> bytes:
    try:
        return send_step(card, 0x80, b"", 0x80)
    except ChipMalformed as problem:
        raise OfferUnusable(problem.what) from problem


def _nonce(secret: bytes, offer: PaceOffer) -> bytes:
    """The nonce as it came: whole blocks, as many as the chip likes except in the integrated mapping (4.4.3.3)."""
    expected = offer.suite.nonce_bytes
    if offer.mapping is PaceMapping.INTEGRATED:
        fits = len(secret) == expected
    else:
        fits = 0 < len(secret) <= _MOST_NONCE and len(secret) % offer.suite.block_bytes == 0
    if not fits:
        raise OfferUnusable(
            _("PACE failed: the nonce has {bytes} bytes instead of {expected}", bytes=len(secret), expected=expected)
        )
    return secret


def _map_group(card: Card, offer: PaceOffer, nonce: bytes, random_source: RandomSource) -> tuple[Any, bytes]:
    """The group with its new generator, and the chip's public key of the mapping, if there is one."""
    group: Any = offer.group
    if offer.mapping is PaceMapping.INTEGRATED:
        ours = random_source.random(offer.suite.key_bytes)
        send_step(card, 0x81, ours, 0x82)
        return map_integrated(group, offer.suite, nonce, ours), b""
    private = random_source.private(group)
    ours = group.public(private)
    chip_public = send_step(card, 0x81, group.encode(ours), 0x82)
    theirs = group.decode(chip_public)
    if theirs == ours:
        raise Malformed(_("the chip sent this reader's own key back"))
    return group.map_generic(nonce, group.agree(private, theirs)), chip_public
