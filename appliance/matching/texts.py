"""Many short texts in two arrays: a million of them take their letters and four bytes each."""

from array import array
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray


class Texts:
    """Texts numbered from 0."""

    def __init__(self, letters: NDArray[np.uint8], ends: NDArray[np.uint32]) -> None:
        self.letters = letters
        """UTF-8, one text after another."""
        self.ends = ends
        """Where each text ends, after a leading 0."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Lay texts out."""
        letters, ends = bytearray(), array("I", [0])
        for text in texts:
            letters += text.encode("utf-8", "replace")
            ends.append(len(letters))
        return cls(np.frombuffer(bytes(letters), np.uint8), np.frombuffer(ends, np.uint32))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, number: int) -> str:
        return bytes(self.letters[self.ends[number] : self.ends[number + 1]]).decode()

    def beginning_with(self, prefix: str) -> range:
        """Numbers of the texts that begin with `prefix`, where the texts are in order (ASCII)."""
        return range(
            first_at_least(self.__getitem__, len(self), prefix),
            first_at_least(self.__getitem__, len(self), prefix + "\x7f"),
        )


def first_at_least(get: Callable[[int], str], count: int, least: str) -> int:
    """Number of the first of `count` ascending texts that is not before `least`."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if get(middle) < least:
            low = middle + 1
        else:
            high = middle
    return low
