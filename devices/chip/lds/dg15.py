"""DG15: the key of active authentication (Doc 9303-10, 4.7.15)."""

from dataclasses import dataclass

from data.certificates.public_keys import PublicKey, read_public_key
from data.certificates.tlv import check_bounds
from data.text import _
from devices.chip.lds.files import GROUP_TAGS, content

_MOST_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Dg15:
    """The chip's own key."""

    key_info: bytes
    """SubjectPublicKeyInfo, as it was read."""

    @property
    def key(self) -> PublicKey:
        """The key itself; Malformed if it cannot be used."""
        return read_public_key(self.key_info)


def read_dg15(data: bytes) -> Dg15:
    """The key in `data`; Malformed if it is not a DG15."""
    info = content(data, GROUP_TAGS[15], "DG15")
    check_bounds(info, _("DG15"), _MOST_BYTES)
    return Dg15(info)
