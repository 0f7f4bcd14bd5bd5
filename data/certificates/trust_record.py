"""What a trust list carries: a country signing certificate, a seal signer's, or a revocation list, and its origin.

The row says enough (state, key identifier) to find it without decoding it; what is decided rests on the bytes alone.
Nothing in it changes from one edition of a source to the next, so that a delta holds only what really changed.
"""

import json
from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from data.errors import InputError
from data.json_codec import Base64, complete_in_json, decode
from data.json_errors import JsonError
from data.text import _


class TrustItem(StrEnum):
    """What a record holds."""

    CERTIFICATE = "certificate"
    SIGNER = "signer"
    """Of a signer of visible digital seals: it vouches for nobody, and counts only with a certificate above it."""
    REVOCATIONS = "revocations"


@complete_in_json
@dataclass(frozen=True, slots=True)
class TrustRecord:
    """One row of a trust list."""

    item: TrustItem
    country: str
    """Two letters as the certificate writes them, in capitals; may be empty."""
    name: str
    """Subject of a certificate, issuer of a revocation list, in one line."""
    key_id: str
    """Subject key identifier of a certificate, authority key identifier of a revocation list; hexadecimal."""
    der: Base64
    source: str
    """Provenance: `master list of DE`, `LDIF: master list of FR`, `PEM`."""
    order: int = 0
    """Of a revocation list: its time in seconds since 1970. The later of two replaces the earlier."""
    vouched: bool = True
    """False for a certificate out of a master list for which no root of headquarters' choice vouches."""

    @property
    def identity(self) -> str:
        """A certificate is itself; a revocation list is its issuer's newest."""
        if self.item is not TrustItem.REVOCATIONS:
            return identify_certificate(self.der, self.item)
        return f"revocations:{sha256(f'{self.country}|{self.name}|{self.key_id}'.encode()).hexdigest()}"


def identify_certificate(der: bytes, item: TrustItem = TrustItem.CERTIFICATE) -> str:
    """The identity of a certificate's record, whether or not anybody can read the certificate."""
    return f"{item.value}:{sha256(der).hexdigest()}"


def encode_trust_record(record: TrustRecord) -> str:
    """A record as canonical JSON: keys sorted, no spaces."""
    fields = {
        "country": record.country,
        "der": b64encode(record.der).decode("ascii"),
        "item": record.item.value,
        "key_id": record.key_id,
        "name": record.name,
        "order": record.order,
        "source": record.source,
        "vouched": record.vouched,
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode_trust_record(text: str | bytes) -> TrustRecord:
    """The record in `text`; InputError if it is not a record, or holds something this software does not know."""
    return decode(TrustRecord, text, _unreadable)


def _unreadable(_why: JsonError) -> InputError:
    return InputError(
        _("A record of a trust list cannot be read"),
        means=_("Waypost on this machine is older than the list, or the record is damaged."),
        do=_("Update Waypost here; if the problem remains, import the source again at headquarters"),
    )


class Unproved(NamedTuple):
    """A record that must not replace another one."""

    identity: str
    replaced: str
    """Identity of the other one; of a revocation list it may be the same."""
    is_disproved: bool
    """Whether the key is known that must have signed it, and did not."""
