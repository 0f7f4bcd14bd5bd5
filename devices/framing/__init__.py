"""From a stream of bytes to documents: how readers mark where one begins and ends.

Every framing holds the same rules: a document may come in any pieces and several in one piece; nothing is
kept without bound; what never ends, or is too long, is one fault and not a flood of them; after silence the
next document is read as if nothing had been.
"""

from devices.faults import DeviceFault, Reason
from devices.framing.auto import Auto
from devices.framing.elyctis import Elyctis
from devices.framing.lines import Lines
from devices.framing.port import Framing
from devices.framing.stx_etx import StxEtx

FRAMINGS: dict[str, type[Framing]] = {
    "auto": Auto,
    "stx-etx": StxEtx,
    "cr": Lines,
    "crlf": Lines,
    "elyctis": Elyctis,
}
"""Values of the setting `framing`. Readers differ in CR and CR LF only by a byte that says nothing."""


def framing_named(name: str) -> Framing:
    """A fresh framing; DeviceFault SETUP for a name there is none of."""
    if name not in FRAMINGS:
        raise DeviceFault(Reason.SETUP, f"There is no framing {name!r} (there are: {', '.join(FRAMINGS)})")
    return FRAMINGS[name]()
