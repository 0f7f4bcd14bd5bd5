"""Names as an MRZ spells them: in the letters A to Z, in words, cut where they do not fit.

- Doc 9303-3 section 4.6: apostrophes vanish, as does what no eye sees; hyphens and commas part words; digits and
  other marks have no place in a name. Latin, Cyrillic, Arabic letters follow section 6 parts A to C, Greek ones ELOT
  743, all others anyascii's spelling. Where a state's language spells a letter in its own way, the issuer decides.
- Doc 9303-4 section 4.2.3: a cut field ends in a letter, so that a reader sees it was cut, and shows part of the
  given names as well.
"""

import re
import unicodedata

from anyascii import anyascii

from data.documents.code_tables import canonical_country
from data.documents.tables.arabic import ARABIC, LAST_LETTERS, SHADDA
from data.documents.tables.cyrillic import BY_STATE, CYRILLIC, FIRST_LETTERS
from data.documents.tables.greek import DIPHTHONGS, GREEK, VOICED
from data.documents.tables.greek import FIRST_LETTERS as GREEK_FIRST_LETTERS
from data.documents.tables.transliteration import LATIN

MAX_NAME = 2000
"""Characters of a name that are read; no name field holds more than 39."""

_APOSTROPHES = re.compile("['’‘ʼʻ`´′]")
_CYRILLIC = re.compile("[\u0400-\u052f]+")
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]+")
_ARABIC = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]+")
_OWN_SYLLABLE = re.compile("(?<=[ΑΕΗΟ])\u0301(?=Υ)|(?=[ΙΥ]\u0308)")
"""Where two vowels are no diphthong: an accent on the first, or two dots on the second."""
_TABLE = {ord(letter): spelling for letter, spelling in LATIN.items()} | {
    ord(letter.lower()): spelling for letter, spelling in LATIN.items() if len(letter.lower()) == 1
}

_LAST_LONG_WORD = re.compile("(.*[A-Z])[A-Z]((?:<[A-Z])*)")
_LEAST_GIVEN = 7
"""Characters of the given names that a long surname leaves room for."""


def mrz_words(name: str, issuer: str = "") -> list[str]:
    """The words of a name as an MRZ of `issuer` spells them: `Łukasz D'Arc-Öz` gives LUKASZ, DARC, OEZ."""
    visible = "".join(char for char in name[:MAX_NAME] if char.isprintable() or char.isspace())
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", visible)).translate(_TABLE)
    if not text.isascii():
        text = _other_scripts(text.upper(), canonical_country(issuer) or "")
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    ascii_text = _APOSTROPHES.sub("", bare if bare.isascii() else anyascii(bare))
    return re.findall("[A-Z]+", ascii_text.upper())


def name_field(surname: str, given: str, width: int, issuer: str = "") -> str:
    """Surname, `<<` and given names as `issuer` spells them, in exactly `width` characters."""
    first, second = "<".join(mrz_words(surname, issuer)), "<".join(mrz_words(given, issuer))
    if not second:
        return _fit(first, width)
    room = width - 2 - min(len(second), _LEAST_GIVEN)
    if len(first) > room and len(first) + 2 + len(second) > width:
        first = _fit(first, room)
    start = f"{first}<<"
    return start + _fit(second, width - len(start))


def name_part(name: str, width: int, issuer: str = "") -> str:
    """Surname or given names alone, as on the French card, in exactly `width` characters."""
    return _fit("<".join(mrz_words(name, issuer)), width)


def _other_scripts(text: str, state: str) -> str:
    text = _CYRILLIC.sub(lambda match: _cyrillic(match[0], state), text)
    text = _GREEK.sub(lambda match: _greek(match[0]), text)
    return _ARABIC.sub(lambda match: _arabic(match[0]), text)


def _cyrillic(word: str, state: str) -> str:
    first, own = FIRST_LETTERS.get(state, {}), BY_STATE.get(state, {})
    spelt = [own.get(letter, CYRILLIC.get(letter, letter)) for letter in word]
    spelt[0] = first.get(word[0], spelt[0])
    return "".join(spelt)


def _greek(word: str) -> str:
    marked = _OWN_SYLLABLE.sub("|", unicodedata.normalize("NFD", word))
    bare = "".join(char for char in marked if not unicodedata.combining(char))
    spelt, at = "", 0
    while at < len(bare):
        pair = bare[at : at + 2]
        if at == 0 and pair in GREEK_FIRST_LETTERS:
            spelt, at = GREEK_FIRST_LETTERS[pair], 2
        elif pair in DIPHTHONGS:
            spelt += DIPHTHONGS[pair] + ("V" if bare[at + 2 : at + 3] in VOICED else "F")
            at += 2
        elif pair in GREEK and len(pair) == 2:
            spelt, at = spelt + GREEK[pair], at + 2
        else:
            spelt, at = spelt + GREEK.get(bare[at], "" if bare[at] == "|" else bare[at]), at + 1
    return spelt


def _arabic(run: str) -> str:
    word = unicodedata.normalize("NFKC", run)
    spelt: list[str] = []
    for at, letter in enumerate(word):
        if letter == SHADDA:
            spelt.extend(spelling.lstrip("X") for spelling in spelt[-1:])
        elif letter in ARABIC:
            last = not any(after in ARABIC for after in word[at + 1 :])
            spelt.append(LAST_LETTERS[letter] if last and letter in LAST_LETTERS else ARABIC[letter])
    return "".join(spelt)


def _fit(text: str, width: int) -> str:
    """Filled up or cut to `width`; where the cut falls on a filler, a letter before it makes room for one after it."""
    if len(text) <= width:
        return text.ljust(width, "<")
    if text[width - 1] == "<" and (shorter := _LAST_LONG_WORD.fullmatch(text[: width - 1])):
        return f"{shorter[1]}{shorter[2]}<{text[width]}"
    return text[:width]
