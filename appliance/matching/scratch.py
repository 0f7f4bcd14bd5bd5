"""Arrays as long as a list that a search writes on and wipes again: the system need not clear new memory each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Scratch:
    """Arrays of one length, all zeros; as many as are in use at once."""

    def __init__(self, length: int, kind: type[np.unsignedinteger[Any]]) -> None:
        self._length = length
        self._kind = kind
        self._free: list[NDArray[Any]] = []

    @contextmanager
    def lent(self) -> Iterator[NDArray[Any]]:
        """One that nobody else has; wipe it before it goes back. After an error it does not go back."""
        try:
            array = self._free.pop()
        except IndexError:  # another thread may have taken the last one
            array = np.zeros(self._length, self._kind)
        yield array
        self._free.append(array)
