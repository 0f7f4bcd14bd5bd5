"""Letters of Devanagari, by their place in its block; Bengali and its sisters have the same letters in the same places.

A consonant carries an A until a vowel sign or a killer follows.
"""

_VOWELS = {
    0x05: "A",
    0x06: "A",
    0x07: "I",
    0x08: "I",
    0x09: "U",
    0x0A: "U",
    0x0B: "RI",
    0x0F: "E",
    0x10: "AI",
    0x13: "O",
    0x14: "AU",
}
_CONSONANTS = "K KH G GH N CH CHH J JH N T TH D DH N T TH D DH N N P PH B BH M Y R R L L L V SH SH S H".split()
_SIGNS = {
    0x3E: "A",
    0x3F: "I",
    0x40: "I",
    0x41: "U",
    0x42: "U",
    0x43: "RI",
    0x47: "E",
    0x48: "AI",
    0x4B: "O",
    0x4C: "AU",
    0x4D: "",
}
INDIC_CONSONANTS = {0x15 + place: latin for place, latin in enumerate(_CONSONANTS)} | {0x5F: "Y"}
INDIC_VOWELS = _VOWELS
INDIC_SIGNS = _SIGNS
INDIC_NASALS = {0x01: "N", 0x02: "N", 0x70: "N"}
INDIC_SILENT = frozenset({0x3C, 0x03})
FIRST = 0x0900
INDIC_BLOCK = 0x80
