"""What is printed on one document: is its zone consistent, does its number fit its state, is it valid today.

- The zone (Doc 9303-3): check digits, characters, state codes, dates, format. A wrong digit is something to look at,
  not a hit; text that is not an MRZ gives no answer. What a misread field most likely says, and which other numbers a
  document may have, is shown next to what was read and changes no judgement.
- A number that was typed counts as read only once it was confirmed; one that was typed once is something to look at,
  and so is a traveller of whom no document was seen (docs/screening.md, "What was typed").
- The number: that of a specimen, a placeholder, or one in a form that the state does not use is something to look at
  (docs/screening.md, "Verdicts"), never a hit.
- What genuine documents of an issuer are known to have (`data.documents.known_deviations`) stands beside the result and
  is never something to look at by itself.
- Type and dates: only what is printed counts; a kit says nothing about visa entitlement and overstay
  (docs/screening.md, "What Waypost does not check").
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Literal

from appliance.answer.wording import name_fields
from appliance.verdict import Observation, worst_finding
from data.documents.code_tables import is_specimen_country
from data.documents.french_card import find_last_valid_month
from data.documents.known_deviations import DEVIATIONS_FACT, describe_deviations, list_keys
from data.documents.mrz.formats import LAYOUTS
from data.documents.mrz.zone import find_endless_validity, find_zone_deviations
from data.documents.number import Oddity, clean_number, ends_in_its_digit, find_oddities, is_din
from data.documents.tables.deviations import KnownDeviation
from data.documents.travel_document import CheckDigit, Confirmation, MrzProblem, TravelDocument
from data.persons.person import PartialDate, is_in_future
from data.screenings import Finding, Screening, State
from data.text import Message, _

_PROBLEMS = {
    MrzProblem.UNKNOWN_STATE: _("The issuing state is not one that issues documents: compare with the printed page"),
    MrzProblem.UNKNOWN_NATIONALITY: _("The nationality is not a known code: compare with the printed page"),
    MrzProblem.ILLEGAL_CHARACTERS: _(
        "The zone has characters that are not allowed in a machine-readable zone: compare with the printed page"
    ),
    MrzProblem.IMPOSSIBLE_BIRTH: _("The date of birth is impossible: compare with the printed page"),
    MrzProblem.IMPOSSIBLE_EXPIRY: _("The date of expiry is impossible: compare with the printed page"),
    MrzProblem.UNKNOWN_SEX: _("The sex is not M, F or <: compare with the printed page"),
    MrzProblem.NO_NAME: _("The zone has no name: compare with the printed page"),
    MrzProblem.JOINED_NAME: _(
        "The zone has one name, which may be two that the reader ran together: compare the name with the page"
    ),
    MrzProblem.NO_NUMBER: _("The zone has no document number: compare with the printed page"),
    MrzProblem.UNUSUAL_CODE: _("The document code is unusual for this format: compare with the printed page"),
}
MOST_CANDIDATE_NUMBERS = 6
"""Candidates for a number that are worth an officer's look."""
_NO_DOCUMENT = Observation(State.NOT_APPLICABLE, "no_document", _("No document was presented"))
_NO_DOCUMENT_SEEN = Observation(State.NOTICE, "no_document_seen", _("No document was seen"))
NUMBER_BLANK = _("The document number is blank: type it, or scan the document")
NUMBER_WITH_DIGIT = _("The last character of the number may be its check digit: type the number without it")
CODE_MISSING = _("A code was read with this document before the restart, and is not kept: scan it again")
_SPECIMEN = Observation(State.NOTICE, "specimen", _("This is a specimen, not a travel document"))


class MrzCheck:
    """Whether every machine-readable zone that was presented is consistent. In production a specimen is a NOTICE."""

    name = "mrz"
    mandatory = True

    def __init__(self, profile: Literal["development", "production"] = "production") -> None:
        self._profile = profile

    def run(self, screening: Screening) -> Finding:
        """PASS `digits_right`; NOTICE `digit_wrong`, `keyboard_layout`, `doubtful`, `specimen` or the problem's.

        Of a typed number PASS `typed_confirmed`; NOTICE `typed_once`, `typed_differently`, `typed_digit_wrong`;
        NOT_DONE `typed_with_digit`. NOTICE `no_document_seen`. NOT_DONE `not_an_mrz`, `no_number`.
        """
        observations = [observation for document in screening.documents for observation in _look_at_zone(document)]
        if self._profile == "production":
            observations += [_SPECIMEN for document in screening.documents if is_specimen_country(document.issuer)]
        finding = worst_finding(self.name, observations, _NO_DOCUMENT_SEEN)
        facts = finding.evidence.facts | _repairs_and_candidates(screening.documents)
        finding = replace(finding, evidence=replace(finding.evidence, facts=facts))
        return _with_deviations(finding, map(find_zone_deviations, screening.documents))


