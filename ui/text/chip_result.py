"""What a chip said and how it was judged, in lines for the officer.

- What a chip says is hostile text.
- It imports everything that reads chips, so headless commands import it only where a chip was read.
"""

from collections.abc import Iterator, Sequence

from appliance.answer.wording import FIELD_NAMES
from appliance.checks.chip_check import TRUST_AGES_FACT
from appliance.checks.nothing_to_ask import CHIP_CHECK
from data.screenings import Finding
from data.text import Message, _, in_context, join, plural
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck
from devices.chip.lds.picture import Picture, PictureType
from devices.chip.reading import ChipReading, PrintAgreement, PrintComparison
from ui.text.sanitize import safe

LINE = 400
"""Characters of one line; code that shows a line passes it through `safe` with this limit."""
_SENTENCE = 300
_VALUE = 60
_SYMBOLS = {AuthenticityAnswer.PASS: "✓", AuthenticityAnswer.FAIL: "■", AuthenticityAnswer.NOT_DONE: "?"}
_STEPS = {
    "structure": in_context("check of a chip", "signed object"),
    "digests": in_context("check of a chip", "contents"),
    "signature": in_context("check of a chip", "signature"),
    "state": in_context("check of a chip", "state"),
    "validity": in_context("check of a chip", "signer valid"),
    "chain": in_context("check of a chip", "chain"),
    "revocation": in_context("check of a chip", "revocation"),
    "complete": in_context("check of a chip", "all read"),
    "offers": in_context("check of a chip", "offers"),
    "mapping": in_context("check of a chip", "proof (PACE-CAM)"),
    "active": in_context("check of a chip", "proof (active)"),
    "chip": in_context("check of a chip", "proof (chip)"),
}
_PICTURES = {PictureType.JPEG: "JPEG", PictureType.JPEG_2000: "JPEG 2000", PictureType.PNG: "PNG"}


def vouching_line(findings: Sequence[Finding]) -> Message | None:
    """How old the lists are that the chip was checked against; None where no chip was read."""
    ages = next(
        (finding.evidence.facts.get(TRUST_AGES_FACT, "") for finding in findings if finding.check == CHIP_CHECK), ""
    )
    return _("Checked against: {lists}", lists=safe(ages, _SENTENCE)) if ages else None


def chip_lines(reading: ChipReading) -> Iterator[Message]:
    """How it was opened, each check with its reason, what was not read or not understood, the picture."""
    yield _("opened by {protocol}", protocol=safe(reading.access.protocol, _SENTENCE))
    for downgrade in reading.access.downgrades:
        yield _("! weaker than the chip offers: {reason}", reason=safe(downgrade, _SENTENCE))
    yield from map(_check_line, reading.checks)
    for name, why in reading.unread.items():
        yield _("? {file}: {reason}", file=safe(name, _VALUE), reason=safe(why, _SENTENCE))
    for name, why in reading.unclear.items():
        yield _("? {file} was read, but not all of it is understood: {reason}", file=name, reason=safe(why, _SENTENCE))
    yield picture_line(reading)


def comparison_lines(reading: ChipReading) -> Iterator[Message]:
    """Chip against print: a line with both values for each field that differs, then the names of the others."""
    for field in reading.comparison:
        if field.agreement is PrintAgreement.DIFFERS:
            chip = safe(field.chip, _VALUE) or _NOTHING
            printed = safe(field.printed, _VALUE) or _NOTHING
            yield _("# differs: {field}: chip {chip}, print {printed}", field=_name(field), chip=chip, printed=printed)
    if fields := _names(reading, PrintAgreement.SAME):
        yield _("= same: {fields}", fields=fields)
    if fields := _names(reading, PrintAgreement.NOT_COMPARED):
        yield _("? not compared: {fields}", fields=fields)


_NOTHING = in_context("value of a field", "nothing")


def portrait(reading: ChipReading) -> Picture | None:
    """The holder's picture; None where there is none that could be read."""
    faces = reading.contents.dg2.faces if reading.contents.dg2 else ()
    return faces[0].picture if faces else None


def picture_line(reading: ChipReading) -> Message:
    """Whether there is a picture, and where it is kept."""
    picture = portrait(reading)
    if picture is None:
        return _("? no picture on the chip could be read")
    count = len(picture.content)
    size = plural("{size} byte", "{size} bytes", count, size=f"{count:,}")
    if format := _PICTURES.get(picture.type):
        return _("✓ picture ({format}, {size}), kept in memory only, for the face check", format=format, size=size)
    return _("✓ picture (unknown format, {size}), kept in memory only, for the face check", size=size)


def _check_line(check: AuthenticityCheck) -> Message:
    return _(
        "{symbol} {check}: {result}",
        symbol=_SYMBOLS[check.answer],
        check=_STEPS.get(check.name, check.name),
        result=safe(check.says, _SENTENCE).rstrip("."),
    )


def _names(reading: ChipReading, agreement: PrintAgreement) -> Message | None:
    names = [_name(field) for field in reading.comparison if field.agreement is agreement]
    return join(names, ", ") if names else None


def _name(field: PrintComparison) -> str:
    return FIELD_NAMES.get(field.name, field.name)
