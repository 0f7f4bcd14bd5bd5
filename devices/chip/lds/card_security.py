"""EF.CardSecurity: the chip's own key for PACE-CAM, signed by the issuer (Doc 9303-10, 3.11.4)."""

from dataclasses import dataclass

from data.certificates.signed_data import SignedData, read_signed_data
from devices.chip.lds.security_infos import SecurityInfo, read_security_infos

CONTENT_TYPE = "0.4.0.127.0.7.3.2.1"
_WHAT = "EF.CardSecurity"
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class CardSecurity:
    """The signed keys, and their signature."""

    signed: SignedData
    infos: tuple[SecurityInfo, ...]


def read_card_security(data: bytes) -> CardSecurity:
    """The signed offers and keys in `data`; Malformed if it is not an EF.CardSecurity."""
    signed = read_signed_data(data, CONTENT_TYPE, _WHAT, _MOST_BYTES)
    return CardSecurity(signed, read_security_infos(signed.content, _WHAT))
