"""Seals in JSON, for papers that are not short of room (ICAO, VDS-NC): header, message, signature with its certificate.

What is signed is the member `data` in canonical form (RFC 8785). Numbers with a fraction, which nobody needs here and
two programs may write differently, are refused.
"""

import json
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from data.certificates.malformed import Malformed
from data.documents.reader_frames import unframe_json
from data.json_codec import convert, decode
from data.text import _

LARGEST_BYTES = 4_096
MOST_FACTS = 40
LONGEST_FACT = 100
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class OpenSeal:
    """A seal in JSON as it was read."""

    type: str
    """`icao.test`, `icao.vacc`, or a newer one."""
    issuer: str
    """Three letters."""
    number: str
    """Of the travel document that it belongs to; empty where it does not say."""
    birth: str
    """Of the holder, YYYY-MM-DD or less; may be empty."""
    name: str
    facts: dict[str, str]
    """Everything in the message by its path, `pid.n`."""
    covered: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    """DER of the signer's certificate, which the seal itself brings."""


def read_open_seal(data: bytes) -> OpenSeal:
    """The seal in a code's bytes; Malformed, with the reason, if it is not a seal."""
    if len(data) > LARGEST_BYTES:
        raise Malformed(
            _(
                "A seal has {count} bytes; at most {largest_bytes} are allowed",
                count=len(data),
                largest_bytes=LARGEST_BYTES,
            )
        )
    return decode(
        _SealedMessage,
        unframe_json(data),
        lambda why: Malformed(_("A seal in JSON is malformed: {why}", why=why)),
        build=_to_open_seal,
    )


def canonical(value: Any) -> bytes:
    """JSON in the form that is signed (RFC 8785), of a value without fractions."""
    return json.dumps(_sort_members(value), separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class _Signature:
    sigvl: str
    cer: str


@dataclass(frozen=True, slots=True)
class _SealedMessage:
    data: dict[str, Any]
    """Whatever it holds is signed."""
    sig: _Signature


@dataclass(frozen=True, slots=True)
class _Header:
    t: str
    issuer: Annotated[str, Field(alias="is")]


@dataclass(frozen=True, slots=True)
class _Body:
    hdr: _Header
    msg: Any


def _to_open_seal(sealed: _SealedMessage) -> OpenSeal:
    body = convert(_Body, sealed.data)
    facts = dict(_flatten(body.msg, "", 0))
    if len(facts) > MOST_FACTS:
        raise Malformed(_("A seal has more than {most_facts} facts", most_facts=MOST_FACTS))
    return OpenSeal(
        type=body.hdr.t[:LONGEST_FACT],
        issuer=body.hdr.issuer[:LONGEST_FACT],
        number=facts.get("pid.dn") or facts.get("pid.i", ""),
        birth=facts.get("pid.dob", ""),
        name=facts.get("pid.n", ""),
        facts=facts,
        covered=canonical(sealed.data),
        signature=_decode_base64(sealed.sig.sigvl),
        certificate=_decode_base64(sealed.sig.cer),
    )


def _sort_members(value: Any) -> Any:
    """Members by the UTF-16 form of their names, as the RFC asks."""
    if isinstance(value, dict):
        return {name: _sort_members(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    if isinstance(value, float):
        raise Malformed(_("A seal holds a number with a fraction"))
    return [_sort_members(item) for item in value] if isinstance(value, list) else value


def _flatten(value: Any, path: str, depth: int) -> list[tuple[str, str]]:
    if depth > _DEEPEST:
        raise Malformed(_("A seal is nested too deeply"))
    if isinstance(value, dict):
        return [fact for name, item in value.items() for fact in _flatten(item, f"{path}.{name}".strip("."), depth + 1)]
    if isinstance(value, list):
        return [fact for at, item in enumerate(value) for fact in _flatten(item, f"{path}.{at}", depth + 1)]
    return [(path[:LONGEST_FACT], str(value)[:LONGEST_FACT])] if value is not None else []


def _decode_base64(text: str) -> bytes:
    """Base64 in either alphabet, with or without its padding."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except Base64Error as problem:
        raise Malformed(_("A part of a seal is not base64")) from problem
