"""Why a text is refused as a machine-readable zone, without showing any of it."""

from data.errors import InputError
from data.text import Message, _, plural


def describe_lines(lines: list[str]) -> Message:
    """What was read, without showing any of it: `2 lines of 44 and 43 characters`."""
    if not lines:
        return _("nothing")
    if len(lines) > 4:
        return _("{count} lines", count=len(lines))
    lengths = [str(len(line)) for line in lines]
    if len(lengths) == 1:
        return plural("1 line of {count} character", "1 line of {count} characters", len(lines[0]))
    return _(
        "{count} lines of {lengths} and {last} characters",
        count=len(lengths),
        lengths=", ".join(lengths[:-1]),
        last=lengths[-1],
    )


def no_mrz(description: Message) -> InputError:
    """The error for a text that is no MRZ at all."""
    return InputError(
        _("This is not a machine-readable zone: {description}", description=description),
        means=_("Nothing was read from the document."),
        do=_("Scan it again or type it as printed: 3 lines of 30, or 2 lines of 36 or 44 characters"),
    )


def several_zones() -> InputError:
    """The error for a text in which more than one zone may be meant."""
    return InputError(
        _("This text has lines of more than one machine-readable zone"),
        means=_("Nothing was read from any of them."),
        do=_("Present one document at a time"),
    )


def unclear_order() -> InputError:
    """The error for lines that seem to be out of order, where it is not certain which order is meant."""
    return InputError(
        _("The lines of the machine-readable zone seem to be out of order"),
        means=_("Nothing was read from the document."),
        do=_("Scan it again, or type the lines in the order in which they are printed"),
    )
