"""An invented state that issues chips: EF.SOD over data groups, and the trust that goes with it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import core

from data.certificates.certificate import read_certificate
from data.certificates.revocation_list import read_revocation_list
from data.certificates.signatures import digest
from data.certificates.trust_store import TrustStore, certificate_record, revocations_record
from devices.chip.lds.sod import CONTENT_TYPE
from tests.devices.support.written import tlv
from tests.support import pki

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = pki.country_signer(end=datetime(2024, 1, 1, tzinfo=UTC))
SIGNER = pki.document_signer(ROOT)
GROUPS = {1: tlv(0x61, b"\x5f\x1f\x00"), 2: tlv(0x75, b"face")}
_SHA256 = core.ObjectIdentifier("2.16.840.1.101.3.4.2.1").dump()


def security_object(groups: Mapping[int, bytes] = GROUPS, version: int = 0) -> bytes:
    hashes = [tlv(0x30, tlv(2, bytes([number])), tlv(4, digest("sha256", data))) for number, data in groups.items()]
    return tlv(0x30, tlv(2, bytes([version])), tlv(0x30, _SHA256), tlv(0x30, *hashes))


def sod(signer: pki.Authority = SIGNER, content: bytes | None = None, **changes: Any) -> bytes:
    signed = security_object() if content is None else content
    return tlv(0x77, pki.signed_data(signed, CONTENT_TYPE, signer, **changes))


def store(*roots: pki.Authority, lists: tuple[bytes, ...] = ()) -> TrustStore:
    records = [certificate_record(read_certificate(root.der), "a test") for root in roots]
    return TrustStore([*records, *(revocations_record(read_revocation_list(der), "a test") for der in lists)])


def fresh_list(*revoked: int, days_old: int = 3) -> bytes:
    return pki.revocation_list(ROOT, revoked, NOW - timedelta(days=days_old))
