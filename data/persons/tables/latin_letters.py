"""National letters of the Latin script as an MRZ prints them (Doc 9303-3, section 6 A).

A letter that is not here loses its marks and keeps its base letter.
"""

ICAO = {
    "Ä": "AE",
    "Å": "AA",
    "Æ": "AE",
    "Ð": "D",
    "Đ": "D",
    "Ħ": "H",
    "I": "I",
    "İ": "I",
    "ı": "I",
    "Ĳ": "IJ",
    "ĸ": "K",
    "Ł": "L",
    "Ŀ": "L",
    "Ŋ": "N",
    "Ö": "OE",
    "Ø": "OE",
    "Œ": "OE",
    "Þ": "TH",
    "Ŧ": "T",
    "Ü": "UE",
    "ẞ": "SS",
    "ß": "SS",
    "Ə": "E",
}

PLAIN = {
    **ICAO,
    "Ä": "A",
    "Å": "A",
    "Æ": "AE",
    "Ö": "O",
    "Ø": "O",
    "Œ": "OE",
    "Ü": "U",
    "Ə": "A",
}
"""The other habit: marks dropped, nothing written out."""
