"""Greek as Greek passports spell it: ELOT 743."""

from unicodedata import normalize

from data.persons.tables.greek_letters import HEARD, LETTERS, PAIRS, VOICED


def spellings(word: str) -> tuple[str, ...]:
    """Letter for letter, and as the word's beginning sounds: MPAMPIS and BAMPIS."""
    bare = "".join(normalize("NFD", letter)[0] for letter in word).replace("ς", "Σ")
    written = _letter_for_letter(bare)
    for pair, heard in HEARD:
        if bare.startswith(pair):
            return heard + _letter_for_letter(bare[2:]), written
    return (written,)


def _letter_for_letter(word: str) -> str:
    for vowel, latin in (("Α", "A"), ("Ε", "E"), ("Η", "I")):
        for place in range(len(word) - 1, -1, -1):
            if word[place : place + 2] == f"{vowel}Υ":
                voiced = word[place + 2 : place + 3] in tuple(VOICED)
                word = f"{word[:place]}{latin}{'V' if voiced else 'F'}{word[place + 2 :]}"
    for pair, latin in PAIRS:
        word = word.replace(pair, latin)
    return "".join(LETTERS.get(letter, letter) for letter in word)
