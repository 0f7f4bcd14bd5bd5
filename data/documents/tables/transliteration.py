"""Latin letters that Doc 9303-3 section 6 part A spells in its own way.

Letters not listed lose their marks (É is E). Where the table leaves a choice (Ä: AE or A; Ö, Ü; Ñ: N or NXX) this is
the first; `OTHERS` are the spellings an MRZ may have instead.
"""

LATIN: dict[str, str] = {
    "Ä": "AE",
    "Å": "AA",
    "Æ": "AE",
    "Ð": "D",
    "Đ": "D",
    "Ħ": "H",
    "ı": "I",
    "Ĳ": "IJ",
    "ĸ": "Q",
    "Ŀ": "L",
    "Ł": "L",
    "ŉ": "N",
    "Ŋ": "N",
    "Ñ": "N",
    "Ö": "OE",
    "Ø": "OE",
    "Œ": "OE",
    "ß": "SS",
    "ẞ": "SS",
    "Ŧ": "T",
    "Þ": "TH",
    "Ü": "UE",
    "Ə": "E",
}

OTHERS: dict[str, tuple[str, ...]] = {
    "Ä": ("A",),
    "Å": ("A",),
    "Ö": ("O",),
    "Ø": ("O",),
    "Ü": ("U", "UXX"),
    "Ñ": ("NXX",),
    "Þ": ("T",),
}
