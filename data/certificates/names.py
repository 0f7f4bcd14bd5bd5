"""Distinguished names: a state's two letters, a line for people, and a form to compare by.

Names never prove anything here (devices.md): they only say where to look first.
"""

import unicodedata

from asn1crypto import x509

from data.certificates.malformed import reading

_LINE_LIMIT = 160


def country_of(name: x509.Name) -> str:
    """The country of a name in capitals, as written (`DE`, `UN`, `KS`); empty when it has none."""
    with reading("A name"):
        for part in name.chosen:
            for pair in part:
                if pair["type"].dotted == "2.5.4.6":
                    return _printable(str(pair["value"].native)).upper()[:3]
    return ""


def line_of(name: x509.Name) -> str:
    """A name in one line, safe to show: `C=UT, O=Utopia, CN=CSCA`."""
    parts = []
    with reading("A name"):
        for part in name.chosen:
            for pair in part:
                label = _LABELS.get(pair["type"].dotted, pair["type"].dotted)
                parts.append(f"{label}={_printable(str(pair['value'].native))}")
    line = ", ".join(parts)
    return line if len(line) <= _LINE_LIMIT else line[: _LINE_LIMIT - 1] + "…"


def comparable(name: x509.Name) -> tuple[tuple[str, str], ...]:
    """A name to compare by: order, case, blanks and kinds of string do not matter (RFC 5280, 7.1, loosely)."""
    with reading("A name"):
        pairs = (
            (pair["type"].dotted, " ".join(str(pair["value"].native).casefold().split()))
            for part in name.chosen
            for pair in part
        )
        return tuple(sorted(pairs))


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text).strip()


_LABELS = {
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "1.2.840.113549.1.9.1": "email",
}
