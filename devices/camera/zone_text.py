"""Finds a zone among lines that were read, and corrects a wrong number of fillers.

No letter or digit is ever changed. Only the fillers at the end of a line of names, whose number means nothing, are set
to what the format needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.documents.mrz.formats import Layout
from data.documents.mrz.zone import find_layout
from devices.camera.ocr import CharacterLine

_WIDTHS = (44, 36, 30)
_MISCOUNTED = 3
"""By how many fillers a run of them may be misread."""
_RUN = "<<"
_FEWEST_FILLERS = 2
"""In a zone: the two between surname and given names."""
_NEARLY = 2
"""Characters by which a line may differ from its format's width."""


@dataclass(frozen=True, slots=True)
class ZoneText:
    """Lines with the layout of a format."""

    lines: tuple[str, ...]
    layout: Layout
    place: int
    """Position of the first line among the lines that were read."""

    @property
    def flat(self) -> str:
        """The lines joined."""
        return "".join(self.lines)

    @property
    def fillers(self) -> int:
        """Number of `<`."""
        return self.flat.count("<")

    @property
    def is_upright(self) -> bool:
        """Whether it may be upright: if it is upside down, its fillers are read as something else."""
        return self.fillers >= _FEWEST_FILLERS


def zone_text(read: Sequence[CharacterLine]) -> ZoneText | None:
    """The zone among lines that were read; None if none of them fit a format."""
    return max(_fitting(read), key=lambda text: (len(text.flat), text.fillers), default=None)


def is_nearly_zone(read: Sequence[CharacterLine]) -> bool:
    """Whether there are two lines with a zone's fillers and only a few characters too many or too few."""
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
    """The line, with trailing fillers up to `width` characters if it ends in a run of them."""
    names = line.rstrip("<")
    is_run = line.endswith(_RUN) and len(names) + len(_RUN) <= width and _is_names(names)
    return names.ljust(width, "<") if is_run and abs(len(line) - width) <= _MISCOUNTED else line


def _is_names(text: str) -> bool:
    """Whether it is a line of names; in a line of numbers the positions of digits matter."""
    return "<" in text and sum(map(str.isdigit, text)) <= len(text) // 8
