"""Seals of invented papers, made as an issuing authority makes them."""

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from typing import Any

import ecdsa
from asn1crypto import x509
from ecdsa.util import sigencode_string

from data.documents.mrz import MrzFields, write_mrz
from data.documents.seals.open_seal import canonical
from data.documents.travel_document import MrzFormat
from data.persons.person import Sex
from tests.support.pki import Authority, EcSigner, country_signer, key_id, make

_ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNED = date(2026, 1, 13)
SERIAL = 0x2B
VISA, RESIDENCE_PERMIT = 0x5D01, 0xFB06


def c40(text: str) -> bytes:
    """Three characters in two bytes; a single last one as itself."""
    values = [_ALPHABET.index(char) + 3 for char in text.replace("<", " ")]
    out = bytearray()
    while len(values) >= 2:
        three = (*values[:3], 0)[:3]
        values = values[3:]
        out += (1600 * three[0] + 40 * three[1] + three[2] + 1).to_bytes(2, "big")
    if values:
        out += bytes([0xFE, ord(_ALPHABET[values[0] - 3]) + 1])
    return bytes(out)


def day(value: date | None) -> bytes:
    return int(f"{value:%m%d%Y}" if value else 0).to_bytes(3, "big")


def header(
    profile: int, *, issuer: str = "NOR", signer: str = "NOTS", version: int = 4, signed: date | None = SIGNED
) -> bytes:
    reference = f"{SERIAL:02X}" if version == 4 else f"{SERIAL:05X}"
    named = f"{signer}{len(reference):02X}{reference}" if version == 4 else signer + reference
    kind = profile.to_bytes(2, "big")
    return bytes([0xDC, version - 1]) + c40(issuer.ljust(3)) + c40(named) + day(signed) + day(signed) + kind


def features(*pairs: tuple[int, bytes]) -> bytes:
    return b"".join(bytes([tag, len(value)]) + value for tag, value in pairs)


def seal(signer: Authority, covered: bytes) -> bytes:
    assert isinstance(signer.key, EcSigner)
    secret = signer.key.secret
    signature = secret.sign(covered, hashfunc=getattr(hashlib, signer.key.hash), sigencode=sigencode_string)
    return covered + bytes([0xFF, len(signature)]) + signature


def authorities(curve: Any = ecdsa.NIST256p, hash: str = "sha256") -> tuple[Authority, Authority]:
    """A country signer and a signer of seals."""
    root = country_signer(country="NO")
    return root, seal_signer(root, EcSigner(curve, "named_curve", hash))


def seal_signer(root: Authority, key: EcSigner | None = None) -> Authority:
    """A certificate whose name is nothing but a state and two characters."""
    key, subject = key or EcSigner(), x509.Name.build({"country_name": "NO", "common_name": "TS"})
    extensions = [("key_identifier", key_id(key)), ("authority_key_identifier", {"key_identifier": key_id(root.key)})]
    return Authority(key, make(subject, key, root.subject, root.key, extensions, serial=SERIAL), subject)


def zone(number: str = "V1234567", surname: str = "SAMPLE", format: MrzFormat = MrzFormat.MRV_B) -> str:
    code = {MrzFormat.MRV_B: "V", MrzFormat.TD3: "P"}.get(format, "I")
    fields = MrzFields(code, "NOR", number, surname, "ADA", "UTO", date(1990, 2, 3), Sex.FEMALE, date(2030, 1, 1))
    return write_mrz(fields, format)


def visa(signer: Authority, text: str | None = None, passport: str = "L1234567A", **changes: Any) -> bytes:
    first, second = (text or zone()).split("\n")
    encoded = features((2, c40(first + second[:28])), (4, b"\x5a\x00\x00"), (5, c40(passport)))
    return seal(signer, header(VISA, **changes) + encoded)


def open_seal(signer: Authority, message: dict[str, Any], *, issuer: str = "NOR") -> bytes:
    assert isinstance(signer.key, EcSigner)
    body = {"hdr": {"t": "icao.test", "v": 1, "is": issuer}, "msg": message}
    signature = signer.key.secret.sign(canonical(body), hashfunc=hashlib.sha256, sigencode=sigencode_string)
    sealed = {
        "alg": "ES256",
        "cer": b64encode(signer.der).decode(),
        "sigvl": urlsafe_b64encode(signature).decode().rstrip("="),
    }
    return json.dumps({"data": body, "sig": sealed}).encode()


def corrupted(data: bytes, places: Sequence[int]) -> bytes:
    changed = bytearray(data)
    for place in places:
        changed[place % len(data)] ^= 1 << (place % 8)
    return bytes(changed)
