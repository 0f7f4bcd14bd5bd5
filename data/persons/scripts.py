"""Scripts with habits of their own in passports: Greek, Hebrew, the scripts of India, hangul.

Each function gives the spellings of one upper-case word in A to Z, the likeliest first.
"""

from unicodedata import normalize

from anyascii import anyascii

from data.persons.tables import greek_letters, hebrew_letters, indic_letters, korean_syllables


def greek(word: str) -> tuple[str, ...]:
    """ELOT 743 letter for letter, and as the word's beginning sounds: MPAMPIS and BAMPIS."""
    bare = "".join(_undecorated(letter) for letter in word).replace("ς", "Σ")
    written = _greek(bare)
    for pair, heard in greek_letters.HEARD:
        if bare.startswith(pair):
            return heard + _greek(bare[2:]), written
    return (written,)


def _undecorated(letter: str) -> str:
    return normalize("NFD", letter)[0]


def _greek(word: str) -> str:
    for vowel, latin in (("Α", "A"), ("Ε", "E"), ("Η", "I")):
        for place in range(len(word) - 1, -1, -1):
            if word[place : place + 2] == f"{vowel}Υ":
                voiced = word[place + 2 : place + 3] in tuple(greek_letters.VOICED)
                word = f"{word[:place]}{latin}{'V' if voiced else 'F'}{word[place + 2 :]}"
    for pair, latin in greek_letters.PAIRS:
        word = word.replace(pair, latin)
    return "".join(greek_letters.LETTERS.get(letter, letter) for letter in word)


def hebrew(word: str) -> tuple[str, ...]:
    """Consonants, hard and soft, and with a V where most words have an O: there is no telling which."""
    letters = [letter for letter in word if letter in hebrew_letters.HARD]
    if not letters:
        return ()
    first = "V" if letters[0] == "ו" else hebrew_letters.HARD[letters[0]]
    hard = first + "".join(hebrew_letters.HARD[letter] for letter in letters[1:])
    soft = first + "".join(hebrew_letters.SOFT[letter] for letter in letters[1:])
    return hard, soft, *((soft.replace("O", "V"),) if "ו" in letters else ())


def indic(word: str) -> tuple[str, ...]:
    """With and without the A that a last consonant carries in writing: NARENDRA and NARENDR."""
    latin, carries = "", False
    for letter in word:
        place = ord(letter) % indic_letters.BLOCK
        if place in indic_letters.SILENT:
            continue
        if place in indic_letters.SIGNS:
            latin, carries = latin + indic_letters.SIGNS[place], False
            continue
        latin += "A" * carries
        carries = place in indic_letters.CONSONANTS
        latin += (
            indic_letters.CONSONANTS.get(place)
            or indic_letters.VOWELS.get(place)
            or indic_letters.NASAL.get(place)
            or ""
        )
    return (latin, f"{latin}A") if carries else (latin,)


def korean(syllable: str) -> tuple[str, ...]:
    """One syllable: by custom, officially, and in the older romanisation."""
    official = anyascii(syllable).upper()
    older = official[:1].translate(korean_syllables.HARDER) + official[1:]
    older = f"CH{older[1:]}" if official.startswith("J") else older
    return *korean_syllables.SPELLED.get(syllable, ()), official, older
