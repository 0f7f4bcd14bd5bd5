"""`waypost kit bench` over a real (pseudo-)terminal: what a technician sees."""

import stat
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.contract.benches.port import DOCUMENT, ZONE
from tests.contract.benches.pty_bench import PtyBench
from tests.support.command_line import Waypost, process
from tests.support.third_party import GOOD, HARMS_WHEN_IMPORTED, install_drivers
from ui.commands.kit_bench import readers

SETTINGS = 'kit = "north-1"\nsource = "https://hq.example"\nprofile = "development"\nreader = "{reader}"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "kit.toml").write_text(SETTINGS.format(reader=""))
    return tmp_path / "kit"


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PtyBench]:
    """A device; `--seconds` counts from when it has sent everything, however long that takes."""
    made, sent = PtyBench(tmp_path), list[float]()

    def since_sent() -> float:
        if made._thread is None or made._thread.is_alive():
            return 0.0
        sent.append(time.monotonic())
        return sent[-1] - sent[0]

    monkeypatch.setattr(readers, "time", SimpleNamespace(monotonic=since_sent))
    yield made
    made.clear()


def test_it_lists_what_is_there_and_asks_for_a_choice(home: Path, waypost: Waypost) -> None:
    (home / "inbox").mkdir()
    done = waypost("kit", "bench", "--home", home, passphrase=None)
    assert done.code == 0
    assert f"folder://{home}/inbox  Folder inbox" in done.out and "--reader URL" in done.out


def test_traffic_shows_its_shape_and_never_a_person(home: Path, port: PtyBench, waypost: Waypost) -> None:
    url = port.device(DOCUMENT)
    recording = home / "bug.jsonl"
    done = waypost("kit", "bench", "--home", home, "--reader", url, "--seconds", 0.6, "--record", recording)
    assert done.code == 0
    assert "␂X<XXXXXXXXX<<XXX<" in done.out and "ok    TD3 zone, every check digit is right" in done.out
    assert "(tested with a simulated device only, over: pseudo-terminal)" in done.out
    for secret in ("SAMPLE", "L1234567A"):
        assert secret not in done.out and secret not in recording.read_text()
    again = waypost("kit", "bench", "--home", home, "--reader", f"replay://{recording}?speed=100", "--seconds", 0.4)
    assert again.code == 0 and "read  X<XXXXXXXXX<<XXX<" in again.out


def test_the_text_itself_is_shown_and_recorded_when_asked_for(home: Path, port: PtyBench, waypost: Waypost) -> None:
    recording = home / "specimen.jsonl"
    command = ("kit", "bench", "--home", home, "--reader", port.device(DOCUMENT), "--seconds", 0.6)
    done = waypost(*command, "--record", recording, "--reveal")
    assert ZONE.split("\n")[0] in done.out and ZONE.split("\n")[0] in recording.read_text()
    assert stat.S_IMODE(recording.stat().st_mode) == 0o600


def test_a_wrong_framing_gets_a_hint(home: Path, port: PtyBench, waypost: Waypost) -> None:
    url = port.device(DOCUMENT).replace("stx-etx", "cr")
    done = waypost("kit", "bench", "--home", home, "--reader", url, "--seconds", 1.2)
    assert "These bytes look like framing=stx-etx" in done.out


def test_what_is_no_zone_is_said_to_be_none(home: Path, port: PtyBench, waypost: Waypost) -> None:
    port.frame = lambda text: b"\x02WELCOME\r\x03"  # type: ignore[method-assign]
    done = waypost("kit", "bench", "--home", home, "--reader", port.device(DOCUMENT), "--seconds", 0.5)
    assert "no    This is not a machine-readable zone" in done.out and "hint" not in done.out


def test_silence_gets_a_hint(home: Path, port: PtyBench, waypost: Waypost) -> None:
    done = waypost("kit", "bench", "--home", home, "--reader", port.device(), "--seconds", 0.2)
    assert done.code == 0 and "hint  The reader sent nothing: check the cable" in done.out


def test_a_device_that_is_away_is_told_once_with_what_to_do(home: Path, waypost: Waypost) -> None:
    done = waypost("kit", "bench", "--home", home, "--reader", "serial:///dev/absent", "--seconds", 0.7)
    assert done.code == 1
    assert done.out.count("fault unplugged: absent is unplugged") == 1 and "do    Check the cable" in done.out


def test_what_a_device_sends_moves_no_cursor(home: Path, port: PtyBench, waypost: Waypost) -> None:
    port.frame = lambda text: b"\x1b[2J\x02\x1b[31m\x9b31m\x03"  # type: ignore[method-assign]
    done = waypost("kit", "bench", "--home", home, "--reader", port.device(DOCUMENT), "--seconds", 0.5, "--reveal")
    assert "␛[2J" in done.out and "\x1b" not in done.out and "\x9b" not in done.out


def test_what_a_device_sends_hides_no_other_text() -> None:
    shown = readers._Line("text").text(f"A{20 * chr(0x301)}\x02\x7f\x9b\u202e{300 * 'B'}")
    assert shown.startswith(f"A{4 * chr(0x301)}␂␡?BBB") and shown.endswith("B…") and len(shown) == readers.SHOWN


def test_it_runs_as_a_process_and_without_a_passphrase(home: Path) -> None:
    done = process("kit", "bench", "--home", home, "--reader", "carrier-pigeon://loft", "--seconds", 1)
    assert done.returncode == 1 and "There is no driver for carrier-pigeon" in done.stderr


def test_the_drivers_that_could_not_be_asked_are_named(
    waypost: Waypost, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_drivers(tmp_path, {"good": GOOD, "ends": HARMS_WHEN_IMPORTED["ends"]})
    monkeypatch.syspath_prepend(tmp_path)
    shown = waypost("kit", "bench", "--home", home, "--seconds", 0).out
    assert "  good://1  A good reader" in shown
    assert "could not be asked for their devices:\n  ends://  The reader's driver has crashed" in shown
    assert "  good://  " not in shown
