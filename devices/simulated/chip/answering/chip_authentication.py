"""Chip authentication from the chip's side (Doc 9303-11, 6.2): a new channel with the static key of DG14."""

from typing import Any

from asn1crypto import core

from data.certificates.malformed import Malformed
from devices.chip.crypto.keys import session_keys
from devices.chip.crypto.suite import Suite
from devices.simulated.chip.answering.apdu import Answer, Command
from devices.simulated.chip.answering.channel import Channel
from devices.simulated.chip.answering.objects import inside, objects
from devices.simulated.chip.answering.session import Session
from devices.simulated.chip.answering.status import Refusal, Status
from devices.simulated.chip.elements import element
from devices.simulated.chip.offers import ChipAuthenticationOffer
from devices.simulated.chip.personal.keys import AgreementKey

_MECHANISM, _KEY_NUMBER, _PUBLIC = 0x80, 0x84, 0x91
_DYNAMIC = 0x7C
ChosenKey = tuple[ChipAuthenticationOffer, AgreementKey]


def choose_key(session: Session, command: Command) -> Answer:
    """MSE:Set AT of the form with GENERAL AUTHENTICATE: which protocol and which key."""
    found = objects(command.data)
    if _MECHANISM not in found:
        raise Refusal(Status.BAD_DATA)
    session.chosen_key = _chosen(session, found.get(_KEY_NUMBER), mechanism=found[_MECHANISM])
    return Answer()


def agree_chosen(session: Session, command: Command) -> Answer:
    """GENERAL AUTHENTICATE with the terminal's key."""
    chosen, session.chosen_key = session.chosen_key, None
    if chosen is None or not session.opened:
        raise Refusal(Status.NOT_NOW)
    given = inside(command.data, _DYNAMIC)
    if list(given) != [0x80] or command.chained:
        raise Refusal(Status.BAD_DATA)
    _agree(session, chosen, given[0x80])
    return Answer(element(_DYNAMIC))


def agree_at_once(session: Session, command: Command) -> Answer:
    """MSE:Set KAT: the older form in one command, for 3DES alone."""
    found = objects(command.data)
    if _PUBLIC not in found or not session.opened:
        raise Refusal(Status.BAD_DATA)
    chosen = _chosen(session, found.get(_KEY_NUMBER), suite=Suite.TDES)
    _agree(session, chosen, found[_PUBLIC])
    return Answer()


def _chosen(
    session: Session, number: bytes | None, mechanism: bytes | None = None, suite: Suite | None = None
) -> ChosenKey:
    offers = session.card.profile.chip_authentication
    for at, (offer, key) in enumerate(zip(offers, session.card.ca_keys, strict=True), start=1):
        if mechanism is not None and core.ObjectIdentifier(offer.oid).contents != mechanism:
            continue
        if suite is not None and offer.suite is not suite:
            continue
        if number is None or int.from_bytes(number, "big") == at:
            return offer, key
    raise Refusal(Status.NO_SUCH_KEY)


def _agree(session: Session, chosen: ChosenKey, public: bytes) -> None:
    offer, key = chosen
    group: Any = key.group
    try:
        shared = group.shared(key.private, group.decode(public))
    except Malformed:
        raise Refusal(Status.NOT_AUTHENTICATED) from None
    session.next_channel = Channel(session_keys(group.secret(shared), offer.suite))
