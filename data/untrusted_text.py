"""Text from outside (list files, chips), which is hostile: made safe to store and to show, its words untouched.

Control characters and those that turn the reading direction of what follows go; runs of white space become one space;
letters are composed (NFC). Joiners stay, since Persian and Indic names need them.
"""

import re
import unicodedata

TEXT_LIMIT = 1500
"""Characters of a reason, a comment, a description; longer ones are cut and end in "…"."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_LINE_BREAK = re.compile("[\x09-\x0d\x85\u2028\u2029]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def drop_controls(text: str) -> str:
    """`text` on one line, without whatever would move, recolour or reorder what else a terminal shows."""
    return _UNSAFE.sub("", _LINE_BREAK.sub(" ", text))


def clean(text: str | None, limit: int = TEXT_LIMIT) -> str:
    """`text` without control characters, white space collapsed, at most `limit` characters; "" for None."""
    if not text:
        return ""
    # Nothing needs more than the first few times `limit`, however long the field is.
    text = _UNSAFE.sub(" ", text[: 4 * limit])
    text = unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


_CREDENTIALS = re.compile(r"(\b[A-Za-z][\w+.-]*:[/\\]*)\S*@")
"""Up to the last @: a password that somebody forgot to escape may have a slash."""
_QUESTION = re.compile(r"(\b[A-Za-z][\w+.-]*:[/\\]*[^\s?]*\?)\S+")


def hide_credentials(text: str) -> str:
    """`text` with an ellipsis in place of what stands before the host of each URL in it, and after its question mark,
    however malformed. A URL has no blanks: what stands behind one is taken for other words.

    URLs of sources, mirrors, uplinks and devices are shown to people in this form alone.
    """
    return _QUESTION.sub(r"\1…", _CREDENTIALS.sub(r"\1…@", text))
