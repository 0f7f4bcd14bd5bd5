"""Cyrillic letters as an MRZ prints them (Doc 9303-3, section 6 B), and where states differ."""

ICAO_CYRILLIC = {
    "А": "A",
    "Б": "B",
    "В": "V",
    "Г": "G",
    "Ґ": "G",
    "Ѓ": "G",
    "Д": "D",
    "Ђ": "D",
    "Е": "E",
    "Ё": "E",
    "Є": "IE",
    "Ж": "ZH",
    "З": "Z",
    "Ѕ": "DZ",
    "И": "I",
    "І": "I",
    "Ї": "I",
    "Й": "I",
    "Ј": "J",
    "К": "K",
    "Ќ": "K",
    "Қ": "Q",
    "Л": "L",
    "Љ": "LJ",
    "М": "M",
    "Н": "N",
    "Њ": "NJ",
    "Ң": "NG",
    "О": "O",
    "Ө": "O",
    "П": "P",
    "Р": "R",
    "С": "S",
    "Т": "T",
    "Ћ": "C",
    "У": "U",
    "Ў": "U",
    "Ү": "U",
    "Ұ": "U",
    "Ф": "F",
    "Х": "KH",
    "Ҳ": "H",
    "Һ": "H",
    "Ц": "TS",
    "Ч": "CH",
    "Ҷ": "J",
    "Џ": "DZ",
    "Ш": "SH",
    "Щ": "SHCH",
    "Ъ": "IE",
    "Ы": "Y",
    "Ь": "",
    "Э": "E",
    "Ә": "A",
    "Ю": "IU",
    "Я": "IA",
    "Ғ": "G",
    "Ӣ": "I",
    "Ӯ": "U",
}

UKRAINIAN = {**ICAO_CYRILLIC, "Г": "H", "И": "Y", "Є": "YE", "Х": "KH"}
SERBIAN = {**ICAO_CYRILLIC, "Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S", "Ђ": "DJ"}
MACEDONIAN = {**SERBIAN, "Ѓ": "GJ", "Ќ": "KJ", "Џ": "DJ"}
MONGOLIAN = {**ICAO_CYRILLIC, "Ө": "U", "Ж": "J", "Й": "I", "Ы": "II"}
BULGARIAN = {**ICAO_CYRILLIC, "Х": "H", "Щ": "SHT", "Ъ": "A", "Ь": "Y", "Ю": "YU", "Я": "YA", "Й": "Y"}
NATIONAL_CYRILLIC = (("ІЇЄҐ", UKRAINIAN), ("ЂЋЉЊЏЈ", SERBIAN), ("ЃЌЅ", MACEDONIAN), ("ӨҮ", MONGOLIAN))
"""Letters that tell a language, and its table."""

OLDER_CYRILLIC = {**ICAO_CYRILLIC, "Ё": "YO", "Ю": "YU", "Я": "YA", "Й": "Y", "Ъ": "", "Х": "H"}
"""Passports before 2010, and what agencies write."""
