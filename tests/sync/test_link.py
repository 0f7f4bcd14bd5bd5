"""Sources: small files are bounded, and a source that is none is refused."""

from pathlib import Path

import pytest

from data.errors import InputError, TrustError
from sync.kit.connections.folder_link import FolderLink
from sync.link import normalize_source, read_whole


def test_a_small_file_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "envelope").write_bytes(bytes(100_000))
    with pytest.raises(TrustError, match="longer than 1000"):
        read_whole(FolderLink(tmp_path), "envelope", most_bytes=1000)


@pytest.mark.parametrize(
    "source", ["", "  ", "ftp://host/x", "http://", "https:///x", "http://h:99999999/", "http://h/?q", "a\nb"]
)
def test_a_source_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(InputError):
        normalize_source(source)
