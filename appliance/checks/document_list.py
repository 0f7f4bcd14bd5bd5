"""Is one of the traveller's documents on a document list: exact, in a range of blanks, near, or elsewhere.

A document whose number was not read is NOT_DONE, never "nothing found". A listed number whose own
country is not known cannot be told from the listed document: the officer looks.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from appliance.checks.document_search import find_in
from appliance.checks.list_state import damaged, edition_facts, missing
from appliance.ports import ListReader, ListView
from data.documents.countries import canonical
from data.documents.travel_document import TravelDocument
from data.errors import Damaged, InputError
from data.findings import DocumentMatch, Evidence, Finding, Grade, State
from data.screenings import Screening

FindDocuments = Callable[[ListView, TravelDocument, datetime], Iterable[DocumentMatch]]
"""Graded matches of one document on one version of a list, at a trusted time.

InputError when the document has no number that a list could hold: it was not looked up.
"""

_BEST_FIRST = list(Grade)
_WORST_FIRST = [State.HIT, State.NOTICE, State.PASS]
_WORDS = {
    Grade.EXACT: "{number} is on {list}{fraud}",
    Grade.IN_RANGE: "{number} is in a range of blanks on {list}{fraud}",
    Grade.NEAR: "{number} is like a number on {list}{fraud}",
    Grade.ELSEWHERE: "{list} has this number only for another country or type",
}


class DocumentListCheck:
    """One document list."""

    mandatory = True

    def __init__(self, listed: ListReader, find: FindDocuments = find_in) -> None:
        self.name = f"documents:{listed.name}"
        self._list = listed
        self._find = find

    def prepare(self) -> None:
        """Bring the list's parts in memory up to the version in force."""
        self._list.prepare()

    def run(self, screening: Screening) -> Finding:
        """HIT `document_<grade>`; PASS `document_elsewhere`, `document_near`, `not_listed`;
        NOTICE `document_review_passed`; NOT_DONE `no_number`, `list_missing` …
        """
        if not screening.documents:
            return Finding(self.name, State.NOT_APPLICABLE, "no_document", "No document was presented")
        try:
            with self._list.read() as view:
                return self._answer(screening, view)
        except Damaged:
            return damaged(self.name, self._list.name)

    def _answer(self, screening: Screening, view: ListView) -> Finding:
        if view.edition is None:
            return missing(self.name, self._list.name)
        matches: list[DocumentMatch] = []
        placed, unread = True, ""
        for document in screening.documents:
            try:
                found = list(self._find(view, document, screening.at))
            except InputError as error:
                unread = _unread(document, error)
                continue
            matches += found
            placed = placed and (not found or canonical(document.issuer) is not None)
        matches.sort(key=lambda match: (_BEST_FIRST.index(match.grade), not match.certain))
        state, reason, says = _outcome(self._list.name, matches)
        if state is State.PASS and not placed:
            state, reason, says = State.NOTICE, "country_unknown", f"{says}, and its own country was not read: look"
        if unread:
            state, reason, says = State.NOT_DONE, "no_number", unread
        return Finding(
            self.name, state, reason, says, True, Evidence(tuple(matches), facts=edition_facts(view.edition))
        )


def _unread(document: TravelDocument, error: InputError) -> str:
    """Why a document was not looked up; an empty number is no number, not one of 0 letters."""
    return f"{error.what}: read it again" if document.number else "No document number was read: scan again"


def _outcome(list_name: str, matches: list[DocumentMatch]) -> tuple[State, str, str]:
    if not matches:
        return State.PASS, "not_listed", f"No document presented is on {list_name}"
    best = min(matches, key=lambda match: _WORST_FIRST.index(_state(match)))
    fraud = f" as {best.fraud.replace('_', ' ')}" if best.fraud else ""
    says = _WORDS[best.grade].format(number=best.number, list=list_name, fraud=fraud)
    if best.grade in (Grade.EXACT, Grade.IN_RANGE) and not best.certain:
        says += ", but was typed or misread: scan it"
    if _state(best) is State.NOTICE:
        return State.NOTICE, "document_review_passed", f"{says}; by this kit's clock the record is past its review date"
    return _state(best), f"document_{best.grade}", says


def _state(match: DocumentMatch) -> State:
    firm = match.certain and not match.review_passed
    if match.grade is Grade.ELSEWHERE or (match.grade is Grade.NEAR and not firm):
        return State.PASS
    return State.NOTICE if match.review_passed else State.HIT
