"""A candidate in words: what agrees, what argues against, and the question that would decide it.

Everything here is said to an officer: no scores, no field's codes, listed text without control characters.
"""

import re
import unicodedata

from appliance.matching.alignment import Pair
from appliance.matching.births import Birth, compare
from appliance.matching.evidence import WEIGHTS
from appliance.matching.facts import held, nationality, sex
from appliance.matching.likeness import Likeness
from appliance.matching.query import PersonQuery
from appliance.matching.scoring import Scored
from data.documents.countries import name_of
from data.findings import Agreement, FieldComparison
from data.persons.names import readable
from data.persons.partial_date import PartialDate
from data.persons.person import ListedName, NameQuality, Person, Sex

_SEXES = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: ""}
_ARGUES = -1.0
"""A birth date that is close and yet weighs less than this argues against."""
_BIRTHS = {
    Birth.SAME: Agreement.SAME,
    Birth.SAME_NEW_YEAR: Agreement.SAME,
    Birth.NOT_LISTED: Agreement.MISSING,
    Birth.NOT_SHOWN: Agreement.MISSING,
    Birth.DIFFERENT: Agreement.DIFFERS,
}


_HAN = re.compile("[\u3400-\u9fff]")
_READ_AS_CHINESE = frozenset(("CHN", "TWN", "HKG", "MAC", "SGP"))


def plain(text: str) -> str:
    """Listed or printed text, safe to show: without control and direction characters."""
    return "".join(" " if letter.isspace() else letter for letter in text if not _is_control(letter))


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs") and not letter.isspace()


def fields(scored: Scored, query: PersonQuery, person: Person, name: ListedName) -> tuple[FieldComparison, ...]:
    """Name, birth date, sex, nationality, and the document if one is shared: each with both values."""
    rows = [_name(scored, query, name), _birth(query, person), _sex(query, person), _nationality(query, person)]
    document = held(query.numbers, person.documents)
    if document is not None:
        number = plain(document.number)
        rows.append(FieldComparison("document", number, number, Agreement.SAME, WEIGHTS["number.same"]))
    return tuple(rows)


def _name(scored: Scored, query: PersonQuery, name: ListedName) -> FieldComparison:
    alignment = scored.alignment
    left = (*alignment.left_traveller, *alignment.left_listed)
    exact = not left and all(pair.likeness is Likeness.SAME for pair in alignment.pairs)
    agreement = Agreement.SAME if exact else Agreement.CLOSE if alignment.pairs else Agreement.DIFFERS
    weight = sum(WEIGHTS[kind] * amount for kind, amount in scored.amounts.items() if kind.startswith("name."))
    mine, listed = plain(f"{query.surname} {query.given}".strip()), readable(plain(name.full))
    return FieldComparison("name", mine, listed, agreement, weight, "" if exact else _differences(scored))


def _differences(scored: Scored) -> str:
    """The parts that met without being the same; those that met nobody stand with what argues against."""
    near = [pair for pair in scored.alignment.pairs if not pair.particle]
    changed = [_met(pair) for pair in near if pair.likeness is not Likeness.SAME or pair.joined]
    return ", ".join(changed) or ("some parts are on one side only" if near else "")


def _pairs(scored: Scored) -> list[str]:
    """What met, particles only where there is nothing else."""
    real = [pair for pair in scored.alignment.pairs if not pair.particle]
    return [_met(pair) for pair in real or scored.alignment.pairs]


def _birth(query: PersonQuery, person: Person) -> FieldComparison:
    listed = ", ".join(map(in_words, person.births))
    kind, _ = compare(query.birth, person.births)
    shown = in_words(query.birth) if query.birth else ""
    close = Agreement.CLOSE if _born_weight(kind) > _ARGUES else Agreement.DIFFERS
    agreement = _BIRTHS.get(kind, close)
    note = kind.value if kind not in _BIRTHS else ""
    return FieldComparison("birth", shown, listed, agreement, _born_weight(kind), note)


