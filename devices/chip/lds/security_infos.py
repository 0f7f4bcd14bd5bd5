"""SecurityInfos: which protocols a chip offers (DG14, EF.CardAccess; Doc 9303-11, 9.2)."""

from dataclasses import dataclass
from typing import Any

from asn1crypto import core

from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.tlv import check_bounds, elements, only
from data.text import _

_MOST_INFOS = 64
_MOST_BYTES = 64 * 1024

PACE = "0.4.0.127.0.7.2.2.4"
CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3"
CHIP_AUTHENTICATION_KEY = "0.4.0.127.0.7.2.2.1"
TERMINAL_AUTHENTICATION = "0.4.0.127.0.7.2.2.2"
ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """One offer."""

    protocol: str
    """Object identifier; begins with one of the constants of this module, or is unknown."""
    version: int | None = None
    parameter: int | None = None
    """Domain parameters of PACE, key identifier of chip authentication."""
    key_info: bytes = b""
    """SubjectPublicKeyInfo of a chip authentication key, undecoded: certificates do not have all its kinds."""
    algorithm: str = ""
    """Signature algorithm of active authentication, as object identifier."""

    def is_of(self, family: str) -> bool:
        """Whether the protocol is `family` or one of its kinds."""
        return self.protocol == family or self.protocol.startswith(f"{family}.")


def read_security_infos(data: bytes, what: str) -> tuple[SecurityInfo, ...]:
    """The offers in a SET OF SecurityInfo; Malformed if it is not one. Unknown offers keep their identifier."""
    check_bounds(data, what, _MOST_BYTES)
    infos = list(elements(only(data, 0x31, what)))
    if len(infos) > _MOST_INFOS:
        raise Malformed(
            _(
                "{file} offers {number} protocols; at most {most} are read",
                file=what,
                number=len(infos),
                most=_MOST_INFOS,
            )
        )
    with guard_parsing(what):
        return tuple(_info(info.raw) for info in infos)


def _info(data: bytes) -> SecurityInfo:
    parts = list(elements(only(data, 0x30, _("A security info"))))
    if len(parts) < 2 or parts[0].tag != 0x06:
        raise Malformed(_("A security info does not name a protocol"))
    protocol = core.ObjectIdentifier.load(parts[0].raw).dotted
    return SecurityInfo(protocol, **_details(SecurityInfo(protocol), [part.raw for part in parts[1:]]))


def _details(info: SecurityInfo, parts: list[bytes]) -> dict[str, Any]:
    if info.is_of(CHIP_AUTHENTICATION_KEY):
        return {"key_info": parts[0], "parameter": _number(parts, 1)}
    if info.is_of(ACTIVE_AUTHENTICATION):
        algorithm = core.ObjectIdentifier.load(parts[1]).dotted if len(parts) > 1 else ""
        return {"version": _number(parts, 0), "algorithm": algorithm}
    if any(info.is_of(family) for family in (PACE, CHIP_AUTHENTICATION, TERMINAL_AUTHENTICATION)):
        return {"version": _number(parts, 0), "parameter": _number(parts, 1)}
    return {}


def _number(parts: list[bytes], at: int) -> int | None:
    """An INTEGER; None if it is left out, or something else is in its place, as newer editions allow."""
    if len(parts) <= at or parts[at][:1] != b"\x02":
        return None
    return int(core.Integer.load(parts[at]).native)


def read_card_access(data: bytes) -> tuple[SecurityInfo, ...]:
    """Which kinds of PACE a chip offers (EF.CardAccess, Doc 9303-10, 3.11.3), which nobody signed.

    Malformed if it is not an EF.CardAccess.
    """
    return read_security_infos(data, "EF.CardAccess")
