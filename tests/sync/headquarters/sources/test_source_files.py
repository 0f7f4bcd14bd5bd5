"""The files of one import: all of them are fit to read, or none is taken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from data.errors import RefusedFile
from sync.headquarters.sources.sltd_csv import COLUMNS, read

HEADER = ",".join(COLUMNS[:12])
GOOD = "ab-12 345,D,pas,stolen,2025-01-31,ES,2020-02-29,2030-02-28,2035-01-31,,REF 1,from a car"


def test_one_wrong_file_keeps_the_others_from_being_taken(write_listing: Callable[..., Path]) -> None:
    with pytest.raises(RefusedFile):
        next(read([write_listing(HEADER, GOOD), write_listing("something else", name="b.csv")]))


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(RefusedFile):
            next(read([path]))
