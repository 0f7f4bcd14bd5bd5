"""Names that one official joins and another splits: ABDULRAHMAN is ABD and RAHMAN, SALAHUDDIN is SALAH and DIN.

Only joints that cannot be part of another name are cut; every other joining is for the matcher to try.
"""

import re

from data.persons.tables.arabic_letters import ARTICLE, FAITH, FATHER, GOD, SERVANT

_SERVANT = re.compile(r"ABD(?:[UEAOI]L|[UEAOI]?(?=(?:RR|SS|SH|NN|ZZ|DD|TT)))(?!LAH|AH|LA$|A$)(?P<rest>[A-Z]{3,})")
_FAITH = re.compile(r"(?P<first>[A-Z]{3,}?)(?:[UEAI]D|[UEAI]L|L)DI?(?:EE|Y)?NE?")
_ENDS_IN_FAITH = ("DIN", "DINE", "DEEN", "DYN")
_ARTICLE = re.compile(r"(?:[AE]L(?=[^AEIOUL])|[AE](?P<sun>[SRNZDT])(?=(?P=sun)))(?P<name>[A-Z]{5,})")
"""Of fewer than five letters what is left would be met by chance."""
_DOUBLED = re.compile(r"^([RSNZDT])\1")


def without_article(word: str) -> tuple[str, ...]:
    """`SAHLAWI` for ALSAHLAWI and ESSAHLAWI, where an Arabic article may be joined to a name; nothing for other words.

    Whether it is one cannot be told (ALBERTO), so this is a second spelling of the part and never the first.
    """
    match = _ARTICLE.fullmatch(word)
    return (match["name"],) if match else ()


def parts(word: str) -> tuple[str, ...]:
    """The parts of one upper-case word; the word itself where there is no joint."""
    if word.isascii():
        return _latin(word)
    return _arabic(word) if "\u0600" <= word[0] <= "\u06ff" else (word,)


def _latin(word: str) -> tuple[str, ...]:
    if word.startswith("ABD"):
        match = _SERVANT.fullmatch(word)
        if match:
            return "ABD", _DOUBLED.sub(r"\1", match["rest"])
    if word.endswith(_ENDS_IN_FAITH):
        match = _FAITH.fullmatch(word)
        if match:
            return match["first"], "DIN"
    return (word,)


def _arabic(word: str) -> tuple[str, ...]:
    if word in GOD:
        return ("ALLAH",)
    if word.startswith(SERVANT) and len(word) > len(SERVANT) + 2:
        return "ABD", *_arabic(word[len(SERVANT) :])
    for father in FATHER:
        if word.startswith(father) and len(word) > len(father) + 2:
            return "ABU", *_arabic(word[len(father) :])
    for faith in FAITH:
        if word.endswith(faith) and word != faith:
            return *_arabic(word[: -len(faith)]), "DIN"
    if word.startswith(ARTICLE) and len(word) > len(ARTICLE) + 1:
        return "AL", *_arabic(word[len(ARTICLE) :])
    return (word,)
