"""The commands of PACE: naming the protocol, then four steps of GENERAL AUTHENTICATE (Doc 9303-11, 4.4.4)."""

from data.certificates.malformed import Malformed
from data.certificates.tlv import by_tag, only
from devices.chip.access_keys import Reference
from devices.chip.apdu import SHORT_EXPECTED, Command, Response
from devices.chip.card import Card
from devices.chip.errors import ChipMalformed, ChipRefused
from devices.chip.pace.tokens import oid_value
from devices.chip.refusal import refused_key, show_key
from devices.chip.writing import element

_MANAGE_SECURITY, _GENERAL_AUTHENTICATE = 0x22, 0x86
_MORE_FOLLOWS = 0x10
_DYNAMIC = 0x7C
_TITLES = {Reference.MRZ: "The machine-readable zone", Reference.CAN: "The card access number"}


def name_protocol(card: Card, oid: str, reference: Reference, domain: int | None) -> None:
    """MSE:Set AT. A chip may warn how many tries are left and go on; `domain` is told where it could be another."""
    data = element(0x80, oid_value(oid)) + element(0x83, bytes((reference,)))
    if domain is not None:
        data += element(0x84, bytes((domain,)))
    response = show_key(card, Command(0, _MANAGE_SECURITY, 0xC1, 0xA4, data))
    if response.status.ok or response.status.tries_left:
        return
    if response.status.word == 0x6A80:
        raise ChipRefused(response.status, "The chip does not take the protocol that it offers")
    raise refused_key(response.status, _TITLES[reference])


def step(card: Card, tag: int, value: bytes, answer: int) -> bytes:
    """One of the first three steps: what the chip says under the tag `answer`; empty where it says nothing."""
    data = element(_DYNAMIC, element(tag, value) if value else b"")
    command = Command(_MORE_FOLLOWS, _GENERAL_AUTHENTICATE, 0, 0, data, _room(data))
    return _objects(card.ask(command, "The chip broke off PACE")).get(answer, b"")


def last_step(card: Card, token: bytes, reference: Reference) -> dict[int, bytes]:
    """The step that proves the password: every object the chip answers with. AccessRefused when it does not accept."""
    data = element(_DYNAMIC, element(0x85, token))
    response: Response = show_key(card, Command(0, _GENERAL_AUTHENTICATE, 0, 0, data, SHORT_EXPECTED))
    if not response.status.ok:
        raise refused_key(response.status, _TITLES[reference])
    return _objects(response.data)


def _room(data: bytes) -> int:
    """A response is about as long as its command, so a long one is asked for with a long one."""
    return SHORT_EXPECTED if len(data) <= 240 else 2 * SHORT_EXPECTED


def _objects(data: bytes) -> dict[int, bytes]:
    if not data:
        return {}
    try:
        return by_tag(only(data, _DYNAMIC, "A step of PACE"), "A step of PACE")
    except Malformed as problem:
        raise ChipMalformed(problem.what) from problem
