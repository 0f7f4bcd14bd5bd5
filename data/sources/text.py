"""Text out of list files, which is hostile: made safe to store and to show, its words untouched.

Control characters and those that turn the reading direction of what follows go; runs of white space
become one space; letters are composed (NFC). Joiners stay, since Persian and Indic names need them.
"""

import re
import unicodedata

NAME_LIMIT = 300
"""Characters of a name; longer ones are cut."""
TEXT_LIMIT = 1500
"""Characters of a reason, a comment, a description; longer ones are cut and end in "…"."""
RECORD_LIMIT = 64
"""Characters of a record's id; a longer one is refused, since a cut id could be another's."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str | None, limit: int = TEXT_LIMIT) -> str:
    """`text` without control characters, white space collapsed, at most `limit` characters; "" for None."""
    if not text:
        return ""
    # Nothing needs more than the first few times `limit`, however long the field is.
    text = _UNSAFE.sub(" ", text[: 4 * limit])
    text = unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def is_other_script(text: str) -> bool:
    """Whether most letters of `text` are not Latin: a name in its original script."""
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum(ord(letter) > 0x24F and not 0x1E00 <= ord(letter) <= 0x1EFF for letter in letters)
    return 2 * foreign > len(letters)
