"""A candidate in words: what agrees, what argues against, which question would decide, and whom the record links to.

- Everything here is for an officer: no scores and no codes, and listed text has no control characters.
- The question uses what the record knows and no document shows. A question decides nothing if the traveller's document
  answers it already, or if every namesake gives the same answer.
- An associate is no hit: only names of the person are searched. An associate whose own record on this list is discreet
  is left out, so that the lane does not learn of it through somebody else.
- Messages are made for the few candidates that are shown, never while candidates are scored.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from appliance.matching.comparison import (
    BirthComparison,
    TokenSimilarity,
    compare_births,
    compare_nationality,
    compare_sex,
    find_held_document,
)
from appliance.matching.evidence import WEIGHTS, PartPair, ScoredPerson
from appliance.matching.index.person_index import Fetch
from appliance.matching.query import PersonQuery
from data.documents.code_tables import country_by_name, country_name, type_name
from data.errors import InputError
from data.persons.names import Token, readable_name, tokenize
from data.persons.notice import Action, decode_notice
from data.persons.person import Associate, HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.screenings import Agreement, FieldComparison
from data.text import EMPTY, Message, _, in_context, join

_SEXES = {
    Sex.MALE: in_context("sex of a person", "male"),
    Sex.FEMALE: in_context("sex of a person", "female"),
    Sex.UNKNOWN: EMPTY,
}
_LISTED_SEXES = {Sex.MALE: _("the listed person is male"), Sex.FEMALE: _("the listed person is female")}
_SIMILARITIES = {
    TokenSimilarity.SOUND: _("same sound"),
    TokenSimilarity.VOWELS: _("one vowel differs"),
    TokenSimilarity.SCRIPT: _("same consonants, other script"),
    TokenSimilarity.ROMANISED: _("may be the same syllables, spelled by another system"),
    TokenSimilarity.SLIP: _("one letter differs"),
    TokenSimilarity.SHORT_SLIP: _("one letter differs"),
    TokenSimilarity.VARIANT: _("known variant"),
    TokenSimilarity.CONSONANTS: _("same consonants"),
    TokenSimilarity.SLIPS: _("some letters differ"),
    TokenSimilarity.SCRIPT_SLIP: _("similar, other script"),
    TokenSimilarity.PREFIX: _("cut off, the rest is the same"),
    TokenSimilarity.INITIAL: in_context("part of a name", "initial"),
}
"""What an officer reads in brackets after two parts of a name; parts that are the same have nothing."""
_WRITTEN_TOGETHER = _("written together")
_BIRTHS = {
    BirthComparison.SAME: _("same date"),
    BirthComparison.SAME_NEW_YEAR: _("same year, both 1 January"),
    BirthComparison.FLIPPED: _("day and month swapped"),
    BirthComparison.NEAR: _("same year and month"),
    BirthComparison.MONTH_FITS: _("same year and month, day unknown"),
    BirthComparison.MONTH: _("same year and day"),
    BirthComparison.YEAR_SLIP: _("same day and month, one year off"),
    BirthComparison.YEAR_FITS: _("same year"),
    BirthComparison.SPAN_FITS: _("within the listed years"),
    BirthComparison.ABOUT_FITS: _("about that year"),
    BirthComparison.YEAR: _("only the year is the same"),
    BirthComparison.ONE_YEAR_OFF: _("one year off"),
    BirthComparison.DIFFERENT: in_context("two values of a field", "differs"),
}
_BIRTH_UNKNOWN = {
    BirthComparison.NOT_LISTED: _("birth date not listed"),
    BirthComparison.NOT_SHOWN: _("birth date not shown"),
}
_AGREEMENTS = {
    ("sex", Agreement.SAME): _("same sex"),
    ("sex", Agreement.DIFFERS): _("sex differs"),
    ("nationality", Agreement.SAME): _("same nationality"),
    ("nationality", Agreement.CLOSE): _("nationality of a successor state"),
    ("nationality", Agreement.DIFFERS): _("nationality differs"),
}
_SOME_PARTS_ALONE = _("some parts are on one side only")
_CONTRADICTION_WEIGHT = -1.0
"""A birth date that is close and yet weighs less than this argues against."""
_BIRTH_AGREEMENTS = {
    BirthComparison.SAME: Agreement.SAME,
    BirthComparison.SAME_NEW_YEAR: Agreement.SAME,
    BirthComparison.NOT_LISTED: Agreement.MISSING,
    BirthComparison.NOT_SHOWN: Agreement.MISSING,
    BirthComparison.DIFFERENT: Agreement.DIFFERS,
}

_HAN = re.compile("[\u3400-\u9fff]")
_READ_AS_CHINESE = frozenset(("CHN", "TWN", "HKG", "MAC", "SGP"))


def printable_text(text: str) -> str:
    """Listed or printed text without control and direction characters, so that it is safe to show."""
    return "".join(" " if letter.isspace() else letter for letter in text if not _is_control(letter))


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs") and not letter.isspace()


def compare_fields(
    scored: ScoredPerson, query: PersonQuery, person: Person, name: ListedName
) -> tuple[FieldComparison, ...]:
    """Name, birth date, sex, nationality, and the document if one is shared: each with both values."""
    rows = [
        _compare_name(scored, query, name),
        _compare_birth(query, person),
        _compare_sexes(query, person),
        _compare_nationalities(query, person),
    ]
    document = find_held_document(query.numbers, person.documents)
    if document is not None:
        number = printable_text(document.number)
        rows.append(FieldComparison("document", number, number, Agreement.SAME, WEIGHTS["number.same"]))
    return tuple(rows)


def _compare_name(scored: ScoredPerson, query: PersonQuery, name: ListedName) -> FieldComparison:
    alignment = scored.alignment
    unmatched = (*alignment.unmatched_traveller, *alignment.unmatched_listed)
    is_exact = not unmatched and all(pair.similarity is TokenSimilarity.SAME for pair in alignment.pairs)
    agreement = Agreement.SAME if is_exact else Agreement.CLOSE if alignment.pairs else Agreement.DIFFERS
    weight = sum(WEIGHTS[kind] * amount for kind, amount in scored.amounts.items() if kind.startswith("name."))
    mine, listed = printable_text(f"{query.surname} {query.given}".strip()), readable_name(printable_text(name.full))
    return FieldComparison("name", mine, listed, agreement, weight, EMPTY if is_exact else _differences(scored))


def _differences(scored: ScoredPerson) -> Message:
    """The parts that match without being the same; parts without a match are among the arguments against."""
    near = [pair for pair in scored.alignment.pairs if not pair.particle]
    changed = [_pair_in_words(pair) for pair in near if pair.similarity is not TokenSimilarity.SAME or pair.is_joined]
    if changed:
        return join(changed, ", ")
    return _SOME_PARTS_ALONE if near else EMPTY


def _pairs(scored: ScoredPerson) -> list[str]:
    """The parts that match; particles only if nothing else did."""
    real = [pair for pair in scored.alignment.pairs if not pair.particle]
    return [_pair_in_words(pair) for pair in real or scored.alignment.pairs]


def _compare_birth(query: PersonQuery, person: Person) -> FieldComparison:
    listed = _dates_in_words(person.births)
    kind = compare_births(query.birth, person.births)[0]
    shown = date_in_words(query.birth) if query.birth else ""
    close = Agreement.CLOSE if _birth_weight(kind) > _CONTRADICTION_WEIGHT else Agreement.DIFFERS
    agreement = _BIRTH_AGREEMENTS.get(kind, close)
    note = _BIRTHS[kind] if kind not in _BIRTH_AGREEMENTS else EMPTY
    return FieldComparison("birth", shown, listed, agreement, _birth_weight(kind), note)


def date_in_words(birth: PartialDate) -> str:
    """A date as an officer reads it: `1965-03-17`, or a message, `about 1953`, `1973 to 1975`."""
    if birth.year is None or not (birth.about or birth.until):
        return str(birth)
    years = _("{first} to {last}", first=f"{birth.year:04}", last=f"{birth.until:04}") if birth.until else ""
    return _("about {date}", date=years or f"{birth.year:04}") if birth.about else years


def _dates_in_words(births: Iterable[PartialDate]) -> Message:
    return join(map(date_in_words, births), ", ")


def _birth_weight(kind: BirthComparison) -> float:
    return WEIGHTS[f"birth.{kind.name.lower()}"]


def _compare_sexes(query: PersonQuery, person: Person) -> FieldComparison:
    agreement = compare_sex(query.sex, person.sex)
    return FieldComparison("sex", _SEXES[query.sex], _SEXES[person.sex], agreement, _weight("sex", agreement))


def _compare_nationalities(query: PersonQuery, person: Person) -> FieldComparison:
    agreement = compare_nationality(query.nationality, person.nationalities)
    mine = country_name(query.nationality) if query.nationality else ""
    listed = _countries_in_words(person.nationalities)
    return FieldComparison("nationality", mine, listed, agreement, _weight("nationality", agreement))


def _countries_in_words(codes: Iterable[str]) -> Message:
    return join(map(country_name, codes), ", ")


def _weight(field: str, agreement: Agreement) -> float:
    if agreement is Agreement.MISSING:
        return 0.0
    return WEIGHTS[f"{field}.{'differs' if agreement is Agreement.DIFFERS else 'same'}"]


def reason_line(scored: ScoredPerson, query: PersonQuery, person: Person) -> Message:
    """One line: `DOOST = DOST (same sound) · MOHAMMAD = MOHAMMAD · born 1965: same year · nationality differs`."""
    pieces = _pairs(scored)
    if (document := find_held_document(query.numbers, person.documents)) is not None:
        pieces.insert(0, _("document {number} is listed as this person's", number=printable_text(document.number)))
    kind, listed = compare_births(query.birth, person.births)
    if listed:
        pieces.append(_("born {date}: {comparison}", date=date_in_words(listed), comparison=_BIRTHS[kind]))
    else:
        pieces.append(_BIRTH_UNKNOWN[kind])
    for field, agreement in (
        ("sex", compare_sex(query.sex, person.sex)),
        ("nationality", compare_nationality(query.nationality, person.nationalities)),
    ):
        if agreement is not Agreement.MISSING:
            pieces.append(_AGREEMENTS[field, agreement])
    return join(pieces, " · ")


def _pair_in_words(pair: PartPair) -> str:
    """`DOST = DOST`, or a message, `DOOST = DOST (same sound)`."""
    names = f"{printable_text(pair.traveller)} = {printable_text(pair.listed)}"
    note = _SIMILARITIES.get(pair.similarity, EMPTY)
    if pair.is_joined:
        note = join([note, _WRITTEN_TOGETHER], ", ") if note else _WRITTEN_TOGETHER
    return _("{names} ({note})", names=names, note=note) if note else names


def counter_arguments(
    scored: ScoredPerson, query: PersonQuery, person: Person, name: ListedName
) -> tuple[Message, ...]:
    """What argues that the traveller is somebody else."""
    mine = " ".join(printable_text(part.text) for part in scored.alignment.unmatched_traveller if not part.particle)
    theirs = " ".join(printable_text(part.text) for part in scored.alignment.unmatched_listed if not part.particle)
    arguments = []
    if mine:
        arguments.append(_("the listed name has no {part}", part=mine))
    if theirs and not query.truncated:
        arguments.append(_("the traveller's name has no {part}", part=theirs))
    if name.quality is NameQuality.LOW:
        arguments.append(_("the list itself calls this alias weak"))
    if is_uncertain(name, person):
        arguments.append(_("the listed characters may be read in another way"))
    kind, listed = compare_births(query.birth, person.births)
    if query.birth and listed and _birth_weight(kind) < 0:
        mine, theirs = date_in_words(query.birth), _dates_in_words(person.births)
        arguments.append(_("born {date}, the list says {listed}", date=mine, listed=theirs))
    if compare_sex(query.sex, person.sex) is Agreement.DIFFERS:
        arguments.append(_LISTED_SEXES[person.sex])
    if compare_nationality(query.nationality, person.nationalities) is Agreement.DIFFERS:
        countries = _countries_in_words(person.nationalities)
        arguments.append(_("the listed person's nationality is {nationality}", nationality=countries))
    return tuple(arguments)


def is_uncertain(name: ListedName, person: Person) -> bool:
    """Whether a name is in Chinese characters, and the person is not from where they are read as Chinese."""
    return bool(_HAN.search(name.full)) and not _READ_AS_CHINESE.intersection(person.nationalities)


def clarifying_question(query: PersonQuery, person: Person, name: ListedName) -> Message:
    """The question that would decide it, from what the record knows and the document does not show."""
    places = [place for place in person.birth_places if _is_telling_place(place, query)]
    unseen = [document for document in person.documents if find_held_document(query.numbers, (document,)) is None]
    if person.father:
        return _("Ask for the father's name: the list says {name}.", name=printable_text(person.father))
    if places:
        return _("Ask for the place of birth: the list says {place}.", place=_either(places))
    if person.mother:
        return _("Ask for the mother's name: the list says {name}.", name=printable_text(person.mother))
    if person.marks:
        return _("Look for: {marks}.", marks=printable_text(person.marks))
    if unseen:
        document = _document_in_words(unseen[0])
        return _("Ask for other documents: the list knows {document}.", document=document)
    if any(birth.whole is None for birth in person.births) or not person.births:
        return _("The record has no full birth date: ask headquarters for one.")
    if others := _telling_names(person, name.full):
        names = _either(others)
        return _("Ask for other names that the traveller has used: the list says {name}.", name=names)
    return _("Nothing more in the record can decide it: ask headquarters for a picture or fingerprints.")


def _either(listed: list[str]) -> str:
    first, *more = map(printable_text, listed[:2])
    return _("{first} or {second}", first=first, second=more[0]) if more else first


def _is_telling_place(place: str, query: PersonQuery) -> bool:
    """Whether a place can decide: a country alone cannot where it is the traveller's own."""
    country = country_by_name(place)
    return country is None or country != query.nationality


