"""Sticks at a kit: what travels there and back, and what is old, hostile, tampered or another's."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.clock import read_system_time
from data.errors import StoreError, TrustError
from data.journal.chains import Stream
from data.journal.outgoing import Outbox
from data.kit import headquarters_word
from sync.formats.stick import STICK_FOLDER, StickFolder
from sync.formats.stick_writer import StickWriter
from sync.headquarters import sticks as stick_hq
from sync.kit import courier
from sync.kit import sticks as stick_kit
from sync.limits import LIMITS
from tests.support.deployment import PEOPLE, Deployment, names
from tests.support.network.uplinks import events_here, events_of, happen
from tests.sync.support.stick_trips import files_on_stick, payload_names, there_and_back

MORE = PEOPLE | {"XXi.900": "Altera Persona"}


def test_lists_reports_and_acknowledgements_travel(deployment: Deployment, stick: Path) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    there_and_back(deployment, kit, stick)
    assert names(kit) == PEOPLE
    assert sorted(events_here(deployment.hq)) == sorted(events_of(kit))
    assert sum(Outbox(kit.journal).waiting().values()) > 0
    result = stick_kit.stick_in(kit, stick)
    assert (result.answers, result.sent.waiting) == (1, 0)
    stick_kit.stick_out(kit, stick)
    assert files_on_stick(stick, StickFolder.REPORTS) == {}, "what headquarters has need not travel again"


def test_a_stick_that_travelled_longer_than_its_signatures_live_is_taken(
    deployment: Deployment, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    stick_hq.stick_out(deployment.hq, stick)
    later = read_system_time() + LIMITS.online_life + timedelta(days=9)
    true = headquarters_word.read_clock
    monkeypatch.setattr(headquarters_word, "read_clock", lambda home: replace(true(home), read=lambda: later))
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
    before = files_on_stick(stick, StickFolder.REPORTS)
    result = stick_kit.stick_in(other, stick)
    assert result.ok and result.answers == 0
    stick_kit.stick_out(other, stick)
    assert before.items() <= files_on_stick(stick, StickFolder.REPORTS).items()


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
    assert sum("~p-" in name for name in payload_names(stick)) > 2
    assert stick_kit.stick_in(kit, stick).ok and names(kit) == people
    deployment.publish(people | {"XXi.900": "Altera Persona"})
    stick_kit.stick_out(kit, stick)
    stick_hq.stick_in(deployment.hq, stick)
    filled = stick_hq.stick_out(deployment.hq, stick)
    assert filled.written < 20_000 and sum("~p-" in name for name in payload_names(stick)) > 2, (
        "parts in force may stay"
    )
    assert stick_kit.stick_in(kit, stick).ok and "XXi.900" in names(kit)
