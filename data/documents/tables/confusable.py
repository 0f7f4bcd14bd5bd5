"""Characters of a machine-readable zone that a reader takes for one another."""

CONFUSABLE: dict[str, str] = {
    "0": "ODQU",
    "O": "0DQ",
    "D": "0O",
    "Q": "0O",
    "U": "0V",
    "V": "U1",
    "1": "ILV",
    "I": "1L",
    "L": "1I",
    "8": "B",
    "B": "8",
    "5": "S",
    "S": "5",
    "2": "Z",
    "Z": "2",
    "6": "G",
    "G": "6",
}
"""What OCR takes for what, and the pairs no check digit tells apart (U/0, V/1)."""
