"""Directories of parts: no gaps, nothing that contradicts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import TrustError
from sync.formats.manifest import FileLetter
from sync.formats.manifest import make_sealed_file as named
from sync.formats.parts_directory import (
    PartsDirectory,
    SnapshotPart,
    digests_from_json,
    directory_from_json,
    directory_to_json,
)
from tests.sync.support.format_examples import json_values


def a_part(first: bytes, rows: int, number: int) -> SnapshotPart:
    return SnapshotPart(first, rows, named(FileLetter.PART, 1, 3, number, 100, "cd" * 32))


@pytest.mark.parametrize(
    ("starts", "rows", "why"),
    [
        ([b"", b"m"], 5, "contradicts"),
        ([b"a", b"m"], 4, "gaps"),
        ([b"", b"m", b"c"], 6, "gaps"),
        ([b"", b"m", b"m"], 6, "gaps"),
        ([], 0, "gaps"),
    ],
)
def test_a_directory_whose_parts_do_not_fit_is_refused(starts: list[bytes], rows: int, why: str) -> None:
    content = directory_to_json(PartsDirectory(tuple(a_part(first, 2, number) for number, first in enumerate(starts))))
    with pytest.raises(TrustError, match=why):
        directory_from_json(content, epoch=1, version=3, rows=rows)


@given(st.binary(max_size=100) | json_values.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_no_directory_and_no_digests(content: bytes) -> None:
    with pytest.raises(TrustError):
        directory_from_json(content, epoch=1, version=3, rows=1)
    with pytest.raises(TrustError):
        digests_from_json(content, 3)


def test_a_directory_reads_as_it_was_written() -> None:
    directory = PartsDirectory((a_part(b"", 2, 0), a_part(b"m", 3, 1)))
    assert directory_from_json(directory_to_json(directory), epoch=1, version=3, rows=5) == directory
