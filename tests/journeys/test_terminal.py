"""The demonstration in a real terminal of 80×24: an officer with a keyboard and nothing else."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deployment import TOP
from tests.support.waiting import wait_until
from ui.screens.desk import SEEN_AFTER_S


class Terminal:
    """One tmux session."""

    def __init__(self, folder: Path) -> None:
        self._tmux = ("tmux", "-S", str(folder / "tmux"), "-f", "/dev/null")
        command = f"cd {TOP} && {sys.executable} -m ui demo; echo the end: $?; cat"
        self._call("new-session", "-d", "-s", "desk", "-x", "80", "-y", "24", command)

    def press(self, key: str) -> None:
        self._call("send-keys", "-t", "desk", key)

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
    terminal.sees("Leave the desk?")
    terminal.press("Enter")
    terminal.sees("the end: 0")
