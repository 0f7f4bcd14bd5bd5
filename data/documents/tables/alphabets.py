"""Which letters and scripts a state's names are written with: what an MRZ is read back into.

Latin letters are those that Doc 9303-3 section 6 part A spells with more or other letters than their base letter, or
may. States not named write no such letter, or none that this table knows.
"""

from data.documents.tables.cyrillic import ALPHABETS

LATIN_LETTERS: dict[str, str] = {
    **dict.fromkeys(("DEU", "AUT", "CHE", "LIE"), "ÄÖÜẞ"),
    **dict.fromkeys(("SWE", "FIN"), "ÅÄÖ"),
    **dict.fromkeys(("DNK", "NOR"), "ÆØÅ"),
    **dict.fromkeys(("HUN", "TUR"), "ÖÜ"),
    **dict.fromkeys(("ESP", "MEX", "ARG", "BOL", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "GTM", "HND"), "ÑÜ"),
    **dict.fromkeys(("NIC", "PAN", "PER", "PHL", "PRY", "SLV", "URY", "VEN"), "ÑÜ"),
    "AZE": "ÖÜƏ",
    "EST": "ÄÖÜ",
    "FRA": "ŒÆ",
    "ISL": "ÞÆÖÐ",
    "NLD": "Ĳ",
}

ANY_LATIN = "ÄÖÜØÅÆÞẞÑ"
"""Tried where the issuer is not known, in their longer spellings alone."""

CYRILLIC_STATES: dict[str, str] = {
    **{state: state for state in ALPHABETS},
    **dict.fromkeys(("KAZ", "KGZ"), "RUS"),
    **dict.fromkeys(("MNE", "BIH"), "SRB"),
}
"""State → whose Cyrillic letters."""

GREEK_STATES = frozenset({"GRC", "CYP"})

ARABIC_STATES = frozenset(
    (
        *("AFG", "ARE", "BHR", "COM", "DJI", "DZA", "EGY", "IRN", "IRQ", "JOR", "KWT", "LBN", "LBY", "MAR", "MRT"),
        *("OMN", "PAK", "PSE", "QAT", "SAU", "SDN", "SOM", "SYR", "TCD", "TUN", "YEM"),
    )
)
