"""Is one of the traveller's documents on a document list: exact, in a range of blanks, near, or elsewhere.

- A document whose number was not read is NOT_DONE, never "nothing found".
- Where the document's country is not known, a listed number may be that of the listed document: the officer looks.
- Where country or type were typed and not compared, the same number elsewhere may be the listed document too.
- A typed number that may end in its own check digit is not the number to look for, so nothing is said of it but a hit.
- A misread state must not hide a record, so states are looked up as they are meant; the number stays as read.
- Keys are sealed with the list's own salt (`data.documents.sealed_keys`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, partial

from appliance.checks.list_state import answer_from_list, edition_facts
from appliance.checks.printed_data import NUMBER_BLANK, NUMBER_WITH_DIGIT
from appliance.screening.check_ports import ListView, SearchedList
from appliance.verdict import verdict_of_document
from data.documents.code_tables import canonical_country
from data.documents.lookup import LookupDates, find_matches
from data.documents.mrz import apply_repairs
from data.documents.number import ends_in_its_digit, legible_part
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import TravelDocument
from data.errors import InputError
from data.lists.edition import Edition
from data.screenings import DocumentMatch, Evidence, Finding, Grade, Screening, State, Verdict
from data.text import EMPTY, Message, _, in_context


def find_documents(view: ListView, document: TravelDocument, now: datetime) -> Iterable[DocumentMatch]:
    """Graded matches of `document` in this version; InputError when it has no number that a list could hold."""
    if view.edition is None:
        return ()
    day = LookupDates(today=now.date(), signed=view.edition.published.date())
    repaired = apply_repairs(document, now.date())  # a misread state must not hide a record; the number stays as read
    return find_matches(view, repaired, _sealer(view.edition.salt), view.edition.list, day)


@lru_cache(maxsize=8)
def _sealer(salt: bytes) -> Sealer:
    """One for each list, for as long as the list keeps its salt."""
    return Sealer(salt)


FindDocuments = Callable[[ListView, TravelDocument, datetime], Iterable[DocumentMatch]]
"""Graded matches of one document on one version of a list, at a trusted time.

InputError when the document has no number that a list could hold: it was not looked up.
"""

_Match = tuple[DocumentMatch, str]
"""A listed document, and the number as it was read to which it belongs."""
_BEST_FIRST = list(Grade)
_WORST_FIRST = [State.HIT, State.NOTICE, State.PASS]
FRAUDS = {
    "stolen": in_context("a document", "stolen"),
    "lost": in_context("a document", "lost"),
    "stolen_blank": in_context("a document", "stolen blank"),
    "revoked": in_context("a document", "revoked"),
}
"""Why a document is listed, by `DocumentMatch.fraud`."""


class DocumentListCheck:
    """One document list."""

    mandatory = True

    def __init__(self, listed: SearchedList, find: FindDocuments = find_documents) -> None:
        self.name = f"documents:{listed.name}"
        self._list = listed
        self._find = find

    def prepare(self) -> None:
        """Bring the list's parts in memory up to the version in force."""
        self._list.prepare()

    def run(self, screening: Screening) -> Finding:
        """HIT `document_<grade>`; PASS `document_elsewhere`, `document_near`, `not_listed`;
        NOTICE `document_review_passed`, `country_unknown`, `place_typed`; NOT_DONE `no_number`, `typed_with_digit`,
        `list_missing` …
        """
        if not screening.documents:
            return Finding(self.name, State.NOT_APPLICABLE, "no_document", _("No document was presented"))
        return answer_from_list(self.name, self._list, partial(self._answer, screening))

    def _answer(self, screening: Screening, view: ListView, edition: Edition) -> Finding:
        matches: list[_Match] = []
        is_country_known = is_place_read = True
        unread = EMPTY
        for document in screening.documents:
            try:
                document_matches = list(self._find(view, document, screening.at))
            except InputError as error:
                unread = _describe_unread(document, error)
                continue
            matches += ((match, document.number) for match in document_matches)
            is_country_known = is_country_known and (
                not document_matches or canonical_country(document.issuer) is not None
            )
            is_place_read = is_place_read and not (
                document.is_place_typed and any(match.grade is Grade.ELSEWHERE for match in document_matches)
            )
        matches.sort(key=lambda match: (_BEST_FIRST.index(match[0].grade), not match[0].certain))
        state, reason, says = _describe_matches(self._list.name, matches)
        if state is State.PASS and not is_country_known:
            state, reason = State.NOTICE, "country_unknown"
            says = _("{finding}; the country was not read: look at the page", finding=says)
        elif state is State.PASS and not is_place_read:
            state, reason = State.NOTICE, "place_typed"
            says = _(
                "{list} has this number for another country or type: compare those that were typed with the document",
                list=self._list.name,
            )
        if state is not State.HIT and any(map(ends_in_its_digit, screening.documents)):
            state, reason, says = State.NOT_DONE, "typed_with_digit", NUMBER_WITH_DIGIT
        if unread:
            state, reason, says = State.NOT_DONE, "no_number", unread
        evidence = Evidence(tuple(match for match, _number in matches), facts=edition_facts(edition))
        return Finding(self.name, state, reason, says, True, evidence)


