"""Makes text from lists and documents safe to show: such names may be hostile.

- Control, bidi, zero-width, private and unassigned characters are dropped; a line break becomes one blank.
- The number of marks on one letter is limited, and so is the length.
- The result is plain text: whatever draws it must turn markup off.
"""

import unicodedata

from ui.text.translation import translate

MOST = 80
"""Characters of a name or a value, unless the caller says otherwise."""

_MARKS = 4
"""Combining marks on one letter; Vietnamese, Hebrew and Arabic need up to three."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def safe(text: str, most: int = MOST) -> str:
    """`text` on one line of at most `most` characters, without anything that could move, hide or reorder other text.

    A message is translated first. Longer text is cut as by `shorten`.
    """
    characters: list[str] = []
    marks = 0
    for character in translate(text)[: most * 8]:
        if character.isspace():
            character = " "
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if category not in _DROPPED and marks <= _MARKS:
            characters.append(character)
    return shorten(" ".join("".join(characters).split()), most)


def shorten(line: str, most: int) -> str:
    """`line` in at most `most` characters; a longer one ends with `…`, after a whole word where one fits."""
    if len(line) <= most:
        return line
    whole, _blank, _cut = line[:most].rpartition(" ")
    return f"{(whole or line[: most - 1]).rstrip(' ,;:·')}…"
