"""Sticks: back and forth between headquarters and kits, pulled out in the middle, full, failing, hostile, and old."""

import errno
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.clock import read_system_time
from data.errors import InputError, LinkError, NotOffered, StoreError, TrustError
from data.journal.chains import Stream
from data.journal.outgoing import JournalOutbox
from data.kit import enrolment
from data.kit.home import KitHome
from sync.formats.stick import STICK_FOLDER, Stick, StickFolder, flat_name, is_stick
from sync.formats.stick_writer import StickWriter
from sync.headquarters import sticks as stick_hq
from sync.kit import courier
from sync.kit import sticks as stick_kit
from sync.kit.connections.folder_link import StickLink
from sync.limits import LIMITS
from tests.support.deployment import PEOPLE, Deployment, names
from tests.support.network.uplinks import events_here, events_of, happen

MORE = PEOPLE | {"XXi.900": "Altera Persona"}
FAT_NAME = re.compile(r"[a-z0-9.~+_%-]{1,200}")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def files(stick: Path, part: StickFolder = StickFolder.PUBLIC) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (stick / STICK_FOLDER / part).iterdir()}


def payloads(stick: Path) -> list[str]:
    return sorted(name for name in files(stick) if re.search(r"~[sdp]-\d", name))


def there_and_back(deployment: Deployment, kit: KitHome, stick: Path) -> None:
    """From headquarters to the kit and back."""
    stick_hq.stick_out(deployment.hq, stick)
    assert stick_kit.stick_in(kit, stick).ok
    stick_kit.stick_out(kit, stick)
    assert not stick_hq.stick_in(deployment.hq, stick).problems


