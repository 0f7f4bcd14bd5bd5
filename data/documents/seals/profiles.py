"""What the features of a seal mean by the kind of paper, and where the printed zone differs from the sealed one.

- Kinds of paper are those of Doc 9303-13, 3 and BSI TR-03137-1, 5 to 10.
- A seal proves only the paper that it was made for: so its zone is compared with the printed one, field by field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data.certificates.malformed import Malformed
from data.documents.mrz.parse import parse_mrz
from data.documents.seals.seal import Seal, decode_c40
from data.documents.travel_document import Capture, MrzFormat, TravelDocument
from data.text import _

COMPARED_FIELDS = ("code", "issuer", "number", "name", "nationality", "birth", "sex", "expiry")
"""Those that every sealed zone holds whole. Optional data are not among them: visas seal the beginning of a line."""


@dataclass(frozen=True, slots=True)
class ZoneFeature:
    """A feature that repeats a zone, or the beginning of one."""

    tag: int
    format: MrzFormat
    widths: tuple[int, ...]
    """Of the zone's lines."""


@dataclass(frozen=True, slots=True)
class PaperProfile:
    """One kind of sealed paper."""

    title: str
    zones: tuple[ZoneFeature, ...] = ()
    facts: tuple[tuple[int, str, Callable[[bytes], str]], ...] = ()
    """Tag, what it is called, how it is read."""
    holder: int | None = None
    """Tag of the number of the passport that the paper belongs to."""


_TD2 = (ZoneFeature(2, MrzFormat.TD2, (36, 36)),)


def _entries(value: bytes) -> str:
    number = int.from_bytes(value, "big")
    return "any number of times" if number == 0 else str(number)


def _stay(value: bytes) -> str:
    """Days, months, years; all 255 says that the visa's validity is the limit, all 254 that it is told elsewhere."""
    if len(value) != 3:
        raise Malformed(_("A duration of stay does not have three parts"))
    if value == b"\xff\xff\xff":
        return "as long as the visa is valid"
    if value == b"\xfe\xfe\xfe":
        return "told elsewhere"
    named = ((value[0], "days"), (value[1], "months"), (value[2], "years"))
    return " ".join(f"{count} {unit}" for count, unit in named if count) or "none"


def _text(value: bytes) -> str:
    return decode_c40(value).strip()


def _utf8(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as problem:
        raise Malformed(_("A name in a seal is not text")) from problem


_STICKER = ((1, "document number", _text), (2, "municipality", _text))

PROFILES = {
    0x5D01: PaperProfile(
        "visa",
        (ZoneFeature(1, MrzFormat.MRV_A, (44, 44)), ZoneFeature(2, MrzFormat.MRV_B, (36, 36))),
        ((3, "entries", _entries), (4, "stay", _stay), (5, "passport", _text)),
        holder=5,
    ),
    0x5E03: PaperProfile("emergency travel document", _TD2),
    0xFD02: PaperProfile("arrival attestation", _TD2, ((3, "register number", _text),)),
    0xFB06: PaperProfile("residence permit", _TD2, ((3, "passport", _text),), holder=3),
    0xFA06: PaperProfile(
        "supplementary sheet", (ZoneFeature(4, MrzFormat.TD2, (36, 36)),), ((5, "sheet number", _text),)
    ),
    0xFC04: PaperProfile(
        "social insurance card",
        facts=((1, "insurance number", _text), (2, "surname", _utf8), (3, "given name", _utf8), (4, "born", _utf8)),
    ),
    0xF908: PaperProfile("address sticker", facts=(*_STICKER, (3, "address", _text)), holder=1),
    0xF90C: PaperProfile("address sticker of a residence permit", facts=(*_STICKER, (3, "address", _text)), holder=1),
    0xF80A: PaperProfile("residence sticker of a passport", facts=(*_STICKER, (3, "postal code", _text)), holder=1),
}
UNKNOWN_PAPER = PaperProfile("paper of a kind not known here")


def find_profile(seal: Seal) -> PaperProfile:
    """The profile of a seal; UNKNOWN_PAPER where this software has none."""
    return PROFILES.get(seal.header.profile, UNKNOWN_PAPER)


def read_zone(seal: Seal) -> tuple[ZoneFeature, str] | None:
    """The zone in a seal, lines joined by line feeds, or None where it has none.

    Visas seal the beginning of the second line only: the rest is filled up. Malformed for one that is longer.
    """
    for feature in find_profile(seal).zones:
        value = seal.feature(feature.tag)
        if value is not None:
            flat = decode_c40(value).replace(" ", "<")
            if len(flat) > sum(feature.widths) + 2:
                raise Malformed(_("A zone in a seal is longer than that of its document"))
            flat = flat.ljust(sum(feature.widths), "<")
            first = feature.widths[0]
            return feature, f"{flat[:first]}\n{flat[first : sum(feature.widths)]}"
    return None


def read_facts(seal: Seal) -> dict[str, str]:
    """What else the seal says, by name; Malformed for a feature that cannot be read."""
    return {
        name: read(value) for tag, name, read in find_profile(seal).facts if (value := seal.feature(tag)) is not None
    }


def read_holder_number(seal: Seal) -> str:
    """The number of the passport that the paper belongs to; empty where the seal does not say."""
    tag = find_profile(seal).holder
    value = seal.feature(tag) if tag is not None else None
    return decode_c40(value).strip() if value is not None else ""


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that is printed otherwise than sealed."""

    field: str
    printed: str
    sealed: str
    doubtful: bool
    """The printed one may be misread: its digit is wrong, or the reader was not sure."""


def read_sealed_document(zone: str, today: date) -> TravelDocument:
    """The document that a seal describes."""
    return parse_mrz(zone, capture=Capture.MACHINE, today=today)


def may_belong_to(feature: ZoneFeature, document: TravelDocument) -> bool:
    """Whether a seal with such a zone can be that of this document."""
    return document.format is feature.format


def find_differences(sealed: TravelDocument, printed: TravelDocument) -> tuple[FieldDifference, ...]:
    """The fields that differ, in the order of `COMPARED_FIELDS`; none where the seal is the printed document's."""
    texts = ((field, _field_text(printed, field), _field_text(sealed, field)) for field in COMPARED_FIELDS)
    return tuple(
        FieldDifference(field, ours, theirs, _is_doubtful(printed, field))
        for field, ours, theirs in texts
        if ours != theirs
    )


def _number(value: bytes) -> str:
    return str(int.from_bytes(value, "big"))


def _field_text(document: TravelDocument, field: str) -> str:
    value = getattr(document, field)
    return "" if value is None else str(value)


def _is_doubtful(document: TravelDocument, field: str) -> bool:
    digit = document.digit(field)
    return field in document.doubtful or (digit is not None and not digit.ok)
