"""Downloads over a line that breaks, lies and comes back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import LinkError, StoreError, TrustError
from sync.formats.manifest import SealedFile
from sync.kit.staging import Staging

CONTENT = bytes(range(256)) * 40
FILE = SealedFile("s-1-1-0-x", len(CONTENT), sha256(CONTENT).hexdigest())


class ScriptedLink:
    """A line to one file. Each opening gives as many bytes as the script says, then breaks."""

    def __init__(self, *breaks: int, content: bytes = CONTENT) -> None:
        self.content = content
        self.offsets: list[int] = []
        self._breaks = list(breaks)

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        self.offsets.append(offset)
        yield self._pieces(offset, self._breaks.pop(0) if self._breaks else len(self.content))

    def _pieces(self, offset: int, most: int) -> Iterator[bytes]:
        for start in range(offset, min(len(self.content), offset + most), 100):
            yield self.content[start : min(start + 100, offset + most)]
        if offset + most < len(self.content):
            raise LinkError("cut")


def staging(folder: Path, link: ScriptedLink) -> Staging:
    return Staging(folder, link)


def test_a_cut_download_goes_on_where_it_broke(tmp_path: Path) -> None:
    link = ScriptedLink(1050, 0, 3000)
    for _ in range(3):
        with pytest.raises(LinkError):
            staging(tmp_path, link).fetch("s", FILE)
    assert staging(tmp_path, link).missing(FILE) == len(CONTENT) - 4050
    assert staging(tmp_path, link).fetch("s", FILE).read_bytes() == CONTENT
    assert link.offsets == [0, 1050, 1050, 4050]
    assert staging(tmp_path, link).missing(FILE) == 0


def test_what_is_whole_is_not_fetched_again(tmp_path: Path) -> None:
    link = ScriptedLink()
    for _ in range(2):
        staging(tmp_path, link).fetch("s", FILE)
    assert link.offsets == [0]


def test_a_part_that_a_power_cut_spoiled_costs_one_more_download(tmp_path: Path) -> None:
    (tmp_path / f"{FILE.sha256}.part").write_bytes(bytes(500))
    link = ScriptedLink()
    assert staging(tmp_path, link).fetch("s", FILE).read_bytes() == CONTENT
    assert link.offsets == [500, 0]


def test_a_part_longer_than_the_file_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / f"{FILE.sha256}.part").write_bytes(CONTENT + b"more")
    link = ScriptedLink()
    assert staging(tmp_path, link).fetch("s", FILE).read_bytes() == CONTENT
    assert link.offsets == [0]


@given(st.binary(max_size=2000))
def test_anything_else_than_what_was_signed_is_refused_and_not_kept(
    tmp_path_factory: pytest.TempPathFactory, other: bytes
) -> None:
    folder = tmp_path_factory.mktemp("staging")
    same_size = (other + CONTENT)[: len(CONTENT)]
    for content in (same_size, CONTENT + other + b"!"):
        if content != CONTENT:
            with pytest.raises(TrustError):
                staging(folder, ScriptedLink(content=content)).fetch("s", FILE)
            assert list(folder.iterdir()) == []


def test_a_full_disk_is_said_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    link = ScriptedLink()
    with pytest.raises(StoreError, match="The disk is nearly full: 34 MB must be free"):  # the file is a few bytes
        staging(tmp_path, link).fetch("s", FILE)
    assert link.offsets == []


def test_only_what_is_wanted_stays(tmp_path: Path) -> None:
    link = ScriptedLink(300)
    with pytest.raises(LinkError):
        staging(tmp_path, link).fetch("s", FILE)
    (tmp_path / "other.part").write_bytes(b"x")
    staging(tmp_path, link).keep_only([FILE])
    assert [path.name for path in tmp_path.iterdir()] == [f"{FILE.sha256}.part"]
