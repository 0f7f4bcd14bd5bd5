"""The real desk in a pseudo-terminal: from the last Enter of a zone until the terminal has the verdict's words.

`python -m tests.benchmarks.whole_desk HOME ZONES`: ZONES is a JSON list of zones, HOME a kit whose passphrase is in
WAYPOST_PASSPHRASE; the journal of that kit gets every traveller. `--code` names another checkout to measure, and
`--pace` the seconds between two characters, as a scanner that types sends them.
"""

import argparse
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

from tests.benchmarks.report import percentile, spread

TOP = Path(__file__).resolve().parents[2]
ROWS, COLUMNS = 40, 120
GUARD_S = 30.0
MOST_SETTLING_S = 2.0
QUIET_S = 0.15
"""The screen is complete when nothing has come for so long."""
HAND_S = 0.1
NUMBER, PIN = "O-1", "482913"
"""Of whoever works at the desk: as in tests/support/staff.py, which an older checkout may lack."""
PACE_S = 0.005
"""Between two characters. A keyboard on USB sends two reports a character, 8 ms apart: most scanners are slower."""
VERDICTS = ("● CLEAR:", "▲ CHECK:", "■ REFER:", "◆ CANNOT SAY:")
ENTER, REFERS, ADMITS = "\r", "\x1b[15~", "\x1b[17~"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class DeskDelay:
    """What travellers took at the desk, one entry each."""

    verdict_ms: list[float] = field(default_factory=list)
    """From the last Enter until the words of the last verdict had come; one may rise while it is shown."""
    whole_ms: list[float] = field(default_factory=list)
    """From the last Enter until the last byte of that screen."""
    output_bytes: list[int] = field(default_factory=list)
    """What the terminal received for it, from the last Enter on."""
    cpu_ms: list[float] = field(default_factory=list)
    """Of the desk's process, from the first character until the screen was complete."""
    decision_ms: list[float] = field(default_factory=list)
    """From the key that decides until the screen says that it is recorded."""
    verdicts: Counter[str] = field(default_factory=Counter)
    echo_ms: list[float] = field(default_factory=list)
    """From a character typed by hand until it was shown."""
    idle_cpu_percent: float = 0.0

    def lines(self) -> list[str]:
        """For people."""
        shares = ", ".join(f"{word} {count}" for word, count in sorted(self.verdicts.items()))
        return [
            f"{len(self.verdict_ms)} travellers: {shares}",
            _line("last Enter to verdict", self.verdict_ms, "ms"),
            _line("last Enter to the whole screen", self.whole_ms, "ms"),
            _line("written to the terminal", self.output_bytes, "bytes"),
            _line("CPU for each traveller", self.cpu_ms, "ms"),
            _line("key to recorded", self.decision_ms, "ms"),
            _line("a character's echo", self.echo_ms, "ms"),
            f"idle: {self.idle_cpu_percent:.2f} % CPU; load {os.getloadavg()[0]:.2f}",
        ]


def _line(what: str, samples: Sequence[float], unit: str) -> str:
    return f"{what}: {spread(samples)} {unit}, p95 {percentile(samples, 95):.0f}"


def desk_delay(
    home: Path, passphrase: str, zones: Sequence[str], code: Path = TOP, pace_s: float = PACE_S
) -> DeskDelay:
    """Screen these zones at the desk of this kit, as a scanner types them; every traveller is decided."""
    delay, desk = DeskDelay(), _Terminal(home, passphrase, code)
    try:
        _sign_in(desk)
        desk.waits_for("READY")
        desk.waits_for("Lists:")
        desk.reads(1.0)
        for zone in zones:
            _present(desk, zone, delay, pace_s)
        _type_by_hand(desk, delay)
        delay.idle_cpu_percent = _idle_cpu(desk)
    finally:
        desk.close()
    return delay


def _sign_in(desk: "_Terminal") -> None:
    """As a hand does: what comes as fast as a scan goes nowhere."""
    desk.waits_for("Service number")
    for character in f"{NUMBER}\t{PIN}{ENTER}":
        desk.types(character)
        desk.reads(HAND_S)
    desk.waits_for("Your shift")
    desk.reads(HAND_S)
    desk.types(ENTER)


