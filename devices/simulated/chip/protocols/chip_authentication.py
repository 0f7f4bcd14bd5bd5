"""Chip authentication from the chip's side (Doc 9303-11, 6.2): a new channel with the static key of DG14."""

from typing import Any

from asn1crypto import core

from data.certificates.malformed import Malformed
from devices.simulated.chip.crypto.cipher_suites import SimulatedCipherSuite
from devices.simulated.chip.protocols.apdu import (
    SimulatedCommand,
    SimulatedRefusal,
    SimulatedResponse,
    SimulatedStatus,
    read_objects,
    read_template,
)
from devices.simulated.chip.protocols.secure_messaging import SimulatedSecureChannel
from devices.simulated.chip.protocols.session import ChosenKey, SimulatedSession
from devices.simulated.chip.tlv_writer import encode_element

_MECHANISM, _KEY_NUMBER, _PUBLIC = 0x80, 0x84, 0x91
_DYNAMIC = 0x7C


def choose_key(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """MSE:Set AT of the form with GENERAL AUTHENTICATE: which protocol and which key."""
    objects = read_objects(command.data)
    if _MECHANISM not in objects:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    session.chosen_key = _find_key(session, objects.get(_KEY_NUMBER), mechanism=objects[_MECHANISM])
    return SimulatedResponse()


def agree_chosen(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """GENERAL AUTHENTICATE with the terminal's key."""
    chosen, session.chosen_key = session.chosen_key, None
    if chosen is None or not session.is_open:
        raise SimulatedRefusal(SimulatedStatus.NOT_NOW)
    objects = read_template(command.data, _DYNAMIC)
    if list(objects) != [0x80] or command.is_chained:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    _agree(session, chosen, objects[0x80])
    return SimulatedResponse(encode_element(_DYNAMIC))


def agree_at_once(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """MSE:Set KAT: the older form in one command, only for 3DES."""
    objects = read_objects(command.data)
    if _PUBLIC not in objects or not session.is_open:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    chosen = _find_key(session, objects.get(_KEY_NUMBER), suite=SimulatedCipherSuite.TDES)
    _agree(session, chosen, objects[_PUBLIC])
    return SimulatedResponse()


def _find_key(
    session: SimulatedSession,
    number: bytes | None,
    mechanism: bytes | None = None,
    suite: SimulatedCipherSuite | None = None,
) -> ChosenKey:
    offers = session.card.profile.chip_authentication
    for at, (offer, key) in enumerate(zip(offers, session.card.ca_keys, strict=True), start=1):
        if mechanism is not None and core.ObjectIdentifier(offer.oid).contents != mechanism:
            continue
        if suite is not None and offer.suite is not suite:
            continue
        if number is None or int.from_bytes(number, "big") == at:
            return offer, key
    raise SimulatedRefusal(SimulatedStatus.NO_SUCH_KEY)


def _agree(session: SimulatedSession, chosen: ChosenKey, public: bytes) -> None:
    offer, key = chosen
    group: Any = key.group
    try:
        shared = group.agree(key.private, group.decode(public))
    except Malformed:
        raise SimulatedRefusal(SimulatedStatus.NOT_AUTHENTICATED) from None
    session.next_channel = SimulatedSecureChannel(offer.suite.session_keys(group.secret(shared)))