def _with_deviations(finding: Finding, deviations: Iterable[tuple[KnownDeviation, ...]]) -> Finding:
    """The finding with the known deviations of every document: as facts, and in words where nothing else is to say."""
    known = tuple(dict.fromkeys(chain.from_iterable(deviations)))
    if not known:
        return finding
    facts = finding.evidence.facts | {DEVIATIONS_FACT: list_keys(known)}
    says = finding.says
    if finding.state is State.PASS:
        says = _("{finding}; {deviations}", finding=says, deviations=describe_deviations(known))
    return replace(finding, says=says, evidence=replace(finding.evidence, facts=facts))


def _repairs_and_candidates(documents: Sequence[TravelDocument]) -> dict[str, str]:
    """Repairs, and candidates for a number whose digit is wrong: for the officer to compare with the page."""
    repairs = [repair for document in documents for repair in document.repairs]
    wrong = [document for document in documents if (digit := document.digit("number")) and not digit.ok]
    candidates = [number for document in wrong for number in document.candidates]
    misread = "; ".join(f"{repair.field} {repair.read} means {repair.means}" for repair in repairs)
    facts = {"misread": misread, "number_may_be": " ".join(candidates[:MOST_CANDIDATE_NUMBERS])}
    return {name: text for name, text in facts.items() if text}


def _look_at_zone(document: TravelDocument) -> Iterator[Observation]:
    if document.is_typed_number:
        yield _judge_typed_number(document)
        return
    if document.format is None:
        says = _explain_swap(document) or _("What was read is not a machine-readable zone: scan again")
        yield Observation(State.NOT_DONE, "not_an_mrz", says)
        return
    if not all(digit.ok for digit in document.digits) and (swapped := _explain_swap(document)):
        yield Observation(State.NOTICE, "keyboard_layout", swapped)
    for digit in document.digits:
        if not digit.ok:
            yield Observation(State.NOTICE, "digit_wrong", _explain_digit(digit))
    for problem in document.problems:
        yield Observation(State.NOTICE, problem.value, _PROBLEMS[problem])
    if document.doubtful:
        fields = name_fields(document.doubtful)
        says = _("The reader is not sure what it read ({fields}): compare with the page", fields=fields)
        yield Observation(State.NOTICE, "doubtful", says)
    if document.digit("number") is None:
        says = _("The zone has no check digit for the number: compare the number with the page")
        yield Observation(State.NOTICE, "no_number_digit", says)
    says = _("{format}: every check digit is right", format=document.format.value)
    yield Observation(State.PASS, "digits_right", says)


def _explain_digit(digit: CheckDigit) -> Message:
    """What is wrong with a digit; over a character that no zone has there is none that it should be."""
    if not digit.expected:
        return _("A character was not read ({field}): scan again", field=_name(digit.field))
    return _(
        "Wrong check digit ({field}): it is {read} and should be {expected}; scan again",
        field=_name(digit.field),
        read=digit.found,
        expected=digit.expected,
    )


def _judge_typed_number(document: TravelDocument) -> Observation:
    """Whether a number that was typed without a zone may count as read."""
    digit = document.digit("number")
    if not document.number:
        return Observation(State.NOT_DONE, "no_number", NUMBER_BLANK)
    if document.confirmation is Confirmation.DIFFERS:
        says = _("The number was typed twice, and not the same: type it again")
        return Observation(State.NOTICE, "typed_differently", says)
    if digit and not digit.ok:
        says = _("The check digit that was typed does not fit the number: type both again")
        return Observation(State.NOTICE, "typed_digit_wrong", says)
    if not document.number_is_certain:
        says = _("The number was typed once: type it again, or scan the document")
        return Observation(State.NOTICE, "typed_once", says)
    if ends_in_its_digit(document):
        return Observation(State.NOT_DONE, "typed_with_digit", NUMBER_WITH_DIGIT)
    if digit:
        return Observation(State.PASS, "typed_confirmed", _("Typed, and its check digit is right"))
    says = _("Typed and compared, without a check digit")
    return Observation(State.PASS, "typed_confirmed", says)


def _explain_swap(document: TravelDocument) -> Message | None:
    """What to do if a keyboard layout swapped the zone's characters."""
    from devices.documents.keyboard_layout import explain_swapped_characters  # with the tables of all layouts

    return explain_swapped_characters(document.raw)


def _name(field: str) -> Message:
    return name_fields([field])


_ODDITY_SENTENCES = {
    Oddity.SPECIMEN_NUMBER: _("The document number is one used on specimens: look at the page"),
    Oddity.PLACEHOLDER_NUMBER: _("The document number is a placeholder that no state issues: look at the page"),
    Oddity.FOREIGN_NUMBER: _("Passports of this state do not have numbers like this: compare with the page"),
}


