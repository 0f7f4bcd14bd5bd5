"""What a chip said and how it was judged, in lines for the officer.

- What a chip says is hostile text.
- It imports all that reads chips, so headless commands import it only where a chip was read.
"""

from collections.abc import Iterator, Sequence

from appliance.answer.wording import FIELD_NAMES
from appliance.checks.chip_check import TRUST_AGES_FACT
from appliance.checks.nothing_to_ask import CHIP_CHECK
from data.screenings import Finding
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck
from devices.chip.lds.picture import Picture, PictureType
from devices.chip.reading import ChipReading, PrintAgreement, PrintComparison
from ui.text.sanitize import safe

SENTENCE = 300
VALUE = 60
_MARKS = {AuthenticityAnswer.PASS: "✓", AuthenticityAnswer.FAIL: "■", AuthenticityAnswer.NOT_DONE: "?"}
_STEPS = {
    "structure": "signed object",
    "digests": "contents",
    "signature": "signature",
    "state": "state",
    "validity": "signer valid",
    "chain": "chain",
    "revocation": "revocation",
    "complete": "all read",
    "offers": "offers",
    "mapping": "proof (PACE-CAM)",
    "active": "proof (active)",
    "chip": "proof (chip)",
}
_LIKENESS = {
    PrintAgreement.SAME: "= same",
    PrintAgreement.NOT_COMPARED: "? not compared",
}
_PICTURES = {PictureType.JPEG: "JPEG", PictureType.JPEG_2000: "JPEG 2000", PictureType.PNG: "PNG"}


def vouching_line(findings: Sequence[Finding]) -> str:
    """How old the lists are that vouched for the chip; empty where none was read."""
    ages = next(
        (finding.evidence.facts.get(TRUST_AGES_FACT, "") for finding in findings if finding.check == CHIP_CHECK), ""
    )
    return f"vouched for by {safe(ages, SENTENCE)}" if ages else ""


def chip_lines(reading: ChipReading) -> Iterator[str]:
    """How it was opened, each check with its reason, what was not read, the picture."""
    yield f"opened by {safe(reading.access.protocol, SENTENCE)}"
    for downgrade in reading.access.downgrades:
        yield f"! weaker than offered: {safe(downgrade, SENTENCE)}"
    yield from map(_check, reading.checks)
    for name, why in reading.unread.items():
        yield f"? {safe(name, VALUE)}: {safe(why, SENTENCE)}"
    yield picture_line(reading)


def comparison_lines(reading: ChipReading) -> Iterator[str]:
    """Chip against print: a line with both values for each field that differs, then the names of the others."""
    for field in reading.comparison:
        if field.agreement is PrintAgreement.DIFFERS:
            yield f"# differs: {_name(field)}: {_values(field)}"
    for likeness, words in _LIKENESS.items():
        if names := [_name(field) for field in reading.comparison if field.agreement is likeness]:
            yield f"{words}: {', '.join(names)}"


def portrait(reading: ChipReading) -> Picture | None:
    """The holder's picture; None where there is none that could be read."""
    faces = reading.contents.dg2.faces if reading.contents.dg2 else ()
    return faces[0].picture if faces else None


def picture_line(reading: ChipReading) -> str:
    """Whether there is a picture, and what becomes of it."""
    picture = portrait(reading)
    if picture is None:
        return "? no picture on the chip could be read"
    kind = _PICTURES.get(picture.type, "of an unknown kind")
    return f"✓ picture ({kind}, {len(picture.content):,} bytes) kept for the face check, in memory only"


def _check(check: AuthenticityCheck) -> str:
    return f"{_MARKS[check.answer]} {_STEPS.get(check.name, check.name)}: {safe(check.says.rstrip('.'), SENTENCE)}"


def _name(field: PrintComparison) -> str:
    return FIELD_NAMES.get(field.name, field.name)


def _values(field: PrintComparison) -> str:
    return f"chip {safe(field.chip, VALUE) or 'nothing'}, print {safe(field.printed, VALUE) or 'nothing'}"
