"""The demonstration in a real terminal of 80×24: an officer with a keyboard and nothing else."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deployment import PASSPHRASE, TOP
from tests.support.waiting import GUARD_S, wait_until
from ui.demo.staff import PEOPLE
from ui.desk.typed_zone import FASTEST_HAND_S
from ui.screens.desk import SEEN_AFTER_S


class Terminal:
    """One tmux session."""

    def __init__(self, folder: Path) -> None:
        self._tmux = ("tmux", "-S", str(folder / "tmux"), "-f", "/dev/null")
        command = f"cd {TOP} && {sys.executable} -m ui demo; echo the end: $?; cat"
        self._call("new-session", "-d", "-s", "desk", "-x", "80", "-y", "24", command)

    def press(self, key: str) -> None:
        self._call("send-keys", "-t", "desk", key)

    def signs_in(self) -> None:
        """Number and PIN as a hand types them: what comes as fast as a scan is none."""
        for key in (*PEOPLE[0].number, "Tab", *PEOPLE[0].pin, "Enter"):
            self.press(key)
            time.sleep(2 * FASTEST_HAND_S)

    def sees(self, *words: str) -> str:
        """The screen, once every one of `words` stands on it."""
        screen = ""

        def shown() -> bool:
            nonlocal screen
            screen = self._call("capture-pane", "-p", "-t", "desk")
            return all(word in screen for word in words)

        try:
            wait_until(shown)
        except AssertionError as error:
            raise AssertionError(f"{words} never came:\n{screen}") from error
        return screen

    def close(self) -> None:
        self._call("kill-server")

    def _call(self, *words: str) -> str:
        return subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        assert not os.environ.get("CI"), "tmux is missing: provisioning/host-packages.sh installs it"
        pytest.skip("tmux is not installed (provisioning/host-packages.sh installs it)")
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def test_a_morning_at_the_desk(terminal: Terminal) -> None:
    terminal.sees("Service number", "Enter signs in")
    terminal.signs_in()
    terminal.sees("Your shift", "Lists:")
    terminal.press("Enter")
    terminal.sees("● CLEAR", "HALLINGDAL", "Enter admits", "SIMULATED")
    time.sleep(SEEN_AFTER_S)  # before it Enter counts for nothing
    terminal.press("Enter")
    terminal.sees("● CLEAR", "KUUSEMAA", "genuine and not a copy")  # with the chip the answer is shown anew
    time.sleep(SEEN_AFTER_S)
    terminal.press("Enter")
    terminal.sees("■ REFER", "24FV38617 is on sltd as stolen")
    terminal.press("Enter")
    terminal.press("F4")
    terminal.sees("Why REFER", "A hit is a lead, not proof")
    terminal.press("Escape")
    terminal.press("F5")
    terminal.sees("Recorded")
    terminal.sees("ZOLTAVERDE QUINT", "born 1979-04-23", "Listed: detain if confirmed")
    terminal.press("F10")
    terminal.sees("The desk was locked with F10")
    terminal.press("F10")
    terminal.signs_in()
    terminal.sees("End the shift?")
    terminal.press("Enter")
    wait_until(lambda: "unlock" not in terminal.sees("Service number", "Enter signs in"))
    terminal.press("F10")
    terminal.sees("the end: 0")


def test_a_desk_ends_with_a_terminal_of_whose_end_no_signal_tells(kit: Path) -> None:
    ours, its = os.openpty()
    words = [sys.executable, "-m", "ui", "desk", "--home", str(kit)]
    environment = os.environ | {"WAYPOST_PASSPHRASE": PASSPHRASE, "TERM": "xterm-256color"}
    # A session of its own without a controlling terminal: nobody sends SIGHUP.
    desk = subprocess.Popen(words, stdin=its, stdout=its, stderr=its, cwd=TOP, env=environment, start_new_session=True)
    os.close(its)
    shown = b""
    while b"Service number" not in shown:
        shown += os.read(ours, 65536)
    os.close(ours)
    assert desk.wait(GUARD_S) is not None


def count_threads(pid: int) -> int:
    return len([*Path(f"/proc/{pid}/task").iterdir()])


def test_a_desk_that_goes_on_after_it_was_stopped_has_one_reader_of_keys(kit: Path) -> None:
    ours, its = os.openpty()
    words = [sys.executable, "-m", "ui", "desk", "--home", str(kit)]
    environment = os.environ | {"WAYPOST_PASSPHRASE": PASSPHRASE, "TERM": "xterm-256color"}
    desk = subprocess.Popen(words, stdin=its, stdout=its, stderr=its, cwd=TOP, env=environment, start_new_session=True)
    os.close(its)

    def drawn(mark: bytes) -> None:
        shown = b""
        while mark not in shown:
            shown += os.read(ours, 65536)

    drawn(b"Service number")
    threads = count_threads(desk.pid)
    for _time in range(4):  # each would add two threads
        desk.send_signal(signal.SIGSTOP)
        desk.send_signal(signal.SIGCONT)
        drawn(b"\x1b[?1049h")  # what a terminal is told before it is drawn on
    drawn(b"Service number")
    assert count_threads(desk.pid) < threads + 6
    os.close(ours)
    desk.wait()
