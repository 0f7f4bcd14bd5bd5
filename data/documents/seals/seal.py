"""A visible digital seal from its bytes: header, features, signature (ICAO Doc 9303-13, part 2).

- Nothing here is believed because it was read: `appliance.checks.seal_signer` asks who signed it.
- Every length is checked against the bytes that are there; a seal must have a feature and a signature. What a reader
  sends around it (`data.documents.reader_frames`) is no part of it; any other data after the signature refuses it.
- Features whose tag the profile does not know are kept and told: they do not make a seal invalid (TR-03137-1, 3.2.3).
- Text is C40 (Doc 9303-13, 2.3; BSI TR-03137-1, annex B): three characters of A–Z, 0–9 and blank stand in two bytes.
  A blank is the filler of a zone.
"""

from dataclasses import dataclass, field
from datetime import date

from data.certificates.malformed import Malformed
from data.documents.reader_frames import is_frame, unframe_seal
from data.text import _

_CHARACTERS = dict(enumerate(" 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=3))
_SHIFT_1 = 0
_ONE_LEFT = 0xFE
"""A single last character stands as itself, plus one."""

MAGIC = 0xDC
LARGEST_BYTES = 2_048
MOST_FEATURES = 32
_VERSION_3, _VERSION_4 = 0x02, 0x03
"""How versions 3 and 4 are written. They differ in how long the reference to the certificate is."""
_SIGNATURE = 0xFF
_LONGEST_REFERENCE = 20
"""Digits of a certificate's serial number, in hexadecimal: at most 20 bytes are allowed, and no signer uses them."""


def decode_c40(data: bytes) -> str:
    """The text of `data`; Malformed if it is not text."""
    if len(data) % 2:
        raise Malformed(_("A text in a seal has an odd length"))
    pairs = [data[at : at + 2] for at in range(0, len(data), 2)]
    return "".join(_decode_pair(pair, last=number == len(pairs)) for number, pair in enumerate(pairs, start=1))


def decode_date(data: bytes) -> date | None:
    """A date of three bytes, MMDDYYYY as one number; None where it is not given (all zero)."""
    number = int.from_bytes(data, "big")
    if number == 0:
        return None
    try:
        return date(number % 10_000, number // 1_000_000, number // 10_000 % 100)
    except ValueError as problem:
        raise Malformed(_("A date in a seal is not a date")) from problem


@dataclass(frozen=True, slots=True)
class SealHeader:
    """Who sealed what, and when."""

    version: int
    """3 or 4."""
    issuer: str
    """State or organisation, as in a zone: `D`, `UTO`."""
    signer_state: str
    """Two letters, as in the signer's certificate."""
    signer: str
    """Two characters: the common name of the signer's certificate."""
    references: tuple[str, ...]
    """The serial number of the signer's certificate, in hexadecimal, as it may be meant."""
    issued: date | None
    signed: date | None
    profile: int
    """Feature definition and document type, as one number: 0x5D01 is a visa."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it was read."""

    header: SealHeader
    features: tuple[tuple[int, bytes], ...]
    """Tag and value, in their order."""
    covered: bytes = field(repr=False)
    """What the signature covers."""
    signature: bytes = field(repr=False)
    """The numbers r and s, one after the other."""

    def feature(self, tag: int) -> bytes | None:
        """The value of the first feature with this tag."""
        return next((value for feature_tag, value in self.features if feature_tag == tag), None)


def read_seal(data: bytes) -> Seal:
    """The seal in a code's bytes; Malformed, with the reason, if it is not a seal."""
    if len(data) > LARGEST_BYTES:
        raise Malformed(
            _(
                "A seal has {count} bytes; at most {largest_bytes} are allowed",
                count=len(data),
                largest_bytes=LARGEST_BYTES,
            )
        )
    data = unframe_seal(data)
    reader = _Reader(data)
    header = _read_header(reader)
    features: list[tuple[int, bytes]] = []
    while True:
        covered = data[: reader.at]
        tag, value = reader.take_feature()
        if tag == _SIGNATURE:
            break
        if len(features) >= MOST_FEATURES:
            raise Malformed(_("A seal holds more than {most_features} features", most_features=MOST_FEATURES))
        features.append((tag, value))
    if not features:
        raise Malformed(_("A seal has no features"))
    if not value or len(value) % 2:
        raise Malformed(_("A seal's signature is not two numbers of equal length"))
    if not is_frame(data[reader.at :]):
        raise Malformed(_("There is data after a seal's signature"))
    return Seal(header, tuple(features), covered, value)


def _decode_pair(pair: bytes, *, last: bool) -> str:
    if last and pair[0] == _ONE_LEFT:
        character = chr(pair[1] - 1) if pair[1] else ""
        if character not in _CHARACTERS.values():
            raise Malformed(_("A text in a seal has a character that is not allowed in a zone"))
        return character
    number = int.from_bytes(pair, "big") - 1
    values = (number // 1600, number // 40 % 40, number % 40)
    used = values[:2] if last and values[2] == _SHIFT_1 else values
    if number < 0 or any(value not in _CHARACTERS for value in used):
        raise Malformed(_("A text in a seal has a character that is not allowed in a zone"))
    return "".join(_CHARACTERS[value] for value in used)


def _read_header(reader: "_Reader") -> SealHeader:
    if reader.take(1)[0] != MAGIC:
        raise Malformed(_("This is not a seal: it does not begin with DC"))
    version = {_VERSION_3: 3, _VERSION_4: 4}.get(reader.take(1)[0])
    if version is None:
        raise Malformed(_("Waypost does not know the version of this seal"))
    issuer = decode_c40(reader.take(2)).strip()
    state, signer, references = _read_signer(reader, version)
    issued, signed = decode_date(reader.take(3)), decode_date(reader.take(3))
    profile = int.from_bytes(reader.take(2), "big")
    return SealHeader(version, issuer, state, signer, references, issued, signed, profile)


def _read_signer(reader: "_Reader", version: int) -> tuple[str, str, tuple[str, ...]]:
    """State, name and certificate of the signer. Version 4 states how long the reference is."""
    start = decode_c40(reader.take(4))
    rest = start[4:].strip()
    if version == 3:
        references: tuple[str, ...] = (rest + decode_c40(reader.take(2)).strip(),)
    else:
        length = _parse_hexadecimal(rest)
        if not 0 < length <= _LONGEST_REFERENCE:
            raise Malformed(_("A seal's reference to its certificate has an impossible length"))
        reference = decode_c40(reader.take((length + 2) // 3 * 2)).strip()
        # German arrival attestations write version 4 over a reference of version 3: five digits without a length.
        references = (reference, rest + reference) if len(reference) == 3 else (reference,)
    for reference in references:
        _parse_hexadecimal(reference)
    return start[:2].strip(), start[2:4].strip(), references


def _parse_hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError as problem:
        raise Malformed(_("A seal's reference to its certificate is not a number")) from problem


class _Reader:
    """Takes bytes from the front; Malformed where there are too few."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        part = self._data[self.at : self.at + count]
        if len(part) < count:
            raise Malformed(_("A seal ends too early"))
        self.at += count
        return part

    def take_feature(self) -> tuple[int, bytes]:
        """One tag with its value. A length of 128 and more stands in one or two bytes of its own (DER)."""
        tag, length = self.take(1)[0], self.take(1)[0]
        if length in (0x81, 0x82):
            length = int.from_bytes(self.take(length - 0x80), "big")
        elif length >= 0x80 and tag != _SIGNATURE:
            raise Malformed(_("A length in a seal is impossibly large"))
        return tag, self.take(length)
