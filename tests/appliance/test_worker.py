"""Checks run in threads that are used again: however many ran at once, every later one is still run."""

from queue import SimpleQueue
from threading import Barrier

from appliance.screening import run
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


def test_after_a_crowd_every_check_is_still_run() -> None:
    for count in (CROWD, CROWD, *[1] * CROWD):
        ended: SimpleQueue[Finding] = SimpleQueue()
        crowd = Barrier(count)
        for _ in range(count):
            run.start_check(Together(crowd), screening(), ended.put)
        assert [ended.get(timeout=GUARD_S).state for _ in range(count)] == [State.PASS] * count
