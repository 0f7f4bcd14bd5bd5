"""Hebrew: consonants only, which are compared without vowels."""

from data.persons.tables.hebrew_letters import HARD, SOFT


def spellings(word: str) -> tuple[str, ...]:
    """Consonants, hard and soft, and with a V where most words have an O: there is no telling which."""
    letters = [letter for letter in word if letter in HARD]
    if not letters:
        return ()
    first = "V" if letters[0] == "ו" else HARD[letters[0]]
    hard = first + "".join(HARD[letter] for letter in letters[1:])
    soft = first + "".join(SOFT[letter] for letter in letters[1:])
    return hard, soft, *((soft.replace("O", "V"),) if "ו" in letters else ())
