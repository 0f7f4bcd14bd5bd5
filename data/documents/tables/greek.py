"""Greek letters and pairs as Greek and Cypriot documents spell them: ELOT 743, which ISO 843 takes over.

Doc 9303-3 section 6 has no Greek part. Pairs come before single letters; accents are gone before this table is asked,
but a diaeresis keeps a pair apart (ΑΫ is AY).
"""

GREEK: dict[str, str] = {
    **dict(zip("ΑΒΓΔΕΖΗΙΚΛΜΝΞΟΠΡΣΤΥΦΩ", "AVGDEZIIKLMNXOPRSTYFO", strict=True)),
    "Θ": "TH",
    "Χ": "CH",
    "Ψ": "PS",
    "ΓΓ": "NG",
    "ΓΞ": "NX",
    "ΓΧ": "NCH",
    "ΜΠ": "MP",
    "ΟΥ": "OU",
}

DIPHTHONGS: dict[str, str] = {"ΑΥ": "A", "ΕΥ": "E", "ΗΥ": "I"}
"""Followed by V before a vowel or a voiced consonant, else by F."""

VOICED = frozenset("ΑΕΗΙΟΥΩΒΓΔΖΛΜΝΡ")

FIRST_LETTERS: dict[str, str] = {"ΜΠ": "B"}
"""The same at the beginning of a word."""