class NumberCheck:
    """The number of every document that was presented. Specimens are expected in development and training."""

    name = "number"
    mandatory = False

    def __init__(self, profile: Literal["development", "production"] = "production") -> None:
        self._expected = frozenset({Oddity.SPECIMEN_NUMBER} if profile == "development" else ())

    def run(self, screening: Screening) -> Finding:
        """PASS `number_usual`; NOTICE `specimen_number`, `placeholder_number`, `foreign_number`.

        NOT_APPLICABLE where there is no number to judge: `no_number`, `number_misread`, `number_no_din`.
        """
        observations = [
            observation for document in screening.documents for observation in self._look_at_number(document)
        ]
        return replace(worst_finding(self.name, observations, _NO_DOCUMENT), mandatory=self.mandatory)

    def _look_at_number(self, document: TravelDocument) -> Iterator[Observation]:
        if not document.number:
            yield Observation(State.NOT_APPLICABLE, "no_number", _("There is no document number to look at"))
            return
        for oddity in find_oddities(document):
            if oddity not in self._expected:
                yield Observation(State.NOTICE, oddity.value, _ODDITY_SENTENCES[oddity])
        yield _describe_usual(document)


def _describe_usual(document: TravelDocument) -> Observation:
    """For a number with nothing odd about it. A misread number, or text that is not a number, is not examined."""
    if (digit := document.digit("number")) and not digit.ok:
        says = _("The document number was misread, so its form was not looked at")
        return Observation(State.NOT_APPLICABLE, "number_misread", says)
    if not is_din(clean_number(document.number)):
        says = _("What was read or typed is too short or too long for a document number")
        return Observation(State.NOT_APPLICABLE, "number_no_din", says)
    return Observation(State.PASS, "number_usual", _("Nothing unusual about the document number"))


LONGEST_VALIDITY_Y = 15
"""No state issues a machine-readable travel document for longer; ten years is usual (Doc 9303-4)."""


class ValidityCheck:
    """Dates and type of every document that was presented."""

    name = "validity"
    mandatory = True

    def run(self, screening: Screening) -> Finding:
        """PASS `valid`, `valid_without_end`; NOTICE for what is wrong, or has to be read on the page.

        `expired`, `expiry_unreadable`, `expiry_implausible`, `expiry_not_in_zone`, `birth_not_in_zone`,
        `birth_in_future`, `only_visa`.
        """
        today = screening.at.date()
        observations = [
            observation for document in screening.documents for observation in _look_at_dates(document, today)
        ]
        observations += _look_at_types(screening.documents)
        finding = worst_finding(self.name, observations, _NO_DOCUMENT)
        endless = (find_endless_validity(document, today) for document in screening.documents)
        return _with_deviations(finding, ((deviation,) for deviation in endless if deviation))


def _look_at_dates(document: TravelDocument, today: date) -> Iterator[Observation]:
    if document.birth and is_in_future(document.birth, today):
        yield Observation(
            State.NOTICE, "birth_in_future", _("The date of birth is in the future: compare with the printed page")
        )
    layout = LAYOUTS[document.format] if document.format else None
    if layout and layout.birth is None:
        says = _("The zone of this document has no date of birth: read it on the document and type it in")
        yield Observation(State.NOTICE, "birth_not_in_zone", says)
    expiry = document.expiry
    if layout is None:
        yield Observation(State.NOT_APPLICABLE, "no_expiry", _("No date of expiry was read or typed"))
    elif layout.expiry is None:
        yield _judge_without_expiry(document, today)
    elif find_endless_validity(document, today):
        yield Observation(State.PASS, "valid_without_end", _("No end of validity"))
    elif expiry is None or expiry.year is None:
        says = _("The date of expiry was not read: look at the page")
        yield Observation(State.NOTICE, "expiry_unreadable", says)
    elif _last_day(expiry) < today:
        yield Observation(State.NOTICE, "expired", _("The document expired on {date}", date=str(expiry)))
    elif _first_day(expiry).year > today.year + LONGEST_VALIDITY_Y:
        says = _("Valid until {date}, which is later than any state allows: look at the page", date=str(expiry))
        yield Observation(State.NOTICE, "expiry_implausible", says)
    else:
        yield Observation(State.PASS, "valid", _("Valid until {date}", date=str(expiry)))


def _judge_without_expiry(document: TravelDocument, today: date) -> Observation:
    """For a zone without a date of expiry. Only that of the French card says at least when it was issued."""
    last = find_last_valid_month(document, today)
    if last is not None and last < (today.year, today.month):
        says = _(
            "The card expired in {year}-{month:02} at the latest, by its date of issue", year=last[0], month=last[1]
        )
        return Observation(State.NOTICE, "expired", says)
    says = _("The zone of this document has no date of expiry: read it on the document")
    return Observation(State.NOTICE, "expiry_not_in_zone", says)


def _look_at_types(documents: Sequence[TravelDocument]) -> Iterator[Observation]:
    if documents and all(document.code.startswith("V") for document in documents):
        yield Observation(
            State.NOTICE, "only_visa", _("A visa is not a travel document on its own: scan the passport as well")
        )


def _first_day(day: PartialDate) -> date:
    return date(day.year or date.min.year, day.month or 1, day.day or 1)


def _last_day(day: PartialDate) -> date:
    """The last day that a partial date may mean, so that an unknown day never makes a document expired."""
    if day.whole:
        return day.whole
    year = day.until or day.year or date.max.year
    following = (year + 1, 1) if day.month in (None, 12) else (year, (day.month or 0) + 1)
    return date.fromordinal(date(*following, 1).toordinal() - 1)
