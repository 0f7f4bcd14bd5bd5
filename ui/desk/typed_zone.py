"""An MRZ that arrives by keys: how many lines it has, and whether a hand or a machine typed it.

- The length of the first line that a hand types says how many lines there are (Doc 9303 parts 4 to 7, and lines run
  together). A scanner may send lines of its own around a zone: its text ends when it certainly has a whole zone.
- Characters faster than any hand types come from a keyboard-wedge scanner, or were pasted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.documents.mrz.parse import is_whole_zone

LINES_BY_LENGTH = {30: 3, 36: 2, 44: 2, 72: 1, 88: 1, 90: 1}
MOST_LINES = 3
MOST_SCANNED_LINES = 16
MOST_CHARACTERS = 120
"""Of a line: a zone in one, with a scanner's label before it."""

LEAST_IN_A_BURST = 24
"""Fewer characters say nothing about the speed; the shortest line has 30."""
FASTEST_HAND_S = 0.04
"""Seconds per character. The fastest typists need 0.06; slow scanners send one in 0.02."""
NEXT_CHARACTER_S = 0.1
"""A scanner's next character comes sooner, also over a slow line."""


@dataclass
class Burst:
    """Counts characters since the line was empty. Times are in seconds of one monotonic clock."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0
    pasted: int = 0

    def key(self, at: float) -> None:
        """A character was typed at this time."""
        if not self.count:
            self.first = at
        self.count += 1
        self.last = at

    def paste(self, characters: int, at: float) -> None:
        """Several characters were pasted at this time."""
        self.key(at)
        self.count += characters - 1
        self.pasted += characters

    @property
    def by_machine(self) -> bool:
        """Whether this was too fast for a hand."""
        if self.count < LEAST_IN_A_BURST:
            return False
        return self.pasted == self.count or (self.last - self.first) <= FASTEST_HAND_S * self.count


def is_one_line_end(first_at: float, second_at: float) -> bool:
    """Whether two Enter keys at these times are one line end of two characters: no hand presses it so fast twice."""
    return second_at - first_at < FASTEST_HAND_S


def is_complete(lines: Sequence[str], *, by_machine: bool) -> bool:
    """Whether no line of a zone is missing."""
    if by_machine:
        return len(lines) >= MOST_SCANNED_LINES or is_whole_zone("\n".join(lines))
    return len(lines) >= LINES_BY_LENGTH.get(len(lines[0].strip()), MOST_LINES)