def _present(desk: "_Terminal", zone: str, delay: DeskDelay, pace_s: float) -> None:
    cpu_s = desk.cpu_s
    for character in zone.replace("\n", ENTER):
        desk.types(character)
        desk.reads(pace_s)
    since = desk.marks()
    start = desk.types(ENTER)
    verdict, came = desk.waits_for_last(VERDICTS)
    ended = desk.settles()
    delay.verdict_ms.append((came - start) * 1000)
    delay.whole_ms.append((ended - start) * 1000)
    delay.output_bytes.append(desk.marks() - since)
    delay.cpu_ms.append((desk.cpu_s - cpu_s) * 1000)
    delay.verdicts[verdict.strip("●▲■◆ :")] += 1
    start = desk.types(ADMITS if verdict.endswith(("CLEAR:", "CHECK:")) else REFERS)
    _words, came = desk.waits_for("Recorded:")
    delay.decision_ms.append((came - start) * 1000)
    desk.settles()
    desk.types(ENTER)
    desk.waits_for("READY")
    desk.settles()


def _type_by_hand(desk: "_Terminal", delay: DeskDelay) -> None:
    text = "PXNORSAMPLE"
    for length in range(1, len(text) + 1):
        desk.marks()
        start = desk.types(text[length - 1])
        _words, came = desk.waits_for(text[:length])
        delay.echo_ms.append((came - start) * 1000)
        desk.settles(0.2)
    desk.types("\x1b")
    desk.reads(0.5)
    desk.types("\x1b")
    desk.reads(0.5)


def _idle_cpu(desk: "_Terminal", seconds: float = 10.0) -> float:
    cpu_s = desk.cpu_s
    desk.reads(seconds)
    return 100 * (desk.cpu_s - cpu_s) / seconds


class _Terminal:
    """A terminal without a screen: it takes what the desk writes, as fast as it comes."""

    def __init__(self, home: Path, passphrase: str, code: Path) -> None:
        self._end, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        environment = {**os.environ, "PYTHONPATH": str(code), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment |= {"WAYPOST_PASSPHRASE": passphrase}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ui", "desk", "--home", str(home)],
            cwd=code, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self._output = bytearray()
        self._seen_to = 0
        self._count = 0
        self._last_at = perf_counter()

    def types(self, text: str) -> float:
        """Write it; the moment before."""
        at = perf_counter()
        os.write(self._end, text.encode())
        return at

    def reads(self, seconds: float) -> None:
        """Take what comes in this time."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            self._take(left)

    def marks(self) -> int:
        """From here on words count; the bytes that have come so far."""
        self.reads(0)
        self._output.clear()
        return self._count

    def waits_for(self, *words: str) -> tuple[str, float]:
        """The first of these words that comes, and when it had come."""
        until = perf_counter() + GUARD_S
        while perf_counter() < until:
            hits = [word for word in words if word.encode() in self._output]
            if hits:
                self._output.clear()
                return hits[0], self._last_at
            self._take(0.5)
        raise TimeoutError(f"{words} never came; the last was {bytes(self._output[-2000:])!r}")

    def waits_for_last(self, words: Sequence[str]) -> tuple[str, float]:
        """The same, of the last of these words until the screen is complete: a verdict may rise."""
        word, came = self.waits_for(*words)
        while self._take(QUIET_S):
            places = {self._output.rfind(each.encode()): each for each in words}
            last = places[max(places)]
            if max(places) >= 0 and last != word:
                word, came = last, self._last_at
        return word, came

    def settles(self, quiet_s: float = QUIET_S) -> float:
        """Wait until nothing has come for so long; when the last byte came."""
        until = perf_counter() + MOST_SETTLING_S
        while self._take(quiet_s) and perf_counter() < until:
            pass
        return self._last_at

    def _take(self, timeout_s: float) -> bool:
        ready, _, _ = select.select([self._end], [], [], timeout_s)
        if not ready:
            return False
        new = os.read(self._end, 1 << 16)
        self._last_at = perf_counter()
        self._output += new
        self._count += len(new)
        return True

    @property
    def cpu_s(self) -> float:
        """Processor time of the desk so far, all its threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def close(self) -> None:
        """End the desk."""
        self._process.terminate()
        try:
            while self._process.poll() is None:
                self.reads(0.05)
        except OSError:  # the other end is closed
            sleep(0.1)
        self._process.wait(GUARD_S)
        os.close(self._end)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("zones", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--code", type=Path, default=TOP)
    parser.add_argument("--pace", type=float, default=PACE_S)
    chosen = parser.parse_args()
    zones = json.loads(chosen.zones.read_text())[: chosen.count]
    passphrase = os.environ["WAYPOST_PASSPHRASE"]
    print("\n".join(desk_delay(chosen.home, passphrase, zones, chosen.code, chosen.pace).lines()))


if __name__ == "__main__":
    main()
