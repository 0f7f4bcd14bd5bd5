"""Recordings of chips: nothing of a traveller in them, and they play again."""

from pathlib import Path

import pytest

from devices import registry
from devices.chip.errors import ChipError, ChipGone
from devices.chip.recording.exchange_file import Exchange
from devices.chip.recording.transports import ReplayedTransport, TracedTransport, record_transport
from devices.faults import DeviceFault, FaultReason
from devices.ports import DriverContext
from tests.support.invented_chips import chip, read


async def test_a_recording_is_a_reader_with_its_chip_laid_once(context: DriverContext) -> None:
    recorded, file, random_source = record_transport(context.folder / "chip.jsonl", chip(), b"seed")
    first = read(recorded, random_source=random_source)
    file.close()
    reader = registry.chip_reader("replay://chip.jsonl?speed=1000", context)
    with pytest.raises(DeviceFault):
        await reader.chip(0.1)
    await reader.open()
    with pytest.raises(DeviceFault):
        await registry.chip_reader("replay://chip.jsonl", context).open()
    played = await reader.chip(0.1)
    assert played is not None
    assert read(played).checks == first.checks, "with the recording's own numbers"
    assert await reader.chip(0.01) is None
    await reader.close()
    await reader.close()
    with pytest.raises(DeviceFault) as denied:
        registry.chip_reader("replay://chip.jsonl", DriverContext(context.folder))
    assert denied.value.reason is FaultReason.DENIED


def test_a_recording_of_a_specimen_plays_whole(tmp_path: Path) -> None:
    path = tmp_path / "chip.jsonl"
    recorded, file, random_source = record_transport(path, chip(), b"a seed for a test")
    first = read(recorded, random_source=random_source)
    file.close()
    replayed = ReplayedTransport(path)
    again = read(replayed, random_source=replayed.random_source)
    assert again.checks == first.checks
    assert again.contents == first.contents
    assert path.stat().st_mode & 0o077 == 0


def test_a_redacted_recording_plays_up_to_the_first_proof_and_holds_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "chip.jsonl"
    recorded, file, random_source = record_transport(path, chip())
    read(recorded, random_source=random_source)
    file.close()
    text = path.read_text()
    assert "seed" not in text
    for line in text.splitlines()[1:]:
        response = line.partition('"response":"')[2].partition('"')[0]
        assert not response[:-4].strip("0")
    with pytest.raises(ChipError):
        read(ReplayedTransport(path))


def test_faults_are_recorded_and_played(tmp_path: Path) -> None:
    path = tmp_path / "chip.jsonl"
    recorded, file, random_source = record_transport(path, chip(faults=["tear_off"], at=9), b"seed")
    with pytest.raises(ChipGone):
        read(recorded, random_source=random_source)
    file.close()
    replayed = ReplayedTransport(path)
    with pytest.raises(ChipGone):
        read(replayed, random_source=replayed.random_source)


def test_another_conversation_than_the_recorded_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "chip.jsonl"
    recorded, file, _ = record_transport(path, chip(), b"seed")
    recorded.transmit(bytes.fromhex("00A4000C023F00"))
    file.close()
    with pytest.raises(DeviceFault, match="another command at position 1"):
        ReplayedTransport(path).transmit(bytes.fromhex("00A4000C023F01"))
    replayed = ReplayedTransport(path)
    replayed.transmit(bytes.fromhex("00A4000C023F00"))
    with pytest.raises(DeviceFault) as ended:
        replayed.transmit(b"\x00\xa4\x00\x00")
    assert ended.value.reason is FaultReason.UNPLUGGED


@pytest.mark.parametrize("content", ["", "{}\n", '{"redacted":true}\nnonsense\n', '{"redacted":true,"seed":"zz"}\n'])
def test_what_is_no_recording_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "chip.jsonl"
    path.write_text(content)
    with pytest.raises(DeviceFault, match="not a recording"):
        ReplayedTransport(path)
    with pytest.raises(DeviceFault, match="There is no recording"):
        ReplayedTransport(tmp_path / "none.jsonl")
    with pytest.raises(DeviceFault, match="cannot be written"):
        record_transport(path, chip())


def test_a_trace_shows_every_command_and_no_content() -> None:
    heard: list[Exchange] = []
    read(TracedTransport(chip(), heard.append))
    lines = [str(exchange) for exchange in heard]
    assert any("GENERAL AUTHENTICATE" in line for line in lines)
    assert all("ms" in line and "→" in line for line in lines)
    assert str(Exchange(b"", b"")).startswith(" ")


def test_a_full_disk_is_a_fault_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _recorded, recording, _source = record_transport(tmp_path / "chip.jsonl", chip(), b"")
    file = recording._file
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(recording, "_file", full)
        with pytest.raises(DeviceFault, match=r"chip\.jsonl cannot be written: No space left"):
            recording.write_exchange(Exchange(b"\0" * 4, b"\x90\0"))
        recording.close()
    file.close()
