"""Is what the machine read consistent: check digits, characters, state codes, dates, format (Doc 9303-3).

- A wrong digit is something to look at, not a hit; text that is no MRZ at all gives no answer.
- What a misread field most likely says, and which other numbers a document may have, is shown next to what was read and
  changes no judgement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from appliance.checks.observation import Observation, worst_finding
from data.documents.code_tables import is_specimen_country
from data.documents.travel_document import Capture, MrzProblem, TravelDocument
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
        seen = [one for document in screening.documents for one in _look_at_zone(document)]
        if self._profile == "production":
            seen += [_SPECIMEN for document in screening.documents if is_specimen_country(document.issuer)]
        nothing = Observation(State.NOT_APPLICABLE, "no_document", "No document was presented")
        found = worst_finding(self.name, seen, nothing)
        return replace(
            found,
            evidence=replace(found.evidence, facts=found.evidence.facts | _repairs_and_candidates(screening.documents)),
        )


def _repairs_and_candidates(documents: Sequence[TravelDocument]) -> dict[str, str]:
    """Repairs, and candidates for a number whose digit is wrong: for the officer to compare with the page."""
    repairs = [f"{one.field} {one.read} means {one.means}" for document in documents for one in document.repairs]
    wrong = [document for document in documents if (digit := document.digit("number")) and not digit.ok]
    candidates = [number for document in wrong for number in document.candidates]
    told = {"misread": "; ".join(repairs), "number_may_be": " ".join(candidates[:MOST_CANDIDATE_NUMBERS])}
    return {name: text for name, text in told.items() if text}


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
