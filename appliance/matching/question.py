"""The question that would decide whether a traveller is the listed person, from what the record knows and no document
shows.

A question whose answer the traveller's document gives already, or that every namesake answers alike, decides nothing.
"""

from collections.abc import Iterable

from appliance.matching.facts import held
from appliance.matching.query import PersonQuery
from appliance.matching.reasons import plain
from data.documents.countries import by_name, name_of
from data.documents.types import name_of as type_name
from data.persons.names import Token, readable, tokens
from data.persons.person import HeldDocument, ListedName, Person


def ask(query: PersonQuery, person: Person, name: ListedName) -> str:
    """The question that would decide it, from what the record knows and the document does not show."""
    places = [place for place in person.birth_places if _tells(place, query)]
    unseen = [document for document in person.documents if held(query.numbers, (document,)) is None]
    if person.father:
        return f"Ask for the father's name: the list says {plain(person.father)}."
    if places:
        return f"Ask for the place of birth: the list says {_either(places)}."
    if person.mother:
        return f"Ask for the mother's name: the list says {plain(person.mother)}."
    if person.marks:
        return f"Look for: {plain(person.marks)}."
    if unseen:
        return f"Ask for other documents: the list knows {_paper(unseen[0])}."
    if any(birth.whole is None for birth in person.births) or not person.births:
        return "The record has no full birth date: ask headquarters for one."
    if others := _telling_more(person, name.full):
        return f"Ask for other names the traveller has used: the list says {_either(others)}."
    return "Nothing more in the record can decide it: ask headquarters for a picture or fingerprints."


def _either(listed: list[str]) -> str:
    return " or ".join(map(plain, listed[:2]))


def _tells(place: str, query: PersonQuery) -> bool:
    """A country alone decides nothing where it is the traveller's own."""
    country = by_name(place)
    return country is None or country != query.nationality


def _telling_more(person: Person, met: str) -> list[str]:
    """Other listed names in Latin letters that have a part that sounds like none of the one that was met."""
    known: dict[str, tuple[Token, ...]] = {}
    heard = {form.sound for token in tokens(met, known) for form in token.forms}
    others = (other.full for other in person.names)
    return [other for other in others if readable(other) == other and _has_new(tokens(other, known), heard)]


def _has_new(parts: Iterable[Token], heard: set[str]) -> bool:
    return any(not part.particle and heard.isdisjoint(form.sound for form in part.forms) for part in parts)


def _paper(document: HeldDocument) -> str:
    kind = type_name(document.type) if document.type else "document"
    return plain(f"{kind} {document.number}") + (f" of {name_of(document.country)}" if document.country else "")
