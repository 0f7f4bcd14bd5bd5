"""A machine whose clock is wrong: one process under faketime, which runs a command line for each line it is given.

One for each time that is asked for, kept to the end of the tests: what a test waits for is its commands, not the
start of Python before each.
"""

import atexit
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache

from tests.support.command_line import Done
from tests.support.deployment import PASSPHRASE, TOP
from ui.cli import run

STARTS = 20
SERVES = "serves\n"


class Machine:
    """The machine, seen from the test."""

    def __init__(self, when: str) -> None:
        self._process = self._started(when)

    @staticmethod
    def _started(when: str) -> "subprocess.Popen[str]":
        """The process, once it serves.

        faketime names what it shares by the number of its process, and fails where one that was killed has left
        something of that name: the next process has another number.
        """
        for _ in range(STARTS):
            process = Machine._process_at(when)
            assert process.stdout is not None
            if process.stdout.readline() == SERVES:
                return process
            process.communicate()
        raise AssertionError(f"no process under faketime in {STARTS} starts")

    @staticmethod
    def _process_at(when: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["faketime", "-m", "-f", when, sys.executable, "-m", "tests.journeys.support.machine"],
            cwd=TOP,
            env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object) -> Done:
        """One command line, to its end."""
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None and answers is not None
        asks.write(json.dumps([str(argument) for argument in arguments]) + "\n")
        asks.flush()
        return Done(*json.loads(answers.readline()))

    def stop(self) -> None:
        """No more lines, so it ends."""
        self._process.communicate()


@cache
def machine(when: str) -> Machine:
    """The machine whose clock says `when`, as faketime writes it."""
    made = Machine(when)
    atexit.register(made.stop)
    return made


def at(when: str, *arguments: object) -> Done:
    """One command line by a machine whose clock says `when`."""
    return machine(when).run(*arguments)


def serve() -> None:
    """The machine itself."""
    answers = sys.stdout
    answers.write(SERVES)
    answers.flush()
    for line in sys.stdin:
        os.environ["WAYPOST_PASSPHRASE"] = PASSPHRASE  # each command takes it away
        printed = io.BytesIO()  # JSON is written as bytes
        out = io.TextIOWrapper(printed, "utf-8", write_through=True)
        with redirect_stdout(out), redirect_stderr(io.StringIO()) as err:
            code = run(json.loads(line))
        answers.write(json.dumps([code, printed.getvalue().decode(), err.getvalue()]) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