def in_words(birth: PartialDate) -> str:
    """A date as an officer reads it: `1965-03-17`, `about 1953`, `1973 to 1975`."""
    return str(birth).replace("~", "about ").replace("..", " to ")


def _born_weight(kind: Birth) -> float:
    return WEIGHTS[f"birth.{kind.name.lower()}"]


def _sex(query: PersonQuery, person: Person) -> FieldComparison:
    agreement = sex(query.sex, person.sex)
    return FieldComparison("sex", _SEXES[query.sex], _SEXES[person.sex], agreement, _weight("sex", agreement))


def _nationality(query: PersonQuery, person: Person) -> FieldComparison:
    agreement = nationality(query.nationality, person.nationalities)
    mine = name_of(query.nationality) if query.nationality else ""
    listed = ", ".join(name_of(code) for code in person.nationalities)
    return FieldComparison("nationality", mine, listed, agreement, _weight("nationality", agreement))


def _weight(what: str, agreement: Agreement) -> float:
    if agreement is Agreement.MISSING:
        return 0.0
    return WEIGHTS[f"{what}.{'differs' if agreement is Agreement.DIFFERS else 'same'}"]


def says(scored: Scored, query: PersonQuery, person: Person) -> str:
    """One line: `DOOST = DOST (same sound) · MOHAMMAD = MOHAMMAD · born 1965: year fits · nationality differs`."""
    pieces = _pairs(scored)
    if (document := held(query.numbers, person.documents)) is not None:
        pieces.insert(0, f"document {plain(document.number)} is listed as this person's")
    kind, listed = compare(query.birth, person.births)
    pieces.append(f"born {in_words(listed)}: {kind.value}" if listed else f"birth date {kind.value}")
    for what, agreement in (
        ("sex", sex(query.sex, person.sex)),
        ("nationality", nationality(query.nationality, person.nationalities)),
    ):
        if agreement is Agreement.CLOSE:
            pieces.append(f"{what} fits a former state")
        elif agreement is not Agreement.MISSING:
            pieces.append(f"{what} {'differs' if agreement is Agreement.DIFFERS else 'same'}")
    return " · ".join(pieces)


def _met(pair: Pair) -> str:
    note = ", ".join(filter(None, (pair.likeness.words, "written together" if pair.joined else "")))
    return f"{plain(pair.traveller)} = {plain(pair.listed)}" + (f" ({note})" if note else "")


def against(scored: Scored, query: PersonQuery, person: Person, name: ListedName) -> tuple[str, ...]:
    """What argues that this is somebody else."""
    mine = " ".join(plain(part.text) for part in scored.alignment.left_traveller if not part.particle)
    theirs = " ".join(plain(part.text) for part in scored.alignment.left_listed if not part.particle)
    words = []
    if mine:
        words.append(f"the listed name has no {mine}")
    if theirs and not query.truncated:
        words.append(f"the traveller's name has no {theirs}")
    if name.quality is NameQuality.LOW:
        words.append("the list itself calls this alias weak")
    if is_uncertain(name, person):
        words.append("how the listed characters are read is not certain")
    kind, listed = compare(query.birth, person.births)
    if listed and _born_weight(kind) < 0:
        born = in_words(query.birth) if query.birth else ""
        words.append(f"born {born}, the list says {', '.join(map(in_words, person.births))}")
    if sex(query.sex, person.sex) is Agreement.DIFFERS:
        words.append(f"the listed person is {_SEXES[person.sex]}")
    if nationality(query.nationality, person.nationalities) is Agreement.DIFFERS:
        words.append(f"the listed person's nationality is {', '.join(name_of(code) for code in person.nationalities)}")
    return tuple(words)


def is_uncertain(name: ListedName, person: Person) -> bool:
    """Whether a name is in Chinese characters that somebody other than a Chinese person reads."""
    return bool(_HAN.search(name.full)) and not _READ_AS_CHINESE.intersection(person.nationalities)
