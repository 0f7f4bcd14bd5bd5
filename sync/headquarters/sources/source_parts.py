"""What belongs to a source and would be a sign if it were missing next time: how the store keeps it, and its words."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from data.text import Message, _

LINE_BREAK = "line-break"
"""A line break at the end."""
MASTER_LISTS, AUTHORITIES, SIGNERS, REVOCATIONS = "master-lists", "authorities", "signers", "revocations"
"""Of an LDIF file."""

_WORDS: Mapping[str, Callable[[str], Message]] = {
    "file": lambda name: _("the file {name}", name=name),
    "number": lambda number: _("file {number}", number=number),
    "folder": lambda name: _("the folder {name}", name=name),
    "column": lambda name: _("column {name}", name=name),
    "end-mark": lambda name: _("the mark 0x1A at the end of {name}", name=name),
    "master-list": lambda country: _("the master list of {country}", country=country),
    LINE_BREAK: lambda _name: _("a line break at the end"),
    MASTER_LISTS: lambda _name: _("master lists"),
    AUTHORITIES: lambda _name: _("certificates of countries"),
    SIGNERS: lambda _name: _("document signers"),
    REVOCATIONS: lambda _name: _("revocation lists"),
}


def number_files(paths: Sequence[Path]) -> frozenset[str]:
    """Of files whose names do not stay the same: the first, the second …"""
    return frozenset(f"number {number}" for number in range(1, len(paths) + 1))


def describe_part(part: str) -> Message:
    """A part in words: `column review` → "column review", `number 2` → "file 2"."""
    kind, _blank, name = part.partition(" ")
    words = _WORDS.get(kind)
    return words(name) if words is not None else _("the part {name}", name=part)
