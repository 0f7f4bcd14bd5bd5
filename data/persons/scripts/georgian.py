"""Georgian by the national system of 2002, as passports print it: without its apostrophes."""

_LETTERS = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "A B G D E V Z T I K L M N O P ZH R S T U P K GH Q SH CH TS DZ TS CH KH J H".split(),
        strict=True,
    )
)


def spellings(word: str) -> tuple[str, ...]:
    """One spelling: every letter has its sound."""
    return ("".join(_LETTERS.get(letter, letter) for letter in word),)
