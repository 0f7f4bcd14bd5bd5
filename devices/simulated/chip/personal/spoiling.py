"""Faults that are written into a chip's files after, or before, they are signed."""

from collections.abc import Mapping

from data.documents.mrz.formats import layout_of
from devices.chip.lds.files import GROUP_TAGS
from devices.simulated.chip.elements import element
from devices.simulated.chip.faults import Fault
from devices.simulated.chip.profile import Profile

_DEPTH = 3_000


def spoil_groups(signed: Mapping[int, bytes], profile: Profile) -> dict[int, bytes]:
    """The groups as they are stored, by number."""
    stored = dict(signed)
    number = profile.group
    if profile.has(Fault.MISSING_GROUP):
        stored.pop(number, None)
    if number not in stored:
        return stored
    data = stored[number]
    if profile.has(Fault.TAMPERED_GROUP):
        data = data[:-8] + bytes([data[-8] ^ 1]) + data[-7:]
    if profile.has(Fault.LONG_LENGTH):
        data = data[:1] + b"\x83" + (len(data) + 10_000).to_bytes(3, "big") + _value(data)
    if profile.has(Fault.LENGTH_BOMB):
        data = data[:1] + b"\x84\xff\xff\xff\xff" + _value(data)
    if profile.has(Fault.NESTED_BOMB):
        data = _nested(GROUP_TAGS[number])
    stored[number] = data
    return stored


def spoil_key(info: bytes, profile: Profile) -> bytes:
    """A SubjectPublicKeyInfo as an issuer may have written it wrongly, and signed it: its last byte is of the key."""
    return info[:-1] + bytes([info[-1] ^ 1]) if profile.has(Fault.INVALID_KEY) else info


def other_zone(zone: str, profile: Profile) -> str:
    """The zone of DG1 where it is not the one that is printed: the surname begins with another letter."""
    if not profile.has(Fault.OTHER_ZONE):
        return zone
    layout = layout_of(zone.split("\n"))
    at = layout.surname.start if layout else 0
    at += zone[: at + 2].count("\n")
    return zone[:at] + ("B" if zone[at] == "A" else "A") + zone[at + 1 :]


def _value(data: bytes) -> bytes:
    return data[2 + (data[1] & 0x7F if data[1] > 0x80 else 0) :]


def _nested(tag: int) -> bytes:
    data = b""
    for _ in range(_DEPTH):
        data = element(0x30, data)
    return element(tag, data)
