"""EF.SOD: the digests of the data groups, signed (Doc 9303-10, 4.6.2), also wrongly where a fault asks for it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from asn1crypto import algos, core

from devices.chip.lds.files import SOD_TAG
from devices.chip.lds.sod import CONTENT_TYPE
from devices.simulated.chip.elements import element
from devices.simulated.chip.faults import Fault
from devices.simulated.chip.pki.certificates import Authority
from devices.simulated.chip.pki.signed_data import signed_data
from devices.simulated.chip.profile import Profile

_UNICODE = "040000"


def security_object(groups: Mapping[int, bytes], hash_name: str, lds: str) -> bytes:
    """LDSSecurityObject; version 1 says the version of the LDS as well (LDS 1.8)."""
    digests = [
        element(0x30, core.Integer(number).dump(), core.OctetString(hashlib.new(hash_name, data).digest()).dump())
        for number, data in sorted(groups.items())
    ]
    parts = [core.Integer(int(lds == "1.8")).dump(), algos.DigestAlgorithm({"algorithm": hash_name}).dump()]
    parts.append(element(0x30, *digests))
    if lds == "1.8":
        parts.append(element(0x30, core.PrintableString("0108").dump(), core.PrintableString(_UNICODE).dump()))
    return element(0x30, *parts)


def sod(groups: Mapping[int, bytes], signer: Authority, profile: Profile, signed: datetime) -> bytes:
    """EF.SOD over whole files by number, with the faults of the profile."""
    content = security_object(groups, profile.digests, profile.lds)
    made = signed_data(content, CONTENT_TYPE, signer, signing_time=signed)
    if profile.has(Fault.SOD_VERSION):
        made = made.replace(b"\x02\x01\x03", b"\x02\x01\x01", 1)
    if profile.has(Fault.SOD_GARBAGE):
        made = element(0x30, hashlib.sha512(made).digest())
    whole = element(SOD_TAG, made)
    return whole[: len(whole) // 2] if profile.has(Fault.SOD_CUT) else whole
