"""Writing to a stick: over what is there, in pieces, never out of its folder."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import InputError
from sync.formats.stick import STICK_FOLDER, Stick, StickFolder
from sync.formats.stick_writer import StickWriter
from sync.kit.connections.folder_link import StickLink
from sync.limits import LIMITS
from tests.support.deployment import Deployment
from tests.sync.support.stick_trips import files_on_stick


@pytest.mark.parametrize("kept_bytes", [0, 1, 70_000])
def test_a_copy_goes_on_from_what_is_there_and_mends_what_a_stick_spoiled(
    stick: Path, tmp_path: Path, kept_bytes: int
) -> None:
    content = os.urandom(3 << 20)
    source = tmp_path / "payload"
    source.write_bytes(content)
    writer, wrote = StickWriter(stick), []
    part = stick / STICK_FOLDER / StickFolder.PUBLIC / "payload.part"
    part.write_bytes(content[: (1 << 20) + kept_bytes])
    assert writer.missing("payload", len(content)) == (2 << 20) - kept_bytes
    writer.copy(source, "payload", wrote.append)
    assert sum(wrote) <= 2 << 20
    assert files_on_stick(stick) == {"payload": content}
    spoiled = bytearray(content)
    spoiled[(2 << 20) + 5] ^= 1
    (stick / STICK_FOLDER / StickFolder.PUBLIC / "payload").write_bytes(spoiled)
    wrote.clear()
    writer.copy(source, "payload", wrote.append)
    assert files_on_stick(stick) == {"payload": content} and sum(wrote) == 1 << 20
    wrote.clear()
    writer.copy(source, "payload", wrote.append)
    assert wrote == []


def test_a_file_too_large_for_fat32_travels_in_pieces(deployment: Deployment, stick: Path, tmp_path: Path) -> None:
    content = os.urandom(250_000)
    source = tmp_path / "payload"
    source.write_bytes(content)
    limits = replace(LIMITS, stick_piece_bytes=100_000)
    StickWriter(stick, limits=limits).copy(source, "lists~un~s-1")
    assert sorted(files_on_stick(stick)) == ["lists~un~s-1", "lists~un~s-1+1", "lists~un~s-1+2"]
    for offset in (0, 99_999, 100_000, 150_001, 249_999, 250_000, 999_999):
        with StickLink(stick).open("lists/un/s-1", offset) as pieces:
            assert b"".join(pieces) == content[offset:]


def test_a_folder_that_leads_out_of_the_stick_is_not_followed(
    deployment: Deployment, stick: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "metadata~timestamp.json").write_bytes(b"{}")
    (stick / STICK_FOLDER).mkdir()
    (stick / STICK_FOLDER / StickFolder.PUBLIC).symlink_to(elsewhere)
    assert Stick(stick).names(StickFolder.PUBLIC) == []
    with pytest.raises(InputError, match="not an ordinary folder"):
        StickWriter(stick)
    assert [path.name for path in elsewhere.iterdir()] == ["metadata~timestamp.json"]