def test_lists_reports_and_acknowledgements_travel(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    there_and_back(deployment, kit, stick)
    assert names(kit) == PEOPLE
    assert sorted(events_here(deployment.hq)) == sorted(events_of(kit))
    assert sum(JournalOutbox(kit.journal).waiting().values()) > 0
    result = stick_kit.stick_in(kit, stick)
    assert (result.answers, result.sent.waiting) == (1, 0)
    stick_kit.stick_out(kit, stick)
    assert files(stick, StickFolder.REPORTS) == {}, "what headquarters has need not travel again"


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


def test_the_least_that_brings_a_kit_up_to_date(deployment: Deployment, stick: Path) -> None:
    people = PEOPLE | {f"XXi.1{number:03}": f"Testa Longa {number}" for number in range(400)}
    deployment.publish(people)
    ahead, behind = deployment.kit("ahead"), deployment.kit("behind")
    there_and_back(deployment, ahead, stick)
    deployment.publish(people | {"XXi.900": "Altera Persona"})
    for path in (stick / STICK_FOLDER / StickFolder.PUBLIC).iterdir():
        path.unlink()
    stick_hq.stick_out(deployment.hq, stick, ["ahead"])
    assert [name[:7] for name in payloads(stick)] == ["lists~u"] and "~d-" in payloads(stick)[0]
    assert stick_kit.stick_in(ahead, stick).ok and "XXi.900" in names(ahead)
    stick_hq.stick_out(deployment.hq, stick, ["behind"])
    assert any("~s-" in name for name in payloads(stick)) and any("~d-" in name for name in payloads(stick))
    assert stick_kit.stick_in(behind, stick).ok and "XXi.900" in names(behind)
    with pytest.raises(InputError, match="no kit called nobody"):
        stick_hq.stick_out(deployment.hq, stick, ["nobody"])


def test_what_kits_have_may_be_said(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    deployment.kit()
    assert stick_hq.stick_out(deployment.hq, stick, have={"un": 1}).written > 0
    assert payloads(stick) == []
    stick_hq.stick_out(deployment.hq, stick, have={"un": 7})
    assert len(payloads(stick)) == 1, "a version that was never published is none"


def test_only_the_chosen_kits_envelopes_are_added_and_old_files_go(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    for name in ("one", "two"):
        deployment.kit(name)
    stick_hq.stick_out(deployment.hq, stick, ["one"])
    assert sum("envelope" in name for name in files(stick)) == 1
    stick_hq.stick_out(deployment.hq, stick, ["two"])
    assert sum("envelope" in name for name in files(stick)) == 2, "the other kit still needs its own"
    before = set(files(stick))
    (stick / STICK_FOLDER / "public" / "mine.txt").write_text("not ours")
    deployment.publish(MORE)
    stick_hq.stick_out(deployment.hq, stick)
    assert not {name for name in before if ".manifest.json" in name} & set(files(stick))


def test_a_stick_that_travelled_longer_than_its_signatures_live_is_taken(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    stick_hq.stick_out(deployment.hq, stick)
    later = read_system_time() + LIMITS.online_life + timedelta(days=9)
    true = enrolment.read_clock
    monkeypatch.setattr(enrolment, "read_clock", lambda home: replace(true(home), read=lambda: later))
    with pytest.raises(TrustError, match="expired"):
        courier.run(kit, source=str(stick))
    assert stick_kit.stick_in(kit, stick).ok
    assert names(kit) == PEOPLE


def test_an_older_stick_never_takes_a_kit_back(deployment: Deployment, stick: Path, tmp_path: Path) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    old = tmp_path / "old"
    old.mkdir()
    stick_hq.stick_out(deployment.hq, old)
    deployment.publish(MORE)
    stick_hq.stick_out(deployment.hq, stick)
    stick_kit.stick_in(kit, stick)
    happen(kit, 3)
    stick_kit.stick_out(kit, old)
    stick_hq.stick_in(deployment.hq, old)
    result = stick_kit.stick_in(kit, old)
    assert not result.ok and "older than what this kit has seen" in result.problems[0].what
    assert result.answers == 1, "acknowledgements do not wait for lists"
    assert result.sent.waiting == 1, "all but the word that this stick was older"
    assert names(kit) == MORE


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
    assert files(stick) == {"payload": content}
    spoiled = bytearray(content)
    spoiled[(2 << 20) + 5] ^= 1
    (stick / STICK_FOLDER / StickFolder.PUBLIC / "payload").write_bytes(spoiled)
    wrote.clear()
    writer.copy(source, "payload", wrote.append)
    assert files(stick) == {"payload": content} and sum(wrote) == 1 << 20
    wrote.clear()
    writer.copy(source, "payload", wrote.append)
    assert wrote == []


def test_a_file_too_large_for_fat32_travels_in_pieces(deployment: Deployment, stick: Path, tmp_path: Path) -> None:
    content = os.urandom(250_000)
    source = tmp_path / "payload"
    source.write_bytes(content)
    limits = replace(LIMITS, stick_piece_bytes=100_000)
    StickWriter(stick, limits=limits).copy(source, "lists~un~s-1")
    assert sorted(files(stick)) == ["lists~un~s-1", "lists~un~s-1+1", "lists~un~s-1+2"]
    for offset in (0, 99_999, 100_000, 150_001, 249_999, 250_000, 999_999):
        with StickLink(stick).open("lists/un/s-1", offset) as pieces:
            assert b"".join(pieces) == content[offset:]


def test_how_much_room_is_needed_is_said_before_anything_is_written(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    happen(kit, 3)
    usage = type("Usage", (), {"free": 1000})()
    monkeypatch.setattr("sync.formats.stick_writer.shutil.disk_usage", lambda path: usage)
    with pytest.raises(StoreError, match=r"has 1 kB free and needs \d+ kB.*Nothing was written.*Free \d+ kB"):
        stick_hq.stick_out(deployment.hq, stick)
    assert files(stick) == {}
    courier.run(kit)
    with pytest.raises(StoreError, match="Nothing was written"):
        stick_kit.stick_out(kit, stick)
    assert files(stick, StickFolder.REPORTS) == {}


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "stick is full"), (errno.EIO, "stick fails"), (errno.EROFS, "cannot be written")],
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


def test_links_pipes_and_odd_names_on_a_stick_are_left_alone(
    deployment: Deployment, stick: Path, tmp_path: Path
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    there_and_back(deployment, kit, stick)
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    public = stick / STICK_FOLDER / StickFolder.PUBLIC
    reports = stick / STICK_FOLDER / StickFolder.REPORTS
    (reports / "a.report").symlink_to(outside)
    os.mkfifo(reports / "b.report")
    (reports / "C:\\evil|.report").write_bytes(b"x")
    (reports / "d.report").mkdir()
    (reports / "e.report").write_bytes(bytes(LIMITS.segment_bytes + 1))
    result = stick_hq.stick_in(deployment.hq, stick)
    assert [problem.what.split(":")[0] for problem in result.problems] == [
        "a.report",
        "b.report",
        "d.report",
        "e.report",
    ]
    for name in ("metadata~timestamp.json", "metadata~timestamp.json.part"):
        (public / name).unlink(missing_ok=True)
        (public / name).symlink_to(outside)
    assert not stick_kit.stick_in(kit, stick).ok
    with pytest.raises(StoreError):
        stick_hq.stick_out(deployment.hq, stick)
    assert outside.read_bytes() == b"mine"


def test_a_folder_that_leads_out_of_the_stick_is_not_followed(
    deployment: Deployment, stick: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "metadata~timestamp.json").write_bytes(b"{}")
    (stick / STICK_FOLDER).mkdir()
    (stick / STICK_FOLDER / StickFolder.PUBLIC).symlink_to(elsewhere)
    assert Stick(stick).names(StickFolder.PUBLIC) == []
    with pytest.raises(InputError, match="no plain folder"):
        StickWriter(stick)
    assert [path.name for path in elsewhere.iterdir()] == ["metadata~timestamp.json"]


def test_a_tampered_stick_is_refused_and_told(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    there_and_back(deployment, kit, stick)
    (answer,) = (stick / STICK_FOLDER / StickFolder.ANSWERS).iterdir()
    content = bytearray(answer.read_bytes())
    content[-1] ^= 1
    answer.write_bytes(content)
    result = stick_kit.stick_in(kit, stick)
    assert not result.ok and "changed" in result.problems[0].what and result.sent.waiting > 0
    (report, *_) = (stick / STICK_FOLDER / StickFolder.REPORTS).iterdir()
    report.write_bytes(b"rubbish")
    assert len(stick_hq.stick_in(deployment.hq, stick).problems) == 1


def test_another_kits_mail_on_the_stick_is_left_alone(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    mine, other = deployment.kit("one"), deployment.kit("two")
    there_and_back(deployment, mine, stick)
    before = files(stick, StickFolder.REPORTS)
    result = stick_kit.stick_in(other, stick)
    assert result.ok and result.answers == 0
    stick_kit.stick_out(other, stick)
    assert before.items() <= files(stick, StickFolder.REPORTS).items()


def test_what_is_no_stick_is_said(deployment: Deployment, stick: Path, tmp_path: Path) -> None:
    kit = deployment.kit()
    assert not is_stick(stick)
    with pytest.raises(InputError, match="carries nothing"):
        stick_kit.stick_in(kit, stick)
    with pytest.raises(LinkError, match="not there"):
        stick_kit.stick_in(kit, tmp_path / "unplugged")
    courier.run(kit)
    with pytest.raises(LinkError, match="not there"):
        stick_kit.stick_out(kit, tmp_path / "unplugged")
    assert stick_hq.stick_in(deployment.hq, stick).segments == ()
    with pytest.raises(NotOffered), StickLink(stick).open("metadata/timestamp.json"):
        pass
    with pytest.raises(LinkError):
        flat_name("../etc/passwd")


def test_a_stick_that_cannot_be_written_still_brings_its_reports(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    stick_kit.stick_out(kit, stick)

    def read_only(*arguments: object) -> None:
        raise StoreError("The stick cannot be written")

    monkeypatch.setattr(StickWriter, "put", read_only)
    result = stick_hq.stick_in(deployment.hq, stick)
    assert len(result.problems) == 1 and sorted(events_here(deployment.hq)) == sorted(events_of(kit))
    assert Stream.RECEIPTS in {segment.batch.stream for segment in result.segments}


def test_a_long_list_travels_with_all_its_parts(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.headquarters.publishing.file_maker.LIMITS", replace(LIMITS, part_bytes=1000))
    people = PEOPLE | {f"XXi.1{number:03}": f"Testa Longa {number}" for number in range(400)}
    deployment.publish(people)
    kit = deployment.kit()
    stick_hq.stick_out(deployment.hq, stick)
    assert sum("~p-" in name for name in payloads(stick)) > 2
    assert stick_kit.stick_in(kit, stick).ok and names(kit) == people
    deployment.publish(people | {"XXi.900": "Altera Persona"})
    stick_kit.stick_out(kit, stick)
    stick_hq.stick_in(deployment.hq, stick)
    filled = stick_hq.stick_out(deployment.hq, stick)
    assert filled.written < 20_000 and sum("~p-" in name for name in payloads(stick)) > 2, "parts in force may stay"
    assert stick_kit.stick_in(kit, stick).ok and "XXi.900" in names(kit)
