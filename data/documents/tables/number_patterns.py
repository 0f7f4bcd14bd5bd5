"""What is certain about document numbers: the forms that a state's passports have, and the numbers of specimens."""

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
