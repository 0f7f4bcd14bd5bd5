"""A folder as a source: files from any offset, no path that leads out, traps are a bad line."""

import os
from pathlib import Path

import pytest

from data.errors import LinkError, NotOffered
from sync.kit.connections.folder_link import FolderLink
from sync.link import CountingLink
from tests.sync.support.connections import read_from

CONTENT = bytes(range(256)) * 20


def test_a_folder_gives_its_files_from_any_offset(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(CONTENT)
    link = CountingLink(FolderLink(tmp_path))
    assert read_from(link, "a/file", 500) == CONTENT[500:]
    assert link.received == len(CONTENT) - 500
    with pytest.raises(NotOffered):
        read_from(link, "a/other")


@pytest.mark.parametrize("path", ["../secret", "a/../../secret", "/etc/passwd", "a//b", "", ".", "a/./b", "a\0b"])
def test_a_path_never_leads_out(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "tree" / "a").mkdir(parents=True)
    with pytest.raises(LinkError):
        read_from(FolderLink(tmp_path / "tree"), path)


def test_a_stick_with_traps_is_only_a_bad_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "way-out").symlink_to("/etc/passwd")
    (tmp_path / "folder").mkdir()
    for trap in ("pipe", "way-out", "folder"):
        with pytest.raises(LinkError):
            read_from(FolderLink(tmp_path), trap)
