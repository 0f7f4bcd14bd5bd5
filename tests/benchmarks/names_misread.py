"""Names with one letter off or a misread filler: how many listed travellers are found, how many honest ones flagged.

- One letter off: every name of one word on the list, four letters or more, with a random letter added, dropped, changed
  or swapped with the next; the traveller has the birth date, sex and nationality that are listed.
- A misread filler: travellers with a listed name whose `<<`, or whose `<`, was read as letters.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from string import ascii_uppercase

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.documents.mrz.fields import LOOKS_LIKE_FILLER
from data.persons.names import split_words
from data.persons.notice import Notice
from data.persons.person import PartialDate
from data.screenings import Band
from tests.benchmarks.names_data import Case
from tests.benchmarks.report import aim

SEED = 31
TODAY = date(2026, 7, 1)
LEAST_LETTERS = 4
MOST_SLIPS_OF_A_NAME = 8


def run(index: PersonIndex, cases: list[Case], honest: list[Case]) -> None:
    """Print the shares; `cases` are listed travellers, of whom those with a clean name are used."""
    dice = random.Random(SEED)
    slipped = list(_one_letter_off(index, dice))
    found = sum(_is_found(query, record, index) for query, record in slipped)
    print(f"\none letter off in a listed name of one word: {found} of {len(slipped)} found")
    aim("names.one_word_with_slip_found", found / len(slipped), 0.99, at_least=True)
    clean = [case for case in cases if case.kind.startswith("A") and _is_found(case.query, case.target, index)]
    for title, joined in (("<<", list(_without_border(clean))), ("<", list(_without_gap(clean, dice)))):
        found = sum(_is_found(query, record, index) for query, record in joined)
        print(f"one {title} of a listed name read as letters: {found} of {len(joined)} found")
        aim(
            f"names.misread_{'double' if title == '<<' else 'single'}_filler_found",
            found / len(joined),
            0.99,
            at_least=True,
        )
    added = sum(_is_flagged_by_split(case.query, index) for case in honest)
    print(f"honest travellers flagged only because a part may be two around misread fillers: {added} of {len(honest)}")
    aim("names.honest_flagged_by_split_share", added / len(honest), 0.0005)


def _one_letter_off(index: PersonIndex, dice: random.Random) -> Iterator[tuple[PersonQuery, str]]:
    for notice in index.notices:
        words = [split_words(name.full) for name in notice.person.names]
        for word in {word for word, *others in words if not others and word.isascii() and len(word) >= LEAST_LETTERS}:
            slips = {_slip(word, dice) for _ in range(MOST_SLIPS_OF_A_NAME)} - {word}
            for slipped in sorted(slips):
                yield _as_listed(PersonQuery(slipped), notice), notice.record


def _slip(word: str, dice: random.Random) -> str:
    place, letter = dice.randrange(len(word)), dice.choice(ascii_uppercase)
    before, here, after = word[:place], word[place], word[place + 1 :]
    return before + dice.choice([letter + here + after, after, letter + after, after[:1] + here + after[1:]])


def _as_listed(query: PersonQuery, notice: Notice) -> PersonQuery:
    """The traveller has the first listed birth date, any day of it where only the year is listed."""
    person = notice.person
    birth = person.births[0] if person.births else None
    if birth is not None and birth.whole is None:
        birth = PartialDate(birth.year, birth.month or 4, birth.day or 17) if birth.year else None
    return replace(query, birth=birth, sex=person.sex, nationality=next(iter(person.nationalities), ""))


def _without_border(cases: list[Case]) -> Iterator[tuple[PersonQuery, str]]:
    for case in cases:
        if case.query.given:
            for letter in LOOKS_LIKE_FILLER:
                words = [*case.query.surname.split(), *case.query.given.split()]
                yield _joined(case.query, words, len(case.query.surname.split()) - 1, 2 * letter), case.target


def _without_gap(cases: list[Case], dice: random.Random) -> Iterator[tuple[PersonQuery, str]]:
    for case in cases:
        words = case.query.given.split()
        if len(words) > 1:
            joined = _joined(case.query, words, dice.randrange(len(words) - 1), dice.choice(LOOKS_LIKE_FILLER))
            yield replace(joined, surname=case.query.surname, given=joined.surname), case.target


def _joined(query: PersonQuery, words: list[str], place: int, letters: str) -> PersonQuery:
    """A traveller with one name: these words, of which one and the next are joined by letters."""
    joined = [*words[:place], words[place] + letters + words[place + 1], *words[place + 2 :]]
    return replace(query, surname=" ".join(joined), given="")


def _is_found(query: PersonQuery, record: str, index: PersonIndex) -> bool:
    shown = find_candidates(query, index, today=TODAY)
    return any(one.record == record and one.band is not Band.WEAK for one in shown)


def _is_flagged_by_split(query: PersonQuery, index: PersonIndex) -> bool:
    """Whether the best candidate is flagged by a part that is listed as two with other letters in all."""
    shown = find_candidates(query, index, today=TODAY)
    if not shown or shown[0].band is Band.WEAK:
        return False
    letters = set("".join(split_words(f"{query.surname} {query.given}"))) & set(LOOKS_LIKE_FILLER)
    return bool(letters) and "written together" in str(shown[0].says)
