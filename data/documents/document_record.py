"""One record of a stolen-document list (SLTD), and the 64 bits that a sealed list keeps of it.

- A record stands as the issuing country reports it. Identity: cleaned number + issuing country + document type. SLTD
  holds no personal data (docs/screening.md, "Records of documents").
- The facts, from the lowest bit: expiry 15, review date 15, theft date 15, country of theft 9, type 7, fraud 3
  (`FACTS_LAYOUT`). 0 is "not given" in every field.
- A date is days since its field's epoch, 1 upwards; 1 stands for every earlier day and 32767 for every later one, and
  they unpack as `date.min` and `date.max`, so nothing passes for a date it is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.documents.code_tables import country_at, country_index, type_at, type_index
from data.json_codec import Day
from data.text import THE_VALUE, _

_LAST = (1 << 15) - 1

FACTS_LAYOUT = {
    "expiry": (0, 15),
    "review": (15, 15),
    "theft": (30, 15),
    "country": (45, 9),
    "type": (54, 7),
    "fraud": (61, 3),
}
"""Lowest bit and width of each field."""

FACTS_EPOCHS = {"expiry": date(1975, 1, 1), "review": date(1990, 1, 1), "theft": date(1960, 1, 1)}
"""Where each field counts from: expiry can tell days to 2064, review to 2079, theft to 2049."""


class Fraud(StrEnum):
    """Why a document is on the list. Never updated: a record is deleted and created again."""

    STOLEN = "stolen"
    LOST = "lost"
    STOLEN_BLANK = "stolen_blank"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A stolen, lost or revoked document, or a range of stolen blanks."""

    number: str
    """Cleaned: [A-Z0-9], 5 to 25 characters."""
    country: str
    """Canonical three-letter code of the issuing country."""
    type: str
    """Type code: PAS, DIP, IDC, VSA … (`data.documents.code_tables`)."""
    fraud: Fraud
    theft_date: Day | None = None
    theft_country: str = ""
    """Mandatory except for stolen blanks."""
    issued: Day | None = None
    expires: Day | None = None
    review: Day | None = None
    batch: str = ""
    reference: str = ""
    note: str = ""
    number_to: str = ""
    """Last number of a range of stolen blanks that begins with `number`; empty for a single document."""

    @property
    def record(self) -> str:
        """Identity of the record within its list."""
        return "-".join(filter(None, (self.country, self.type, self.number, self.number_to)))


_FRAUDS: tuple[Fraud, ...] = (Fraud.STOLEN, Fraud.LOST, Fraud.STOLEN_BLANK, Fraud.REVOKED)
_SERIOUS: tuple[Fraud, ...] = (Fraud.LOST, Fraud.REVOKED, Fraud.STOLEN, Fraud.STOLEN_BLANK)
"""From least to most serious."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The facts of one listed document. Dates may be `date.min` or `date.max`: earlier or later than can be held."""

    fraud: Fraud
    type: str = ""
    """Type code; empty where this software's table does not have it."""
    theft_date: date | None = None
    theft_country: str = ""
    review: date | None = None
    expires: date | None = None

    def is_past_review(self, today: date) -> bool:
        """Whether the record is past its review date; one without a review date never is."""
        return self.review is not None and self.review < today

    @property
    def weight(self) -> tuple[date, int]:
        """Ranks records of one document: first how long it stays listed, then how serious the fraud is."""
        return self.review or date.max, _SERIOUS.index(self.fraud)


def pack_facts(record: DocumentRecord) -> int:
    """The facts of a record as an unsigned 64-bit integer; a country or type not in the tables counts as not given."""
    return _join(
        expiry=_days(record.expires, "expiry"),
        review=_days(record.review, "review"),
        theft=_days(record.theft_date, "theft"),
        country=country_index(record.theft_country),
        type=type_index(record.type),
        fraud=_FRAUDS.index(record.fraud) + 1,
    )


def unpack_facts(facts: int) -> DocumentFacts:
    """The facts in a `pack`ed integer, signed or unsigned; ValueError for one without a fraud type."""
    value = {name: facts >> low & (1 << width) - 1 for name, (low, width) in FACTS_LAYOUT.items()}
    if not 1 <= value["fraud"] <= len(_FRAUDS):
        raise ValueError(_("{field} must have a known kind of fraud", field=THE_VALUE))
    return DocumentFacts(
        fraud=_FRAUDS[value["fraud"] - 1],
        type=_code_or_none(type_at, value["type"]),
        theft_date=_day(value["theft"], "theft"),
        theft_country=_code_or_none(country_at, value["country"]),
        review=_day(value["review"], "review"),
        expires=_day(value["expiry"], "expiry"),
    )


def facts_to_bytes(facts: int) -> bytes:
    """Packed facts as a row's body: 8 bytes, big endian, whose bits a database reads as a signed integer."""
    return (facts & (1 << 64) - 1).to_bytes(8, "big")


def day_text(day: date | None, field: str) -> str:
    """A date for the screen: ISO 8601, `before 1990-01-02` or `after 2079-09-17`, empty for none."""
    if day == date.min:
        return f"before {FACTS_EPOCHS[field] + timedelta(2)}"
    if day == date.max:
        return f"after {FACTS_EPOCHS[field] + timedelta(_LAST - 1)}"
    return str(day or "")


def _join(**values: int) -> int:
    return sum(value << FACTS_LAYOUT[name][0] for name, value in values.items())


def _days(day: date | None, field: str) -> int:
    return 0 if day is None else min(max((day - FACTS_EPOCHS[field]).days, 1), _LAST)


def _day(days: int, field: str) -> date | None:
    outside = {0: None, 1: date.min, _LAST: date.max}
    return outside[days] if days in outside else FACTS_EPOCHS[field] + timedelta(days)


def _code_or_none(code_of: Callable[[int], str], index: int) -> str:
    """The code at `index`; empty for one that a newer table gave."""
    try:
        return code_of(index)
    except IndexError:
        return ""
