"""Is the document valid on its face: not expired, dates plausible, and a travel document at all.

Only what is printed counts here; visa entitlement and overstay are outside what a kit can say (domain.md).
"""

from collections.abc import Iterator, Sequence
from datetime import date

from appliance.checks.observation import Observation, finding
from data.documents.travel_document import TravelDocument
from data.findings import Finding, State
from data.persons.partial_date import PartialDate
from data.screenings import Screening

LONGEST_VALIDITY_Y = 15
"""No state issues a machine-readable travel document for longer; ten years is usual (Doc 9303-4)."""


class ValidityCheck:
    """Dates and type of every document that was presented."""

    name = "validity"
    mandatory = True

    def run(self, screening: Screening) -> Finding:
        """PASS `valid`; NOTICE `expired`, `expiry_unreadable`, `expiry_implausible`, `birth_in_future`, `only_visa`."""
        today = screening.at.date()
        seen = [one for document in screening.documents for one in _look(document, today)]
        seen += _types(screening.documents)
        nothing = Observation(State.NOT_APPLICABLE, "no_document", "No document was presented")
        return finding(self.name, seen, nothing)


def _look(document: TravelDocument, today: date) -> Iterator[Observation]:
    if document.birth and _first_day(document.birth) > today:
        yield Observation(
            State.NOTICE, "birth_in_future", "The date of birth lies ahead: compare with the printed page"
        )
    expiry = document.expiry
    if expiry is None or expiry.year is None:
        if document.digit("expiry"):
            yield Observation(State.NOTICE, "expiry_unreadable", "The date of expiry was not read: look at the page")
        else:
            yield Observation(State.NOT_APPLICABLE, "no_expiry", "This document gives no date of expiry")
    elif _last_day(expiry) < today:
        yield Observation(State.NOTICE, "expired", f"The document expired on {expiry}")
    elif _first_day(expiry).year > today.year + LONGEST_VALIDITY_Y:
        yield Observation(State.NOTICE, "expiry_implausible", f"The document says it is valid until {expiry}: look")
    else:
        yield Observation(State.PASS, "valid", f"Valid until {expiry}")


def _types(documents: Sequence[TravelDocument]) -> Iterator[Observation]:
    if documents and all(document.code.startswith("V") for document in documents):
        yield Observation(
            State.NOTICE, "only_visa", "A visa is no travel document by itself: scan the passport as well"
        )


def _first_day(day: PartialDate) -> date:
    return date(day.year or date.min.year, day.month or 1, day.day or 1)


def _last_day(day: PartialDate) -> date:
    """The last day a partial date may mean: an unknown day never makes a document expired."""
    if day.whole:
        return day.whole
    year = day.until or day.year or date.max.year
    following = (year + 1, 1) if day.month in (None, 12) else (year, (day.month or 0) + 1)
    return date.fromordinal(date(*following, 1).toordinal() - 1)
