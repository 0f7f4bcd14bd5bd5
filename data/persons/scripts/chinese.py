"""Chinese characters one by one: pinyin, the readings of family names, and the habits of Taiwan, Hong Kong and others.

anyascii knows one reading of each character. Family names that are read otherwise, and what their bearers outside the
mainland write, are in a table of our own (`chinese_surnames`). Japanese names have readings of their own
(`japanese`); where none is known, what stands here is a guess.
"""

import re

from anyascii import anyascii

from data.persons.scripts import japanese
from data.persons.tables.chinese_surnames import READINGS
from data.persons.tables.wade_giles import FINALS, INITIALS, WHOLE

_PINYIN = re.compile("(ZH|CH|SH|[BPMFDTNLGKHJQXRZCSYW])?([A-Z]+)")


def apart(word: str) -> tuple[str, ...]:
    """Every character is a part: which ones are the family name, the writing does not say."""
    return tuple(word)


def spellings(word: str) -> tuple[str, ...]:
    """Of one character: its reading in names, pinyin, Wade-Giles. Of a longer word: Japanese readings, then pinyin."""
    if len(word) > 1:
        return tuple(dict.fromkeys((*japanese.kanji(word), "".join(spellings(one)[0] for one in word))))
    pinyin = anyascii(word).upper()
    usual = READINGS.get(word, (pinyin,))
    return tuple(dict.fromkeys((*usual, pinyin, wade_giles(usual[0]))))


def wade_giles(pinyin: str) -> str:
    """As passports of Taiwan print it: HSIAO for XIAO. Without its apostrophes."""
    match = _PINYIN.fullmatch(pinyin)
    if pinyin in WHOLE or match is None:
        return WHOLE.get(pinyin, pinyin)
    initial, final = match[1] or "", match[2]
    return INITIALS.get(initial, initial) + FINALS.get(f"{initial[:1]}-{final}", FINALS.get(final, final))
