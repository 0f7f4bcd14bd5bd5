"""Devanagari, Bengali and their sisters, whose letters have the same places in their blocks."""

from data.persons.tables.indic_letters import BLOCK, CONSONANTS, NASAL, SIGNS, SILENT, VOWELS


def spellings(word: str) -> tuple[str, ...]:
    """With and without the A that a last consonant carries in writing: NARENDRA and NARENDR."""
    latin, carries = "", False
    for letter in word:
        place = ord(letter) % BLOCK
        if place in SILENT:
            continue
        if place in SIGNS:
            latin, carries = latin + SIGNS[place], False
            continue
        latin += "A" * carries
        carries = place in CONSONANTS
        latin += CONSONANTS.get(place) or VOWELS.get(place) or NASAL.get(place) or ""
    return (latin, f"{latin}A") if carries else (latin,)
