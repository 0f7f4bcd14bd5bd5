"""Which framing a reader uses: by its URL, or as a technician may guess from bytes that made no document."""

from data.text import EMPTY, Message, _
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
"""Values of the setting `framing`. CR and CR LF are read by the same class."""

_ZONE_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<\r\n\x02\x03 ")


def make_framing(name: str) -> Framing:
    """A new framing; DeviceFault SETUP for an unknown name."""
    if name not in FRAMINGS:
        raise DeviceFault(
            FaultReason.SETUP,
            _("There is no framing {name} (known: {names})", name=name, names=", ".join(FRAMINGS)),
        )
    return FRAMINGS[name]()


def guess_framing(data: bytes) -> str:
    """A value for `framing=`; empty if none is likely."""
    stx, etx = data.find(b"\x02"), data.find(b"\x03")
    if 0 <= stx < etx:
        return "stx-etx"
    if data[:1] == bytes((INQUIRE,)) and len(data) >= 3 and int.from_bytes(data[1:3]) == len(data) - 3:
        return "elyctis"
    if b"\r\n" in data:
        return "crlf"
    return "cr" if b"\r" in data else ""


def looks_like_text(data: bytes) -> bool:
    """Whether the bytes could be a zone; at a wrong speed they hardly ever could."""
    return bool(data) and sum(byte in _ZONE_BYTES for byte in data) >= 0.9 * len(data)


def advice(data: bytes, framing: str) -> Message:
    """What a technician may try if `data` made no document with `framing`; empty if there is no advice."""
    if not data:
        return _("The reader sent nothing: check the cable, and that the reader is in its serial mode")
    if not looks_like_text(data):
        return _("These bytes are not text: try another speed (baud=9600, 19200, 38400, 57600 or 115200)")
    guess = guess_framing(data)
    if guess and FRAMINGS[guess] is not FRAMINGS.get(framing):
        return _("These bytes look like framing={framing}", framing=guess)
    return EMPTY
