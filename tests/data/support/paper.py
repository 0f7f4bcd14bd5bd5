"""A sealed list in memory."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from data.lists.rows import to_row_bytes


class Paper:
    """Answers as a view does."""

    def __init__(self, rows: Mapping[bytes, bytes]) -> None:
        self.rows = rows

    def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    def find(self, keys: NDArray[np.uint64]) -> Mapping[int, int]:
        bodies = self.get_many(to_row_bytes(keys))
        return {int.from_bytes(key, "big"): int.from_bytes(body, "big") for key, body in bodies.items()}
