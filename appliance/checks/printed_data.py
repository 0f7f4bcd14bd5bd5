"""What is printed on a document, by itself: is its zone consistent, its number one of its state's, is it valid today.

- The zone (Doc 9303-3): check digits, characters, state codes, dates, format. A wrong digit is something to look at,
  not a hit; text that is no MRZ at all gives no answer. What a misread field most likely says, and which other numbers
  a document may have, is shown next to what was read and changes no judgement.
- The number: that of a specimen, a placeholder, or one of another form than the state's is something to look at
  (docs/screening.md, "Verdicts"), never a hit.
- Type and dates: only what is printed counts; visa entitlement and overstay are outside what a kit can say
  (docs/screening.md, "What Waypost does not check").
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from appliance.verdict import Observation, worst_finding
from data.documents.code_tables import is_specimen_country
from data.documents.number import Oddity, find_oddities
from data.documents.travel_document import Capture, MrzProblem, TravelDocument
from data.persons.person import PartialDate
from data.screenings import Finding, Screening, State

_PROBLEMS = {
    MrzProblem.UNKNOWN_STATE: "The issuing state is not one that issues documents",
    MrzProblem.UNKNOWN_NATIONALITY: "The nationality is not a known code",
    MrzProblem.ILLEGAL_CHARACTERS: "There are characters that no machine-readable zone has",
    MrzProblem.IMPOSSIBLE_BIRTH: "The date of birth cannot be",
    MrzProblem.IMPOSSIBLE_EXPIRY: "The date of expiry cannot be",
    MrzProblem.UNKNOWN_SEX: "The sex is none of M, F and <",
    MrzProblem.NO_NAME: "There is no name",
    MrzProblem.NO_NUMBER: "There is no document number",
    MrzProblem.UNUSUAL_CODE: "The document code is unusual for this format",
}
MOST_CANDIDATE_NUMBERS = 6
"""Candidates for a number that are worth an officer's look."""
_SPECIMEN = Observation(State.NOTICE, "specimen", "This is a specimen, not a travel document")
_FIELDS = {
    "number": "document number",
    "birth": "date of birth",
    "expiry": "date of expiry",
    "optional": "optional data",
    "composite": "whole zone",
    "issuer": "issuing state",
    "nationality": "nationality",
    "name": "name",
    "sex": "sex",
}


class MrzCheck:
    """Consistency of every machine-readable zone that was presented. A specimen is looked at in production."""

    name = "mrz"
    mandatory = True

    def __init__(self, profile: Literal["development", "production"] = "production") -> None:
        self._profile = profile

    def run(self, screening: Screening) -> Finding:
        """PASS `digits_right`; NOTICE `digit_wrong`, `doubtful`, `specimen` or the problem's; NOT_DONE `not_an_mrz`."""
        observations = [observation for document in screening.documents for observation in _look_at_zone(document)]
        if self._profile == "production":
            observations += [_SPECIMEN for document in screening.documents if is_specimen_country(document.issuer)]
        nothing = Observation(State.NOT_APPLICABLE, "no_document", "No document was presented")
        finding = worst_finding(self.name, observations, nothing)
        facts = finding.evidence.facts | _repairs_and_candidates(screening.documents)
        return replace(finding, evidence=replace(finding.evidence, facts=facts))


def _repairs_and_candidates(documents: Sequence[TravelDocument]) -> dict[str, str]:
    """Repairs, and candidates for a number whose digit is wrong: for the officer to compare with the page."""
    repairs = [repair for document in documents for repair in document.repairs]
    wrong = [document for document in documents if (digit := document.digit("number")) and not digit.ok]
    candidates = [number for document in wrong for number in document.candidates]
    misread = "; ".join(f"{repair.field} {repair.read} means {repair.means}" for repair in repairs)
    facts = {"misread": misread, "number_may_be": " ".join(candidates[:MOST_CANDIDATE_NUMBERS])}
    return {name: text for name, text in facts.items() if text}


def _look_at_zone(document: TravelDocument) -> Iterator[Observation]:
    if not document.raw and document.capture is Capture.TYPED:
        yield Observation(State.NOT_APPLICABLE, "typed", "Typed, so there is no machine-readable zone to check")
        return
    if document.format is None:
        yield Observation(State.NOT_DONE, "not_an_mrz", "What was read is not a machine-readable zone: scan again")
        return
    for digit in document.digits:
        if not digit.ok:
            field = _FIELDS.get(digit.field, digit.field)
            says = f"The check digit of the {field} is {digit.found}, it should be {digit.expected}: scan again"
            yield Observation(State.NOTICE, "digit_wrong", says)
    for problem in document.problems:
        yield Observation(State.NOTICE, problem.value, f"{_PROBLEMS[problem]}: compare with the printed page")
    if document.doubtful:
        fields = ", ".join(_FIELDS[field] for field in document.doubtful)
        yield Observation(State.NOTICE, "doubtful", f"The reader was not sure of the {fields}: compare with the page")
    yield Observation(State.PASS, "digits_right", f"{document.format}, every check digit is right")


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
        observations = [
            observation for document in screening.documents for observation in self._look_at_number(document)
        ]
        nothing = Observation(State.NOT_APPLICABLE, "no_document", "No document was presented")
        return replace(worst_finding(self.name, observations, nothing), mandatory=self.mandatory)

    def _look_at_number(self, document: TravelDocument) -> Iterator[Observation]:
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
        observations = [
            observation for document in screening.documents for observation in _look_at_dates(document, today)
        ]
        observations += _look_at_types(screening.documents)
        nothing = Observation(State.NOT_APPLICABLE, "no_document", "No document was presented")
        return worst_finding(self.name, observations, nothing)


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
