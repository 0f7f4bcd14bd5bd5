"""The files of one import: all of them are fit to read, or none is taken."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import IncompleteSource, RefusedFile
from sync.headquarters.sources.sltd_csv import COLUMNS
from sync.headquarters.sources.source_files import FileContent, read_content
from tests.sync.support.document_files import read_records

HEADER = ",".join(COLUMNS[:12])
GOOD = "ab-12 345,D,pas,stolen,2025-01-31,ES,2020-02-29,2030-02-28,2035-01-31,,REF 1,from a car"


def test_one_wrong_file_keeps_the_others_from_being_taken(write_listing: Callable[..., Path]) -> None:
    with pytest.raises(RefusedFile):
        next(read_records([write_listing(HEADER, GOOD), write_listing("something else", name="b.csv")]))


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(RefusedFile):
            next(read_records([path]))


@given(st.binary(min_size=1, max_size=2000), st.integers(0, 10_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_is_read_whole_or_says_that_it_is_cut_off(tmp_path: Path, content: bytes, place: int) -> None:
    path = tmp_path / "a.gz"
    packed = gzip.compress(content[:1000]) + gzip.compress(content[1000:])
    path.write_bytes(packed)
    assert read_content(path, 5000) == FileContent(content)
    path.write_bytes(gzip.compress(content)[: place % len(gzip.compress(content))])
    try:
        cut = read_content(path, 5000)
    except (IncompleteSource, RefusedFile):
        return
    assert cut.signs == ("a.gz ends before its archive does",) and content.startswith(cut.data)


def test_a_small_archive_does_not_unpack_into_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(10_000_000)))
    with pytest.raises(RefusedFile, match="larger than 1 MB"):
        read_content(path, 1_000_000)
    path.write_bytes(b"no archive")
    with pytest.raises(RefusedFile, match="not a gzip file"):
        read_content(path, 1_000_000)
