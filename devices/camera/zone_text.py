"""Finds a zone among lines that were read, and corrects the number of fillers where it was miscounted.

No letter or digit is ever changed. Only the fillers at the end of a line of names, whose count says nothing, are made
as many as the format has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.documents.mrz.formats import Layout
from data.documents.mrz.parse import find_layout
from devices.camera.ocr import CharacterLine

_WIDTHS = (44, 36, 30)
_MISCOUNTED = 3
"""Fillers more or less that a run of them may be read as."""
_RUN = "<<"
_FEWEST_FILLERS = 2
"""In a zone: those between surname and given names."""
_NEARLY = 2
"""Characters by which a line that was read may differ from its format's width."""


@dataclass(frozen=True, slots=True)
class ZoneText:
    """Lines that have a format's shape."""

    lines: tuple[str, ...]
    layout: Layout
    place: int
    """Of the first line among the lines that were read."""

    @property
    def flat(self) -> str:
        """The lines joined."""
        return "".join(self.lines)

    @property
    def fillers(self) -> int:
        """How many `<` there are."""
        return self.flat.count("<")

    @property
    def is_upright(self) -> bool:
        """Whether it can be a zone the right way up: on its head its fillers are read as something else."""
        return self.fillers >= _FEWEST_FILLERS


def zone_text(read: Sequence[CharacterLine]) -> ZoneText | None:
    """The zone among lines that were read; None when none of them fit a format."""
    return max(_fitting(read), key=lambda text: (len(text.flat), text.fillers), default=None)


def is_nearly_zone(read: Sequence[CharacterLine]) -> bool:
    """Whether there are two lines with a zone's fillers that only have some characters too many or too few."""
    lines = [line.text for line in read]
    wide = max((sum(abs(len(line) - width) <= _NEARLY for line in lines) for width in _WIDTHS), default=0)
    return wide >= 2 and sum(line.count("<") for line in lines) >= _FEWEST_FILLERS


def _fitting(read: Sequence[CharacterLine]) -> Iterator[ZoneText]:
    for width in _WIDTHS:
        lines = [_fit_line(line.text, width) for line in read]
        for count in (3, 2):
            for place in range(len(lines) - count + 1):
                window = lines[place : place + count]
                layout = find_layout(window)
                if layout is not None:
                    yield ZoneText(tuple(window), layout, place)


def _fit_line(line: str, width: int) -> str:
    """The line with as many trailing fillers as make it `width` characters, where it ends in a run of them."""
    names = line.rstrip("<")
    is_run = line.endswith(_RUN) and len(names) + len(_RUN) <= width and _is_names(names)
    return names.ljust(width, "<") if is_run and abs(len(line) - width) <= _MISCOUNTED else line


def _is_names(text: str) -> bool:
    """Whether a line holds names: a line of numbers has digits whose places count."""
    return "<" in text and sum(map(str.isdigit, text)) <= len(text) // 8
