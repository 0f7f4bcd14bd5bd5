"""Alphabets with letters for vowels, as passports spell them: Greek, Cyrillic, Armenian, Georgian.

- Greek: ELOT 743.
- Cyrillic: Doc 9303-3 section 6 B, what passports of single states print, and what was usual before.
- Armenian: as passports of Armenia spell it, and by the western pronunciation of Lebanon, Syria and Turkey.
- Georgian: the national system of 2002, as passports print it: without its apostrophes.
"""

from unicodedata import normalize

from data.persons.tables.armenian_letters import ARMENIAN_PAIRS, EASTERN, EASTERN_FIRST, WESTERN, WESTERN_FIRST
from data.persons.tables.cyrillic_letters import BULGARIAN, ICAO_CYRILLIC, NATIONAL_CYRILLIC, OLDER_CYRILLIC
from data.persons.tables.greek_letters import GREEK_INITIALS, GREEK_LETTERS, GREEK_PAIRS, GREEK_VOICED

_GEORGIAN_LETTERS = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "A B G D E V Z T I K L M N O P ZH R S T U P K GH Q SH CH TS DZ TS CH KH J H".split(),
        strict=True,
    )
)


def greek_spellings(word: str) -> tuple[str, ...]:
    """Letter for letter, and as the word's beginning sounds: MPAMPIS and BAMPIS."""
    bare = "".join(normalize("NFD", letter)[0] for letter in word).replace("ς", "Σ")
    written = _greek_letter_for_letter(bare)
    for pair, heard in GREEK_INITIALS:
        if bare.startswith(pair):
            return heard + _greek_letter_for_letter(bare[2:]), written
    return (written,)


def cyrillic_spellings(word: str) -> tuple[str, ...]:
    """National spellings first where a letter tells the language, then ICAO's, the older one, and Bulgaria's."""
    national = [table for letters, table in NATIONAL_CYRILLIC if not set(letters).isdisjoint(word)]
    bulgarian = [BULGARIAN] if "Щ" in word or "Ъ" in word else []
    return tuple(
        "".join(_cyrillic_letter(letter, table) for letter in word)
        for table in (*national, ICAO_CYRILLIC, OLDER_CYRILLIC, *bulgarian)
    )


def armenian_spellings(word: str) -> tuple[str, ...]:
    """Eastern, then western: HAKOBYAN and HAGOPIAN."""
    return _spell_armenian(word, EASTERN, EASTERN_FIRST), _spell_armenian(
        word, {**EASTERN, **WESTERN}, {**EASTERN_FIRST, **WESTERN_FIRST}
    )


def georgian_spellings(word: str) -> tuple[str, ...]:
    """One spelling: every letter has its sound."""
    return ("".join(_GEORGIAN_LETTERS.get(letter, letter) for letter in word),)


def _greek_letter_for_letter(word: str) -> str:
    for vowel, latin in (("Α", "A"), ("Ε", "E"), ("Η", "I")):
        for place in range(len(word) - 1, -1, -1):
            if word[place : place + 2] == f"{vowel}Υ":
                voiced = word[place + 2 : place + 3] in tuple(GREEK_VOICED)
                word = f"{word[:place]}{latin}{'V' if voiced else 'F'}{word[place + 2 :]}"
    for pair, latin in GREEK_PAIRS:
        word = word.replace(pair, latin)
    return "".join(GREEK_LETTERS.get(letter, letter) for letter in word)


def _cyrillic_letter(letter: str, table: dict[str, str]) -> str:
    if letter in table:
        return table[letter]
    bare = normalize("NFD", letter)[0]
    return table.get(bare, bare)


def _spell_armenian(word: str, letters: dict[str, str], first: dict[str, str]) -> str:
    for pair, latin in ARMENIAN_PAIRS:
        word = word.replace(pair, latin)
    begin = first.get(word[:1], letters.get(word[:1], word[:1]))
    return begin + "".join(letters.get(letter, letter) for letter in word[1:])
