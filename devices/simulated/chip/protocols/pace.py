"""PACE from the chip's side (Doc 9303-11, 4.4): generic, integrated and chip authentication mapping, ECDH and DH."""

from collections.abc import Callable
from hmac import compare_digest
from typing import Any

from asn1crypto import core

from data.certificates.malformed import Malformed
from devices.simulated.chip.crypto.agreement_groups import agreement_group, map_nonces
from devices.simulated.chip.crypto.cipher_suites import SimulatedCipherSuite, SimulatedSessionKeys, add_padding
from devices.simulated.chip.personalisation.card import AgreementKey, private_number
from devices.simulated.chip.profile import ChipFault, SimulatedPaceOffer
from devices.simulated.chip.protocols.apdu import (
    SimulatedCommand,
    SimulatedRefusal,
    SimulatedResponse,
    SimulatedStatus,
    read_objects,
    read_template,
)
from devices.simulated.chip.protocols.secure_messaging import SimulatedSecureChannel
from devices.simulated.chip.protocols.session import PaceRun, SimulatedPassword, SimulatedSession
from devices.simulated.chip.tlv_writer import encode_element

_MECHANISM, _PASSWORD, _PARAMETERS = 0x80, 0x83, 0x84
_DYNAMIC = 0x7C


def set_pace(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """MSE:Set AT: protocol, password, domain parameters where there is a choice."""
    objects = read_objects(command.data)
    if not {_MECHANISM, _PASSWORD} <= set(objects):
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    if session.card.profile.pace_group == "required" and _PARAMETERS not in objects:
        raise SimulatedRefusal(SimulatedStatus.BAD_LENGTH_FOR_PARAMETERS)
    offer = _offer(session, objects[_MECHANISM], objects.get(_PARAMETERS))
    try:
        password = SimulatedPassword(int.from_bytes(objects[_PASSWORD], "big"))
    except ValueError:
        raise SimulatedRefusal(SimulatedStatus.NO_SUCH_KEY) from None
    session.pace = PaceRun(offer, session.password_guard.nonce_key(password, offer.suite))
    return SimulatedResponse()


def advance(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """GENERAL AUTHENTICATE: the next step; anything out of its order ends the run."""
    run, session.pace = session.pace, None
    if run is None:
        raise SimulatedRefusal(SimulatedStatus.NOT_NOW)
    objects = read_template(command.data, _DYNAMIC)
    step: Callable[[SimulatedSession, PaceRun, dict[int, bytes]], bytes] = _STEPS[run.step]
    if command.is_chained == (run.step == len(_STEPS) - 1):
        raise SimulatedRefusal(SimulatedStatus.LAST_OF_CHAIN)
    run.step += 1
    try:
        answer = step(session, run, objects)
    except Malformed:
        raise SimulatedRefusal(SimulatedStatus.NOT_AUTHENTICATED) from None
    if run.step < len(_STEPS):
        session.pace = run
    return SimulatedResponse(encode_element(_DYNAMIC, answer))


def _offer(session: SimulatedSession, mechanism: bytes, parameters: bytes | None) -> SimulatedPaceOffer:
    profile = session.card.profile
    offers = [offer for offer in profile.pace if core.ObjectIdentifier(offer.oid).contents == mechanism]
    if "pace" not in profile.access or not offers:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    if parameters is not None:
        offers = [offer for offer in offers if offer.parameters == int.from_bytes(parameters, "big")]
    if not offers:
        raise SimulatedRefusal(SimulatedStatus.NO_SUCH_KEY)
    return offers[0]


def _give_nonce(session: SimulatedSession, run: PaceRun, objects: dict[int, bytes]) -> bytes:
    _only(objects)
    session.password_guard.check_allowed()
    blocks = session.card.profile.nonce_blocks
    run.nonce = session.randomness(blocks * run.offer.suite.block_bytes or run.offer.suite.nonce_bytes)
    return encode_element(0x80, run.offer.suite.encrypt(run.password_key, run.nonce))


def _map(session: SimulatedSession, run: PaceRun, objects: dict[int, bytes]) -> bytes:
    theirs = _only(objects, 0x81)
    group: Any = agreement_group(run.offer.parameters)
    if run.offer.mapping == "im":
        run.group = map_nonces(group, run.offer.suite, run.nonce, theirs)
        return encode_element(0x82)
    run.mapping_private = private_number(group, session.randomness)
    ours = group.encode(group.public(run.mapping_private))
    run.group = group.map_generic(run.nonce, group.agree(run.mapping_private, group.decode(theirs)))
    return encode_element(0x82, group.invalid() if session.card.profile.has(ChipFault.INVALID_POINT) else ours)


def _agree(session: SimulatedSession, run: PaceRun, objects: dict[int, bytes]) -> bytes:
    run.theirs = run.group.decode(_only(objects, 0x83))
    private = private_number(run.group, session.randomness)
    run.ours = run.group.public(private)
    shared = run.group.agree(private, run.theirs)
    if run.ours == run.theirs:
        raise SimulatedRefusal(SimulatedStatus.NOT_AUTHENTICATED)
    run.keys = run.offer.suite.session_keys(run.group.secret(shared))
    faults = session.card.profile
    if run.offer.mapping == "im" and faults.has(ChipFault.INVALID_POINT):  # its mapping sends no point
        return encode_element(0x84, run.group.invalid())
    return encode_element(0x84, run.group.encode(run.theirs if faults.has(ChipFault.REFLECTED_KEY) else run.ours))


def _prove(session: SimulatedSession, run: PaceRun, objects: dict[int, bytes]) -> bytes:
    proof = _only(objects, 0x85)
    if run.keys is None:
        raise SimulatedRefusal(SimulatedStatus.NOT_NOW)
    if session.card.profile.has(ChipFault.PACE_FAILS):
        raise SimulatedRefusal(SimulatedStatus.NOT_AUTHENTICATED)
    if not compare_digest(_token(run, run.keys, run.ours), proof):
        raise session.password_guard.record_wrong()
    answer = encode_element(0x86, _token(run, run.keys, run.theirs))
    if run.offer.mapping == "cam":
        answer += encode_element(0x8A, _chip_authentication_data(session.card.ca_keys, run, run.keys))
    session.open_with(SimulatedSecureChannel(run.keys))
    return answer


_STEPS = (_give_nonce, _map, _agree, _prove)


def _token(run: PaceRun, keys: SimulatedSessionKeys, public: object) -> bytes:
    """The proof over a public key (Doc 9303-11, 4.4.3.4), in the one form the standard gives it (9.4.1)."""
    tag = 0x84 if run.offer.agreement == "dh" else 0x86
    content = core.ObjectIdentifier(run.offer.oid).dump() + encode_element(tag, run.group.encode(public))
    message = encode_element(0x7F49, content)
    suite = run.offer.suite
    return suite.mac(
        keys.mac, add_padding(message, suite.block_bytes) if suite is SimulatedCipherSuite.TDES else message
    )


def _chip_authentication_data(ca_keys: tuple[AgreementKey, ...], run: PaceRun, keys: SimulatedSessionKeys) -> bytes:
    """The mapping's private key over the static one, encrypted (Doc 9303-11, 4.4.3.5.2)."""
    own = next((key for key in ca_keys if key.parameters == run.offer.parameters), None)
    if own is None:
        raise SimulatedRefusal(SimulatedStatus.NOT_NOW)
    order = run.group.order
    data = pow(own.private, -1, order) * run.mapping_private % order
    suite = run.offer.suite
    iv = suite.encrypt_block(keys.encryption, b"\xff" * suite.block_bytes)
    padded = add_padding(data.to_bytes((order.bit_length() + 7) // 8, "big"), suite.block_bytes)
    return suite.encrypt(keys.encryption, padded, iv)


def _only(objects: dict[int, bytes], *tags: int) -> bytes:
    """The one value that this step asks for; SimulatedRefusal BAD_DATA for anything else."""
    if tuple(objects) != tags:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    return objects[tags[0]] if tags else b""
