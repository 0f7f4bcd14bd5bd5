"""Is the document valid on its face: type, dates, and a number that its state could have issued.

- Only what is printed counts here; visa entitlement and overstay are outside what a kit can say (domain.md).
- A number of a specimen, a placeholder, or one of another form than the state's is something to look at (domain.md:
  "CHECK something the officer can settle by looking"), never a hit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from appliance.checks.observation import Observation, worst_finding
from data.documents.number import Oddity, find_oddities
from data.documents.travel_document import TravelDocument
from data.persons.person import PartialDate
from data.screenings import Finding, Screening, State

_ODDITY_SENTENCES = {
    Oddity.SPECIMEN_NUMBER: "The document number is known from specimens: look at the page",
    Oddity.PLACEHOLDER_NUMBER: "The document number is one that nobody is given: look at the page",
    Oddity.FOREIGN_NUMBER: "Passports of this state have numbers of another form: compare with the page",
}


class NumberCheck:
    """The number of every document that was presented. Specimens are expected in development and training."""

    name = "number"
    mandatory = False

    def __init__(self, profile: Literal["development", "production"] = "production") -> None:
        self._expected = frozenset({Oddity.SPECIMEN_NUMBER} if profile == "development" else ())

    def run(self, screening: Screening) -> Finding:
        """PASS `number_usual`; NOTICE `specimen_number`, `placeholder_number`, `foreign_number`."""
        seen = [one for document in screening.documents for one in self._look(document)]
        nothing = Observation(State.NOT_APPLICABLE, "no_document", "No document was presented")
        return replace(worst_finding(self.name, seen, nothing), mandatory=self.mandatory)

    def _look(self, document: TravelDocument) -> Iterator[Observation]:
        if not document.number:
            yield Observation(State.NOT_APPLICABLE, "no_number", "There is no document number to look at")
            return
        for oddity in find_oddities(document):
            if oddity not in self._expected:
                yield Observation(State.NOTICE, oddity.value, _ODDITY_SENTENCES[oddity])
        yield Observation(State.PASS, "number_usual", "Nothing is odd about the document number")


LONGEST_VALIDITY_Y = 15
"""No state issues a machine-readable travel document for longer; ten years is usual (Doc 9303-4)."""


class ValidityCheck:
    """Dates and type of every document that was presented."""

    name = "validity"
    mandatory = True

    def run(self, screening: Screening) -> Finding:
        """PASS `valid`; NOTICE `expired`, `expiry_unreadable`, `expiry_implausible`, `birth_in_future`, `only_visa`."""
        today = screening.at.date()
        seen = [one for document in screening.documents for one in _look_at_dates(document, today)]
        seen += _look_at_types(screening.documents)
        nothing = Observation(State.NOT_APPLICABLE, "no_document", "No document was presented")
        return worst_finding(self.name, seen, nothing)


def _look_at_dates(document: TravelDocument, today: date) -> Iterator[Observation]:
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


def _look_at_types(documents: Sequence[TravelDocument]) -> Iterator[Observation]:
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