def _telling_names(person: Person, matched_name: str) -> list[str]:
    """Other listed names in Latin letters with a part that sounds like no part of the name that matched."""
    tokens: dict[str, tuple[Token, ...]] = {}
    known_sounds = {form.sound for token in tokenize(matched_name, tokens) for form in token.forms}
    others = (other.full for other in person.names)
    return [
        other
        for other in others
        if readable_name(other) == other and _has_new_sound(tokenize(other, tokens), known_sounds)
    ]


def _has_new_sound(parts: Iterable[Token], known_sounds: set[str]) -> bool:
    return any(not part.particle and known_sounds.isdisjoint(form.sound for form in part.forms) for part in parts)


def _document_in_words(document: HeldDocument) -> Message:
    kind = type_name(printable_text(document.type)) if document.type else _("document")
    number = printable_text(document.number)
    if not document.country:
        return _("{type} {number}", type=kind, number=number)
    return _("{type} {number} of {country}", type=kind, number=number, country=country_name(document.country))


MOST_LINKED = 5
"""Associates, and documents, that are shown of one person."""


def visible_associates(person: Person, fetch: Fetch | None) -> tuple[Associate, ...]:
    """Associates that a lane may learn of, those with a record of their own first."""
    keys = [associate.record.encode() for associate in person.associates if associate.record]
    bodies = fetch(keys) if fetch and keys else {}
    hidden = {key.decode() for key, body in bodies.items() if _has_discreet_action(body)}
    visible = [
        replace(associate, name=printable_text(associate.name))
        for associate in person.associates
        if associate.record not in hidden
    ]
    return tuple(sorted(visible, key=lambda associate: not associate.record)[:MOST_LINKED])


def _has_discreet_action(body: bytes) -> bool:
    try:
        return decode_notice(body).action is Action.DISCREET
    except InputError:
        return True
