"""Sticks at headquarters: the least that is needed, for the chosen kits, whatever fails in the middle."""

import errno
import os
from pathlib import Path

import pytest

from data.errors import InputError, StoreError
from sync.formats.stick import STICK_FOLDER, StickFolder
from sync.headquarters import sticks as stick_hq
from sync.kit import courier
from sync.kit import sticks as stick_kit
from tests.support.deployment import PEOPLE, Deployment, names
from tests.support.network.uplinks import happen
from tests.sync.support.stick_trips import files_on_stick, payload_names, there_and_back

MORE = PEOPLE | {"XXi.900": "Altera Persona"}


def test_the_least_that_brings_a_kit_up_to_date(deployment: Deployment, stick: Path) -> None:
    people = PEOPLE | {f"XXi.1{number:03}": f"Testa Longa {number}" for number in range(400)}
    deployment.publish(people)
    ahead, behind = deployment.kit("ahead"), deployment.kit("behind")
    there_and_back(deployment, ahead, stick)
    deployment.publish(people | {"XXi.900": "Altera Persona"})
    for path in (stick / STICK_FOLDER / StickFolder.PUBLIC).iterdir():
        path.unlink()
    stick_hq.stick_out(deployment.hq, stick, ["ahead"])
    assert [name[:7] for name in payload_names(stick)] == ["lists~u"] and "~d-" in payload_names(stick)[0]
    assert stick_kit.stick_in(ahead, stick).ok and "XXi.900" in names(ahead)
    stick_hq.stick_out(deployment.hq, stick, ["behind"])
    assert any("~s-" in name for name in payload_names(stick)) and any("~d-" in name for name in payload_names(stick))
    assert stick_kit.stick_in(behind, stick).ok and "XXi.900" in names(behind)
    with pytest.raises(InputError, match="no kit called nobody"):
        stick_hq.stick_out(deployment.hq, stick, ["nobody"])


def test_what_kits_have_may_be_said(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    deployment.kit()
    assert stick_hq.stick_out(deployment.hq, stick, have={"un": 1}).written > 0
    assert payload_names(stick) == []
    stick_hq.stick_out(deployment.hq, stick, have={"un": 7})
    assert len(payload_names(stick)) == 1, "a version that was never published is none"


def test_only_the_chosen_kits_envelopes_are_added_and_old_files_go(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    for name in ("one", "two"):
        deployment.kit(name)
    stick_hq.stick_out(deployment.hq, stick, ["one"])
    assert sum("envelope" in name for name in files_on_stick(stick)) == 1
    stick_hq.stick_out(deployment.hq, stick, ["two"])
    assert sum("envelope" in name for name in files_on_stick(stick)) == 2, "the other kit still needs its own"
    before = set(files_on_stick(stick))
    (stick / STICK_FOLDER / "public" / "mine.txt").write_text("not ours")
    deployment.publish(MORE)
    stick_hq.stick_out(deployment.hq, stick)
    assert not {name for name in before if ".manifest.json" in name} & set(files_on_stick(stick))


def test_how_much_room_is_needed_is_said_before_anything_is_written(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    happen(kit, 3)
    usage = type("Usage", (), {"free": 1000})()
    monkeypatch.setattr("sync.formats.stick_writer.shutil.disk_usage", lambda path: usage)
    with pytest.raises(StoreError, match=r"has 1 kB free; \d+ kB is needed.*Nothing was written.*free \d+ kB"):
        stick_hq.stick_out(deployment.hq, stick)
    assert files_on_stick(stick) == {}
    courier.run(kit)
    with pytest.raises(StoreError, match="Nothing was written"):
        stick_kit.stick_out(kit, stick)
    assert files_on_stick(stick, StickFolder.REPORTS) == {}


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "stick is full"), (errno.EIO, "stick failed"), (errno.EROFS, "cannot be written")],
)
def test_a_stick_that_fails_in_the_middle_harms_neither_side(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    stick_hq.stick_out(deployment.hq, stick)
    deployment.publish(MORE)
    force, calls = os.fsync, 0

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise OSError(number, os.strerror(number))
        force(descriptor)

    with monkeypatch.context() as broken, pytest.raises(StoreError, match=words) as caught:
        broken.setattr("sync.formats.stick_writer.os.fsync", failing)
        stick_hq.stick_out(deployment.hq, stick)
    assert "What was on the stick before can still be used" in str(caught.value)
    assert stick_kit.stick_in(kit, stick).ok and names(kit) == PEOPLE
    stick_hq.stick_out(deployment.hq, stick)
    assert stick_kit.stick_in(kit, stick).ok and names(kit) == MORE


def test_a_stick_whose_folders_cannot_be_forced_is_written_all_the_same(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    force = os.fsync

    def no_folders(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(errno.EINVAL, "no")
        force(descriptor)

    monkeypatch.setattr("sync.formats.stick_writer.os.fsync", no_folders)
    assert stick_hq.stick_out(deployment.hq, stick).files > 0
