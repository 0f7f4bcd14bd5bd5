r"""From whatever a reader, a keyboard or a file delivers to the lines of an MRZ.

Lenient in form: lower case, blanks, CRLF, a written-out `\n`, `|` or `;` between lines, lines run together, controls
that readers frame a reading with, characters no eye sees (bidirectional marks, zero widths), and the look-alikes of the
filler that keyboards and web pages make. Letters and digits are never changed for others. A lone surrogate, which no
file or journal can hold, becomes U+FFFD: an illegal character, never a missing one.
"""

import re

from data.errors import InputError

MAX_TEXT = 2000
"""Characters; no MRZ with all its blanks and separators is nearly as long."""

_JOINED = {90: 30, 72: 36, 88: 44}
"""Length of all lines together: length of one."""

# Capitals, since it splits what `_FORM` has made of the text.
_SEPARATORS = re.compile(r"\\[RN]|[|;\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_FORM = {ord(low): low.upper() for low in "abcdefghijklmnopqrstuvwxyz"} | {
    ord("‹"): "<",
    ord("＜"): "<",
    ord("〈"): "<",
    ord("«"): "<<",
}
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def mrz_lines(text: str) -> list[str]:
    """The lines, in capitals and without blanks, empty ones left out; one long line is cut where its length tells."""
    if len(text) > MAX_TEXT:
        raise no_mrz(f"{len(text)} characters")
    seen = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", text))
    parts = _SEPARATORS.split(seen.replace("&lt;", "<").translate(_FORM))
    lines = [line for line in ("".join(part.split()) for part in parts) if line]
    if len(lines) == 1 and len(lines[0]) in _JOINED:
        width = _JOINED[len(lines[0])]
        return [lines[0][start : start + width] for start in range(0, len(lines[0]), width)]
    return lines


def describe(lines: list[str]) -> str:
    """What was seen, without showing any of it: `2 lines of 44 and 43 characters`."""
    if not lines:
        return "nothing"
    if len(lines) > 4:
        return f"{len(lines)} lines"
    lengths = [str(len(line)) for line in lines]
    counted = " and ".join([", ".join(lengths[:-1]), lengths[-1]]) if len(lengths) > 1 else lengths[0]
    return f"{len(lines)} line{'s' if len(lines) > 1 else ''} of {counted} characters"


def no_mrz(seen: str) -> InputError:
    """The error for a text that is no MRZ at all."""
    return InputError(
        f"This is no MRZ: {seen}",
        means="Nothing was read from the document.",
        do="Scan it again or type it as printed: 3 lines of 30, or 2 lines of 36 or 44 characters",
    )
