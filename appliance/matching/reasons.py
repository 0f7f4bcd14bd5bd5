"""A candidate in words: what agrees, what argues against, what question would decide it, and whom the record links to.

- Everything here is said to an officer: no scores, no field's codes, listed text without control characters.
- The question comes from what the record knows and no document shows. One whose answer the traveller's document gives
  already, or that every namesake answers alike, decides nothing.
- An associate makes no hit: only names of the person are searched. One whose own record on this list is discreet is
  left out, since the lane must not learn of it by way of somebody else.
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

_SEXES = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: ""}
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
    """Listed or printed text, safe to show: without control and direction characters."""
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
    return FieldComparison("name", mine, listed, agreement, weight, "" if is_exact else _differences(scored))


def _differences(scored: ScoredPerson) -> str:
    """The parts that met without being the same; those that met nobody stand with what argues against."""
    near = [pair for pair in scored.alignment.pairs if not pair.particle]
    changed = [_pair_in_words(pair) for pair in near if pair.similarity is not TokenSimilarity.SAME or pair.is_joined]
    return ", ".join(changed) or ("some parts are on one side only" if near else "")


def _pairs(scored: ScoredPerson) -> list[str]:
    """What met, particles only where there is nothing else."""
    real = [pair for pair in scored.alignment.pairs if not pair.particle]
    return [_pair_in_words(pair) for pair in real or scored.alignment.pairs]


def _compare_birth(query: PersonQuery, person: Person) -> FieldComparison:
    listed = ", ".join(map(date_in_words, person.births))
    kind, _ = compare_births(query.birth, person.births)
    shown = date_in_words(query.birth) if query.birth else ""
    close = Agreement.CLOSE if _birth_weight(kind) > _CONTRADICTION_WEIGHT else Agreement.DIFFERS
    agreement = _BIRTH_AGREEMENTS.get(kind, close)
    note = kind.value if kind not in _BIRTH_AGREEMENTS else ""
    return FieldComparison("birth", shown, listed, agreement, _birth_weight(kind), note)


def date_in_words(birth: PartialDate) -> str:
    """A date as an officer reads it: `1965-03-17`, `about 1953`, `1973 to 1975`."""
    return str(birth).replace("~", "about ").replace("..", " to ")


def _birth_weight(kind: BirthComparison) -> float:
    return WEIGHTS[f"birth.{kind.name.lower()}"]


def _compare_sexes(query: PersonQuery, person: Person) -> FieldComparison:
    agreement = compare_sex(query.sex, person.sex)
    return FieldComparison("sex", _SEXES[query.sex], _SEXES[person.sex], agreement, _weight("sex", agreement))


def _compare_nationalities(query: PersonQuery, person: Person) -> FieldComparison:
    agreement = compare_nationality(query.nationality, person.nationalities)
    mine = country_name(query.nationality) if query.nationality else ""
    listed = ", ".join(country_name(code) for code in person.nationalities)
    return FieldComparison("nationality", mine, listed, agreement, _weight("nationality", agreement))


def _weight(field: str, agreement: Agreement) -> float:
    if agreement is Agreement.MISSING:
        return 0.0
    return WEIGHTS[f"{field}.{'differs' if agreement is Agreement.DIFFERS else 'same'}"]


def reason_line(scored: ScoredPerson, query: PersonQuery, person: Person) -> str:
    """One line: `DOOST = DOST (same sound) · MOHAMMAD = MOHAMMAD · born 1965: year fits · nationality differs`."""
    pieces = _pairs(scored)
    if (document := find_held_document(query.numbers, person.documents)) is not None:
        pieces.insert(0, f"document {printable_text(document.number)} is listed as this person's")
    kind, listed = compare_births(query.birth, person.births)
    pieces.append(f"born {date_in_words(listed)}: {kind.value}" if listed else f"birth date {kind.value}")
    for field, agreement in (
        ("sex", compare_sex(query.sex, person.sex)),
        ("nationality", compare_nationality(query.nationality, person.nationalities)),
    ):
        if agreement is Agreement.CLOSE:
            pieces.append(f"{field} fits a former state")
        elif agreement is not Agreement.MISSING:
            pieces.append(f"{field} {'differs' if agreement is Agreement.DIFFERS else 'same'}")
    return " · ".join(pieces)


def _pair_in_words(pair: PartPair) -> str:
    note = ", ".join(filter(None, (pair.similarity.words, "written together" if pair.is_joined else "")))
    return f"{printable_text(pair.traveller)} = {printable_text(pair.listed)}" + (f" ({note})" if note else "")


def counter_arguments(scored: ScoredPerson, query: PersonQuery, person: Person, name: ListedName) -> tuple[str, ...]:
    """What argues that this is somebody else."""
    mine = " ".join(printable_text(part.text) for part in scored.alignment.unmatched_traveller if not part.particle)
    theirs = " ".join(printable_text(part.text) for part in scored.alignment.unmatched_listed if not part.particle)
    arguments = []
    if mine:
        arguments.append(f"the listed name has no {mine}")
    if theirs and not query.truncated:
        arguments.append(f"the traveller's name has no {theirs}")
    if name.quality is NameQuality.LOW:
        arguments.append("the list itself calls this alias weak")
    if is_uncertain(name, person):
        arguments.append("how the listed characters are read is not certain")
    kind, listed = compare_births(query.birth, person.births)
    if listed and _birth_weight(kind) < 0:
        shown_birth = date_in_words(query.birth) if query.birth else ""
        arguments.append(f"born {shown_birth}, the list says {', '.join(map(date_in_words, person.births))}")
    if compare_sex(query.sex, person.sex) is Agreement.DIFFERS:
        arguments.append(f"the listed person is {_SEXES[person.sex]}")
    if compare_nationality(query.nationality, person.nationalities) is Agreement.DIFFERS:
        arguments.append(
            f"the listed person's nationality is {', '.join(country_name(code) for code in person.nationalities)}"
        )
    return tuple(arguments)


def is_uncertain(name: ListedName, person: Person) -> bool:
    """Whether a name is in Chinese characters that somebody other than a Chinese person reads."""
    return bool(_HAN.search(name.full)) and not _READ_AS_CHINESE.intersection(person.nationalities)


def clarifying_question(query: PersonQuery, person: Person, name: ListedName) -> str:
    """The question that would decide it, from what the record knows and the document does not show."""
    places = [place for place in person.birth_places if _is_telling_place(place, query)]
    unseen = [document for document in person.documents if find_held_document(query.numbers, (document,)) is None]
    if person.father:
        return f"Ask for the father's name: the list says {printable_text(person.father)}."
    if places:
        return f"Ask for the place of birth: the list says {_either(places)}."
    if person.mother:
        return f"Ask for the mother's name: the list says {printable_text(person.mother)}."
    if person.marks:
        return f"Look for: {printable_text(person.marks)}."
    if unseen:
        return f"Ask for other documents: the list knows {_document_in_words(unseen[0])}."
    if any(birth.whole is None for birth in person.births) or not person.births:
        return "The record has no full birth date: ask headquarters for one."
    if others := _telling_names(person, name.full):
        return f"Ask for other names the traveller has used: the list says {_either(others)}."
    return "Nothing more in the record can decide it: ask headquarters for a picture or fingerprints."


def _either(listed: list[str]) -> str:
    return " or ".join(map(printable_text, listed[:2]))


def _is_telling_place(place: str, query: PersonQuery) -> bool:
    """A country alone decides nothing where it is the traveller's own."""
    country = country_by_name(place)
    return country is None or country != query.nationality


def _telling_names(person: Person, matched_name: str) -> list[str]:
    """Other listed names in Latin letters that have a part that sounds like none of the name that matched."""
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


def _document_in_words(document: HeldDocument) -> str:
    kind = type_name(document.type) if document.type else "document"
    return printable_text(f"{kind} {document.number}") + (
        f" of {country_name(document.country)}" if document.country else ""
    )


MOST_LINKED = 5
"""That are shown of each kind."""


def visible_associates(person: Person, fetch: Fetch | None) -> tuple[Associate, ...]:
    """Those that a lane may learn of, the ones with a record of their own first."""
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
