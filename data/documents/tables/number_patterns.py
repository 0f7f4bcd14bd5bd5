"""What document numbers look like, by issuer: A a letter, 9 a digit, X either; anything else stands as it is.

For making documents, not for judging them: states change their numbers, and special passports have others. What is
certain enough to judge by is in `CERTAIN`.
"""

PATTERNS: dict[str, tuple[str, ...]] = {
    "AUS": ("A9999999", "AA9999999"),
    "AUT": ("A9999999",),
    "BEL": ("AA999999",),
    "BRA": ("AA999999",),
    "CAN": ("AA999999",),
    "CHE": ("A9999999",),
    "CHN": ("E99999999", "EA9999999"),
    "CZE": ("99999999",),
    "D": ("CXXXXXXX9", "A9999999"),
    "DNK": ("999999999",),
    "EGY": ("A99999999",),
    "ESP": ("AAA999999",),
    "FRA": ("99AA99999",),
    "GBR": ("999999999",),
    "GRC": ("AA9999999",),
    "IND": ("A9999999",),
    "IRN": ("A99999999",),
    "ITA": ("AA9999999",),
    "JPN": ("AA9999999",),
    "KOR": ("M99999999", "M999A9999"),
    "NLD": ("AAXXXXXX9",),
    "POL": ("AA9999999",),
    "RUS": ("999999999",),
    "TUR": ("A99999999",),
    "UKR": ("AA999999",),
    "USA": ("999999999", "A99999999"),
}

COMMON = ("A9999999", "AA999999", "AA9999999", "999999999", "A99999999", "99999999")
"""For every other issuer."""

CERTAIN: dict[str, str] = {
    "FRA": r"\d{2}[A-Z]{2}\d{5}",
    "NLD": r"[A-NP-Z]{2}[A-NP-Z0-9]{6}\d",
    "USA": r"[A-Z0-9]\d{8}",
}
"""Issuer → the only form of its passport numbers in the machine-readable era, as the state itself describes it.

Ministère de l'Intérieur (two digits, two letters, five digits); RvIG (nine characters without the letter O, the last a
digit); US Department of State (nine characters, from 2021 a letter first). The United Kingdom is left out: its nine
digits are those of passports, but the same codes stand on travel documents with letters.
"""

SPECIMENS = frozenset(
    (
        *("L898902C", "L898902C3", "L8988901C", "D23145890", "D23145890734"),
        *("C01X00T47", "C01X0006H", "T22000129", "L01X00T47", "SPECI2014", "SPECI2021"),
    )
)
"""Numbers of the specimens in Doc 9303, and of German and Dutch ones: no traveller's document has them."""
