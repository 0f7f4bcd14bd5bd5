"""Names in the alphabet of an MRZ: A to Z, words parted by blanks.

Doc 9303-3: apostrophes vanish (section 4.6), hyphens and commas part words, digits and other marks have no place in a
name; Latin letters follow section 6 part A, other scripts anyascii's spelling.
"""

import re
import unicodedata

from anyascii import anyascii

from data.documents.tables.transliteration import LATIN

_APOSTROPHES = re.compile("['’‘ʼʻ`´′]")
_TABLE = {ord(letter): spelling for letter, spelling in LATIN.items()} | {
    ord(letter.lower()): spelling for letter, spelling in LATIN.items() if len(letter.lower()) == 1
}


def mrz_words(name: str) -> list[str]:
    """The words of a name as an MRZ spells them: `Łukasz D'Arc-Öz` gives LUKASZ, DARC, OEZ."""
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", name)).translate(_TABLE)
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    ascii_text = _APOSTROPHES.sub("", bare if bare.isascii() else anyascii(bare))
    return re.findall("[A-Z]+", ascii_text.upper())
