"""PACE from the password to the channel (Doc 9303-11, 4.4.3): nonce, mapping, key agreement, tokens."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from data.certificates.malformed import Malformed
from devices.chip.access_keys import AccessKey
from devices.chip.card import Card
from devices.chip.chance import FRESH, Chance
from devices.chip.crypto.integrated_mapping import map_integrated
from devices.chip.crypto.keys import Use, kdf, session_keys
from devices.chip.errors import ChannelBroken, ChipMalformed
from devices.chip.messaging import SecureChannel
from devices.chip.pace.offers import Mapping, PaceOffer
from devices.chip.pace.proof import ChipProof, read_proof
from devices.chip.pace.steps import last_step, name_protocol, step
from devices.chip.pace.tokens import token


@dataclass(frozen=True, slots=True)
class Established:
    """What PACE gave."""

    channel: SecureChannel
    offer: PaceOffer
    proof: ChipProof | None = None
    """With CAM: the chip's proof of itself, to be held against EF.CardSecurity."""


def establish(card: Card, key: AccessKey, offer: PaceOffer, chance: Chance = FRESH) -> Established:
    """The channel that an offer and the right key give; the master file must be selected.

    Raises:
        AccessRefused, ChipRefused, ChipMalformed; ChannelBroken when the chip does not prove that it knows the key;
        what `Card.send` raises.
    """
    try:
        return _establish(card, key, offer, chance)
    except Malformed as problem:
        raise ChipMalformed(f"PACE was broken off: {problem.what}") from problem


def _establish(card: Card, key: AccessKey, offer: PaceOffer, chance: Chance) -> Established:
    suite = offer.suite
    password_key = kdf(key.secret, Use.PASSWORD, suite)
    name_protocol(card, offer.oid, key.reference, None if offer.is_only_group else offer.domain)
    nonce = suite.decrypt(password_key, _nonce(step(card, 0x80, b"", 0x80), offer))
    mapped, chip_mapping = _map(card, offer, nonce, chance)
    private = chance.private(mapped)
    ours = mapped.public(private)
    theirs = mapped.decode(step(card, 0x83, mapped.encode(ours), 0x84))
    if theirs == ours:
        raise Malformed("the chip sent this reader's own key back")
    keys = session_keys(mapped.secret(mapped.shared(private, theirs)), suite)
    answer = last_step(card, token(keys, offer.oid, mapped, theirs), key.reference)
    if not compare_digest(token(keys, offer.oid, mapped, ours), answer.get(0x86, b"")):
        raise ChannelBroken("The chip did not prove that it knows the key")
    proof = None
    if offer.mapping is Mapping.CHIP_AUTHENTICATION:
        proof = read_proof(keys, answer.get(0x8A, b""), chip_mapping)
    return Established(SecureChannel(keys), offer, proof)


def _nonce(secret: bytes, offer: PaceOffer) -> bytes:
    if len(secret) != offer.suite.nonce_bytes:
        raise Malformed(f"the nonce has {len(secret)} bytes instead of {offer.suite.nonce_bytes}")
    return secret


def _map(card: Card, offer: PaceOffer, nonce: bytes, chance: Chance) -> tuple[Any, bytes]:
    """The group with its new generator, and the chip's public key of the mapping where there is one."""
    group: Any = offer.group
    if offer.mapping is Mapping.INTEGRATED:
        ours = chance.random(offer.suite.key_bytes)
        step(card, 0x81, ours, 0x82)
        return map_integrated(group, offer.suite, nonce, ours), b""
    private = chance.private(group)
    ours = group.public(private)
    sent = step(card, 0x81, group.encode(ours), 0x82)
    theirs = group.decode(sent)
    if theirs == ours:
        raise Malformed("the chip sent this reader's own key back")
    return group.map_generic(nonce, group.shared(private, theirs)), sent
