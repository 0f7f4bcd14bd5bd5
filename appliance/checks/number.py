"""Is the document number one that the state could have issued: not a specimen's, not a placeholder, of its form.

An oddity is something to look at (domain.md: "CHECK something the officer can settle by looking"), never a hit.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from appliance.checks.observation import Observation, finding
from data.documents.oddities import Oddity, oddities
from data.documents.travel_document import TravelDocument
from data.findings import Finding, State
from data.screenings import Screening

_SAYS = {
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
        return replace(finding(self.name, seen, nothing), mandatory=self.mandatory)

    def _look(self, document: TravelDocument) -> Iterator[Observation]:
        if not document.number:
            yield Observation(State.NOT_APPLICABLE, "no_number", "There is no document number to look at")
            return
        for oddity in oddities(document):
            if oddity not in self._expected:
                yield Observation(State.NOTICE, oddity.value, _SAYS[oddity])
        yield Observation(State.PASS, "number_usual", "Nothing is odd about the document number")
