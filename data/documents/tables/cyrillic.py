"""Cyrillic letters as Doc 9303-3 section 6 part B spells them, and where states differ.

The part prints Ғ where Macedonian has Ѓ, gives Ђ and Ћ one glyph, and has no row for Ь, which states leave out: here
each letter has its own row.
"""

CYRILLIC: dict[str, str] = {
    **dict(zip("АБВГДЕЗИЙКЛМНОПРСТУФЫЭ", "ABVGDEZIIKLMNOPRSTUFYE", strict=True)),
    "Ё": "E",
    "Ђ": "D",
    "Ѓ": "G",
    "Є": "IE",
    "Ѕ": "DZ",
    "І": "I",
    "Ї": "I",
    "Ј": "J",
    "Љ": "LJ",
    "Њ": "NJ",
    "Ћ": "C",
    "Ќ": "K",
    "Ў": "U",
    "Џ": "DZ",
    "Ж": "ZH",
    "Х": "KH",
    "Ц": "TS",
    "Ч": "CH",
    "Ш": "SH",
    "Щ": "SHCH",
    "Ъ": "IE",
    "Ь": "",
    "Ю": "IU",
    "Я": "IA",
    "Ѫ": "U",
    "Ѵ": "Y",
    "Ґ": "G",
    "Ғ": "G",
    "Һ": "C",
}

BY_STATE: dict[str, dict[str, str]] = {
    "BLR": {"Ё": "IO", "Г": "H"},
    "BGR": {"Щ": "SHT"},
    "MKD": {"Ќ": "KJ", "Џ": "DJ", "Ѓ": "GJ", "Х": "H", "Ц": "C"},
    "SRB": {"Г": "H", "Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"},
    "UKR": {"Г": "H", "И": "Y"},
}
"""The language of a state, where it differs. Serbian Г is H in the part's text; Serbia itself prints G."""

FIRST_LETTERS: dict[str, dict[str, str]] = {"UKR": {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"}}
"""The same at the beginning of a word."""

ALPHABETS: dict[str, str] = {
    "RUS": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
    "BLR": "АБВГДЕЁЖЗІЙКЛМНОПРСТУЎФХЦЧШЫЬЭЮЯ",
    "UKR": "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ",
    "BGR": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯ",
    "SRB": "АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ",
    "MKD": "АБВГДЃЕЖЗЅИЈКЛЉМНЊОПРСТЌУФХЦЧЏШ",
}
"""The letters a state's names are written with, so that an MRZ can be read back in them."""
