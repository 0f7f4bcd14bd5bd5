"""Makes text from lists and documents fit for a screen: names are hostile.

- Control, bidi, zero-width, private and unassigned characters are dropped; line ends become one blank.
- Marks piled on one letter are bounded, and so is the length.
- What comes back is plain text: whoever draws it turns markup off.
"""

import unicodedata

MOST = 80
"""Characters of a name or a value, unless the caller says otherwise."""

_MARKS = 4
"""Combining marks on one letter; Vietnamese, Hebrew and Arabic need up to three."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def safe(text: str, most: int = MOST) -> str:
    """`text` on one line, without anything that could move, hide or reorder other text; cut with `…` beyond `most`."""
    characters: list[str] = []
    marks = 0
    for character in text[: most * 8]:
        if character.isspace():
            character = " "
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if category not in _DROPPED and marks <= _MARKS:
            characters.append(character)
    line = " ".join("".join(characters).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def pluralize(number: int, noun: str, several: str = "") -> str:
    """`1 step`, `6 steps`; `several` where an s does not make it."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or f'{noun}s'}"
