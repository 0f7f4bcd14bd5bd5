"""The screening benchmark of ../shared/data/names/mrzbench as notices and queries, and two kinds of seeded negatives.

- Listed persons fall into a fitting and a reporting half by a hash, and so does what is made from them.
- Every negative has the surname of one listed person and given names of another, so each is like somebody who is
  listed. Those whose name happens to be listed are left out.
- `correlated`, as travellers are: nationality and birth decade are those of the surname's country, the sex is that of
  the given names. `recombined`, as in most published measurements: any nationality of the list, birth date and sex.
"""

import json
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.query import PersonQuery
from data.documents.code_tables import canonical_country
from data.persons.names import tokenize
from data.persons.notice import Action, Notice
from data.persons.person import HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex

_QUALITIES = {
    "primary": NameQuality.PRIMARY,
    "Good": NameQuality.GOOD,
    "Low": NameQuality.LOW,
    "weak": NameQuality.LOW,
    "aka-aka": NameQuality.GOOD,
    "aka-fka": NameQuality.FORMER,
    "original": NameQuality.ORIGINAL,
}


@dataclass(frozen=True)
class Case:
    """One query; `target` empty for a traveller who is not listed."""

    kind: str
    query: PersonQuery
    target: str = ""
    hidden: frozenset[int] = frozenset()
    """Listed names (by number) that this query may not see."""


def folder() -> Path:
    """Where the benchmark's files are."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("WAYPOST_SHARED_DATA", beside)) / "names" / "mrzbench"


def rows(name: str) -> list[dict[str, Any]]:
    with (folder() / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def notices() -> list[Notice]:
    return [_notice(row) for row in rows("list.jsonl")]


def _notice(row: dict[str, Any]) -> Notice:
    person = Person(
        names=tuple(_name(name) for name in row["names"]),
        births=tuple(PartialDate.parse(day) for day in row["dobs"]),
        sex=_sex(row["sex"]),
        nationalities=tuple(code for nat in row["nats"] if (code := canonical_country(nat))),
        documents=tuple(HeldDocument(document["number"]) for document in row["docs"]),
    )
    return Notice(row["id"], person, Action.REFUSE)


def _name(row: dict[str, str]) -> ListedName:
    return ListedName(row["full"], row.get("surname") or "", row.get("given") or "", _QUALITIES[row["q"]])


def _sex(text: str) -> Sex:
    return Sex(text) if text in ("M", "F") else Sex.UNKNOWN


def positives(index: PersonIndex) -> Iterator[Case]:
    people = {notice.record: number for number, notice in enumerate(index.notices)}
    for row in rows("pos.jsonl"):
        person = people[row["target"]]
        yield Case(row["kind"], _query(row), row["target"], _hidden(row, person, index))


def _hidden(row: dict[str, Any], person: int, index: PersonIndex) -> frozenset[int]:
    names = index.names_of(person)
    if row["hide"] is not None:
        return frozenset({names[row["hide"]]})
    if "names" in row:
        seen = {name["full"] for name in row["names"]}
        return frozenset(name for name in names if index.listed_name(name).full not in seen)
    return frozenset()


def negatives(name: str) -> Iterator[Case]:
    for row in rows(f"{name}.jsonl"):
        if not row.get("same_name_ids"):
            yield Case(row["kind"], _query(row))


def _query(row: dict[str, Any]) -> PersonQuery:
    surname, _, given = row["mrz"].partition("<<")
    return PersonQuery(
        surname.replace("<", " ").strip(),
        given.replace("<", " ").strip(),
        row["trunc"],
        PartialDate.parse(row["dob"]),
        _sex(row["sex"]),
        canonical_country(row["nat"]) or "",
    )


def correlated(listed: list[Notice], count: int, seed: int, *, fitting: bool) -> Iterator[Case]:
    """Seeded negatives whose nationality, birth decade and sex go with their names; all from persons of one half."""
    dice = random.Random(seed)
    people = [notice.person for notice in listed if in_fitting_half(notice.record) is fitting]
    people = [person for person in people if _halves_of(person) and person.nationalities and _years_of(person)]
    compatriots = defaultdict[str, list[Person]](list)
    for person in people:
        for nationality in person.nationalities:
            compatriots[nationality].append(person)
    names = [(person, name) for person in people for name in _halves_of(person)]
    taken = _taken_names(listed)
    while count:
        (bearer, surname), (namesake, given) = dice.choice(names), dice.choice(names)
        nationality = dice.choice(bearer.nationalities)
        decade = dice.choice(_years_of(dice.choice(compatriots[nationality]))) // 10 * 10
        field, truncated = mrz_name(surname.surname, given.given)
        if bearer is namesake or not field[0] or _letters(f"{surname.surname} {given.given}") in taken:
            continue
        born = date(decade, 1, 1) + timedelta(days=dice.randrange(3652))
        sex = namesake.sex if namesake.sex is not Sex.UNKNOWN else _sex_of_unlisted(dice)
        yield Case("N_correlated", PersonQuery(*field, truncated, PartialDate.of(born), sex, nationality))
        count -= 1


def _sex_of_unlisted(dice: random.Random) -> Sex:
    """Of those whose sex no list gives, 93 % are men (../shared/data/README.md)."""
    return Sex.MALE if dice.random() < 0.93 else Sex.FEMALE


def _halves_of(person: Person) -> list[ListedName]:
    return [name for name in person.names if name.surname and name.given]


def _years_of(person: Person) -> list[int]:
    return [birth.year for birth in person.births if birth.year]


def _taken_names(listed: list[Notice]) -> set[str]:
    return {_letters(name.full) for notice in listed for name in notice.person.names}


def recombined(listed: list[Notice], count: int, seed: int) -> Iterator[Case]:
    """Seeded negatives with a nationality, a birth date and a sex drawn from anybody."""
    dice = random.Random(seed)
    halves = [name for notice in listed for name in _halves_of(notice.person)]
    codes = [code for notice in listed for code in notice.person.nationalities]
    taken = _taken_names(listed)
    while count:
        surname, given = dice.choice(halves).surname, dice.choice(halves).given
        field, truncated = mrz_name(surname, given)
        if _letters(f"{surname} {given}") in taken or not field[0]:
            continue
        born = date(1950, 1, 1) + timedelta(days=dice.randrange(60 * 365))
        sex = Sex.MALE if dice.random() < 0.65 else Sex.FEMALE
        yield Case("N_recombined", PersonQuery(*field, truncated, PartialDate.of(born), sex, dice.choice(codes)))
        count -= 1


def _letters(name: str) -> str:
    return " ".join(sorted(token.forms[0].latin for token in tokenize(name)))


def mrz_name(surname: str, given: str) -> tuple[tuple[str, str], bool]:
    """The two halves as a 39-character name field prints them, and whether it cut them."""
    halves = ["<".join(word.forms[0].latin for word in tokenize(half)) for half in (surname, given)]
    field = "<<".join(halves)
    cut = field[:39]
    first, _, second = cut.partition("<<")
    return (first.replace("<", " ").strip(), second.replace("<", " ").strip()), len(field) > 39


def for_fitting(case: Case) -> bool:
    """Whether a case belongs to the fitting half."""
    query = case.query
    return in_fitting_half(case.target or f"{query.surname}|{query.given}|{query.birth}")


def in_fitting_half(key: str) -> bool:
    """Whether the record, or the case, with this key belongs to the fitting half."""
    return sha256(f"half|{key}".encode()).digest()[0] % 2 == 0
