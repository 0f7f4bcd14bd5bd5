"""What lies on a stick: names that any file system takes, of nobody; and what is no stick."""

import re
from pathlib import Path

import pytest

from data.errors import InputError, LinkError
from sync.formats.stick import STICK_FOLDER, Stick, StickFolder, flat_name, is_stick
from sync.headquarters import sticks as stick_hq
from sync.kit import courier
from sync.kit import sticks as stick_kit
from sync.kit.connections.folder_link import StickLink
from tests.support.deployment import PEOPLE, Deployment
from tests.support.network.uplinks import happen
from tests.sync.support.stick_trips import there_and_back

FAT_NAME = re.compile(r"[a-z0-9.~+_%-]{1,200}")


def test_every_name_suits_fat32(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE, "a-list-2")
    there_and_back(deployment, deployment.kit(), stick)
    seen = [path.name for path in stick.rglob("*")]
    assert len(seen) > 10 and all(FAT_NAME.fullmatch(name) and not name.endswith(".") for name in seen)


def test_nothing_on_a_stick_names_a_kit_or_a_person(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit("north-pass")
    happen(kit, 3)
    there_and_back(deployment, kit, stick)
    for path in stick.rglob("*"):
        assert "north" not in path.name
        assert not path.is_file() or not re.search(rb"north-pass|Testa|officer 7", path.read_bytes()), path


def test_what_is_no_stick_is_said(deployment: Deployment, stick: Path, tmp_path: Path) -> None:
    kit = deployment.kit()
    assert not is_stick(stick)
    with pytest.raises(InputError, match="has nothing"):
        stick_kit.stick_in(kit, stick)
    with pytest.raises(LinkError, match="does not exist"):
        stick_kit.stick_in(kit, tmp_path / "unplugged")
    courier.run(kit)
    with pytest.raises(LinkError, match="does not exist"):
        stick_kit.stick_out(kit, tmp_path / "unplugged")
    with pytest.raises(InputError, match="has nothing for headquarters"):
        stick_hq.stick_in(deployment.hq, stick)
    written = tmp_path / "written"
    written.mkdir()
    stick_hq.stick_out(deployment.hq, written)
    assert stick_hq.stick_in(deployment.hq, written).segments == ()
    (tmp_path / "file").touch()
    for use in (stick_kit.stick_in, stick_kit.stick_out):
        with pytest.raises(LinkError, match="is not a folder"):
            use(kit, tmp_path / "file")
    with pytest.raises(LinkError, match="carries no lists"), StickLink(stick).open("metadata/timestamp.json"):
        pass
    with pytest.raises(LinkError):
        flat_name("../etc/passwd")


def test_a_link_on_a_stick_is_not_followed_even_to_what_could_be_right(stick: Path, tmp_path: Path) -> None:
    """What it leads to is this machine's: whoever prepared the stick learns whether it is there."""
    folder = stick / STICK_FOLDER / StickFolder.REPORTS
    folder.mkdir(parents=True)
    (folder / "a.report").write_bytes(b"a report")
    (tmp_path / "b").write_bytes(b"a report")
    (folder / "b.report").symlink_to(tmp_path / "b")
    assert Stick(stick).read(StickFolder.REPORTS, "a.report", most_bytes=100) == b"a report"
    with pytest.raises(LinkError, match="cannot be read"):
        Stick(stick).read(StickFolder.REPORTS, "b.report", most_bytes=100)