def _describe_unread(document: TravelDocument, error: InputError) -> Message:
    """Why a document was not looked up; an empty number is no number, not one of 0 letters."""
    if document.number:
        return _("{problem}: read it again", problem=error.what)
    if document.is_typed_number:
        return NUMBER_BLANK
    return _("No document number was read: scan again")


def _describe_matches(list_name: str, matches: list[_Match]) -> tuple[State, str, Message]:
    if not matches:
        return State.PASS, "not_listed", _("No document presented is on {list}", list=list_name)
    best, number = min(matches, key=lambda match: _WORST_FIRST.index(_match_state(match[0])))
    says = _describe_match(list_name, best, number)
    if best.grade in (Grade.EXACT, Grade.IN_RANGE) and not best.certain:
        says = _("{finding}, but was typed or misread: scan it", finding=says)
    if _match_state(best) is State.NOTICE:
        says = _("{finding}; by this kit's clock the record is past its review date", finding=says)
        return State.NOTICE, "document_review_passed", says
    return _match_state(best), f"document_{best.grade}", says


def _describe_match(list_name: str, listed: DocumentMatch, read: str) -> Message:
    """In one sentence; `read` is the traveller's number, which a number that is only similar to it never stands for."""
    number, fraud = listed.number, FRAUDS.get(listed.fraud, listed.fraud)
    match listed.grade:
        case Grade.EXACT if fraud:
            return _("{number} is on {list} as {fraud}", number=number, list=list_name, fraud=fraud)
        case Grade.EXACT:
            return _("{number} is on {list}", number=number, list=list_name)
        case Grade.IN_RANGE if fraud:
            return _(
                "{number} is in a range of blanks on {list} as {fraud}", number=number, list=list_name, fraud=fraud
            )
        case Grade.IN_RANGE:
            return _("{number} is in a range of blanks on {list}", number=number, list=list_name)
        case Grade.NEAR:
            return _describe_near(list_name, listed, read)
        case Grade.ELSEWHERE:
            return _("{list} has this number only for another country or type", list=list_name)


def _describe_near(list_name: str, listed: DocumentMatch, read: str) -> Message:
    """A listed number that is not the traveller's, and how the two differ."""
    values = {"read": read, "number": listed.number, "list": list_name}
    if listed.fraud:
        fraud = FRAUDS.get(listed.fraud, listed.fraud)
        on_list = _("{read} is not {number}, which is on {list} as {fraud}", **values, fraud=fraud)
    else:
        on_list = _("{read} is not {number}, which is on {list}", **values)
    more = len(legible_part(read)) - len(listed.number)
    if more > 0:
        return _("{finding}, but has one character more", finding=on_list)
    if more < 0:
        return _("{finding}, but has one character less", finding=on_list)
    return _("{finding}, but is similar", finding=on_list)


def _match_state(match: DocumentMatch) -> State:
    if verdict_of_document(match) is Verdict.CLEAR:
        return State.PASS
    return State.NOTICE if match.review_passed else State.HIT
