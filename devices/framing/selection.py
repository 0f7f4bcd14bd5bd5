"""Which framing a reader uses: as its URL says, or as a technician may guess from bytes that made no document."""

from devices.faults import DeviceFault, FaultReason
from devices.framing.delimited import AutoFraming, LineFraming, StxEtxFraming
from devices.framing.elyctis import INQUIRE, ElyctisFraming
from devices.framing.port import Framing

FRAMINGS: dict[str, type[Framing]] = {
    "auto": AutoFraming,
    "stx-etx": StxEtxFraming,
    "cr": LineFraming,
    "crlf": LineFraming,
    "elyctis": ElyctisFraming,
}
"""Values of the setting `framing`. Readers differ in CR and CR LF only by a byte that says nothing."""

_ZONE_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<\r\n\x02\x03 ")


def make_framing(name: str) -> Framing:
    """A fresh framing; DeviceFault SETUP for a name there is none of."""
    if name not in FRAMINGS:
        raise DeviceFault(FaultReason.SETUP, f"There is no framing {name!r} (there are: {', '.join(FRAMINGS)})")
    return FRAMINGS[name]()


def guess_framing(data: bytes) -> str:
    """A value for `framing=`, or an empty string where nothing speaks for any."""
    stx, etx = data.find(b"\x02"), data.find(b"\x03")
    if 0 <= stx < etx:
        return "stx-etx"
    if data[:1] == bytes((INQUIRE,)) and len(data) >= 3 and int.from_bytes(data[1:3]) == len(data) - 3:
        return "elyctis"
    if b"\r\n" in data:
        return "crlf"
    return "cr" if b"\r" in data else ""


def looks_like_text(data: bytes) -> bool:
    """Whether the bytes could be a zone at all; at a wrong speed they hardly ever are."""
    return bool(data) and sum(byte in _ZONE_BYTES for byte in data) >= 0.9 * len(data)


def advice(data: bytes, framing: str) -> str:
    """What a technician may try after `data` came with `framing` and made no document; empty when nothing shows."""
    if not data:
        return "Nothing came: look at the cable, and whether the reader is set to its serial mode"
    if not looks_like_text(data):
        return "These bytes are no text: try another speed (baud=9600, 19200, 38400, 57600 or 115200)"
    guess = guess_framing(data)
    if guess and FRAMINGS[guess] is not FRAMINGS.get(framing):
        return f"These bytes look like framing={guess}"
    return ""
