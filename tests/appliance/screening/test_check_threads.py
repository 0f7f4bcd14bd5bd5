"""Threads are used again: however many ran at once, every later task is still done."""

from functools import partial
from queue import SimpleQueue
from threading import Barrier

from appliance.screening.check_threads import run_check, start_thread
from data.screenings import Finding, Screening, State
from tests.support.sample import screening
from tests.support.waiting import GUARD_S

CROWD = 40
"""More at once than threads are kept."""


class Together:
    """A check that ends only when all of the crowd run."""

    name = "together"
    mandatory = True

    def __init__(self, crowd: Barrier) -> None:
        self._crowd = crowd

    def run(self, screening: Screening) -> Finding:
        self._crowd.wait(GUARD_S)
        return Finding(self.name, State.PASS, "came", "Came", self.mandatory)


def _run_one(check: Together, ended: "SimpleQueue[Finding]") -> None:
    ended.put(run_check(check, screening()))


def test_after_a_crowd_every_check_is_still_run() -> None:
    for count in (CROWD, CROWD, *[1] * CROWD):
        ended: SimpleQueue[Finding] = SimpleQueue()
        crowd = Barrier(count)
        for _number in range(count):
            start_thread(partial(_run_one, Together(crowd), ended))
        assert [ended.get(timeout=GUARD_S).state for _ in range(count)] == [State.PASS] * count
