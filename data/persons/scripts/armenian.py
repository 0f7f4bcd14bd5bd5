"""Armenian: as passports of Armenia spell it, and by the western pronunciation of Lebanon, Syria and Turkey."""

from data.persons.tables.armenian_letters import EASTERN, FIRST, PAIRS, WESTERN, WESTERN_FIRST


def spellings(word: str) -> tuple[str, ...]:
    """Eastern, then western: HAKOBYAN and HAGOPIAN."""
    return _spell(word, EASTERN, FIRST), _spell(word, {**EASTERN, **WESTERN}, {**FIRST, **WESTERN_FIRST})


def _spell(word: str, letters: dict[str, str], first: dict[str, str]) -> str:
    for pair, latin in PAIRS:
        word = word.replace(pair, latin)
    begin = first.get(word[:1], letters.get(word[:1], word[:1]))
    return begin + "".join(letters.get(letter, letter) for letter in word[1:])
