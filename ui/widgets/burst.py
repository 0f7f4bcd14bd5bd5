"""Whether characters came faster than any hand types: from a keyboard-wedge scanner, or pasted."""

from dataclasses import dataclass

LEAST = 24
"""Characters before the speed says anything; the shortest line has 30."""
FASTEST_HAND_S = 0.04
"""Seconds a character. The fastest typists need 0.06; slow scanners send one in 0.02."""


@dataclass
class Burst:
    """Counts characters since the line was empty. Times in seconds of one steady clock."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0
    pasted: int = 0

    def key(self, at: float) -> None:
        """A character came as a key."""
        if not self.count:
            self.first = at
        self.count += 1
        self.last = at

    def paste(self, characters: int, at: float) -> None:
        """Characters came at once."""
        self.key(at)
        self.count += characters - 1
        self.pasted += characters

    @property
    def by_machine(self) -> bool:
        """Whether no hand typed this."""
        if self.count < LEAST:
            return False
        return self.pasted == self.count or (self.last - self.first) <= FASTEST_HAND_S * self.count
