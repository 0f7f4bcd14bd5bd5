"""Which keyboard layout a reader types in, where it is not the one that its keys are read as.

- Readers that act as a keyboard type keys, not characters. Read as another layout, a zone comes with swapped
  characters: Y for Z, A for Q, marks for digits or fillers.
- Another layout is believed only where it makes every check digit of a zone right, three at least, and the text as it
  came does not. Nothing is mended: reader and machine must be set alike, and the document be presented again.
- Layouts that type a zone with the same keys (us and gb) are one: the first of them is named. Two layouts that differ
  only in letters which no check digit of the zone counts cannot be told apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from data.documents.mrz.parse import count_digits
from data.text import Message, _
from devices.documents.tables.layouts import ALT_GR, LAYOUTS

_ZONE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_FEWEST_DIGITS = 3
_LONGEST = 1_000
_LAST_LETTER_KEY, _KEY_86 = 53, 86

Key = tuple[int, str]
"""Key code, and what is held down with it: nothing, `shift` or `altgr`; or a character's code and `code`."""


@dataclass(frozen=True, slots=True)
class LayoutMismatch:
    """A reader that types in one layout, and a machine that reads its keys in another."""

    reader: str
    machine: str


def find_mismatch(text: str) -> LayoutMismatch | None:
    """The layouts that explain a text which came from a keyboard and is no right zone; None if none do."""
    if len(text) > _LONGEST or _is_right(text):
        return None
    return next((mismatch for mismatch, typed in _retype(text) if _is_right(typed)), None)


def explain_swapped_characters(text: str) -> Message | None:
    """What to do about a text whose characters a keyboard layout swapped; None if none did."""
    mismatch = find_mismatch(text)
    if mismatch is None:
        return None
    return _(
        "The reader seems to type with the keyboard layout {reader}, and this machine to read its keys with {machine}: "
        "set both to the same layout, then scan again",
        reader=mismatch.reader,
        machine=mismatch.machine,
    )


def find_layout_of(keys: Sequence[Key], machine: str) -> str | None:
    """The layout in which a reader typed these keys, if `machine` makes no right zone of them and another one does."""
    if len(keys) > _LONGEST or _is_right(type_keys(keys, machine)):
        return None
    others = (layout for layout in distinct_layouts() if _zone_keys(layout) != _zone_keys(machine))
    return next((layout for layout in others if _is_right(type_keys(keys, layout))), None)


def type_keys(keys: Sequence[Key], layout: str) -> str:
    """What these keys type in a layout; `?` for a key that types nothing there."""
    characters = _characters_by_key(layout)
    return "".join(chr(key[0]) if key[1] == "code" else characters.get(key, "?") for key in keys)


def distinct_layouts() -> list[str]:
    """One layout of each group that types a zone with the same keys."""
    first_of_group: dict[object, str] = {}
    for layout in LAYOUTS:
        first_of_group.setdefault(_zone_keys(layout), layout)
    return list(first_of_group.values())


def _is_right(text: str) -> bool:
    right, wrong = count_digits(text)
    return right >= _FEWEST_DIGITS and not wrong


def _retype(text: str) -> Iterator[tuple[LayoutMismatch, str]]:
    """The text as it would be if the machine had the reader's layout, for every two layouts."""
    for machine in distinct_layouts():
        for keys in _ways_to_type(machine):
            for reader in distinct_layouts():
                if reader != machine:
                    characters = _characters_by_key(reader)
                    typed = (characters.get(keys[char], "?") if char in keys else char for char in text)
                    yield LayoutMismatch(reader, machine), "".join(typed)


@cache
def _ways_to_type(layout: str) -> tuple[Mapping[str, Key], ...]:
    """Character to the key that types it, in capitals as well: a field may have changed the case.

    Where the filler is on another key, many systems type it with key 86, too.
    """
    keys: dict[str, Key] = {}
    for key, character in _characters_by_key(layout).items():
        if character not in " \t\r" and (key[0] <= _LAST_LETTER_KEY or key[0] == _KEY_86):
            keys.setdefault(character, key)
    for character, key in list(keys.items()):
        keys.setdefault(character.upper(), key)
    return (keys,) if keys["<"] == (_KEY_86, "") else (keys, keys | {"<": (_KEY_86, "")})


@cache
def _characters_by_key(layout: str) -> dict[Key, str]:
    characters = {(code, alone_or_shift): character for code, pair in LAYOUTS[layout].items()
                  for alone_or_shift, character in zip(("", "shift"), pair, strict=True)}  # fmt: skip
    return characters | {(code, "altgr"): character for code, character in ALT_GR[layout].items()}


@cache
def _zone_keys(layout: str) -> tuple[frozenset[Key], ...]:
    """The keys of each character of a zone, without those of the number block."""
    keys = {
        key: char for key, char in _characters_by_key(layout).items() if key[0] <= _LAST_LETTER_KEY or key[0] == _KEY_86
    }
    return tuple(frozenset(key for key, char in keys.items() if char == wanted) for wanted in _ZONE_CHARACTERS)
