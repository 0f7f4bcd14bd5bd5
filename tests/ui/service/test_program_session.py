"""A request is answered in time or refused, and a place is free again when its work has ended."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from ui.service.program_session import DeadlinePassed, ScreeningPool


def test_what_passes_its_deadline_keeps_its_place_until_it_ends() -> None:
    go_on = Event()
    with ThreadPoolExecutor(2) as workers:
        pool = ScreeningPool(workers, 1)
        with pytest.raises(DeadlinePassed):
            pool.run(lambda: go_on.wait(60), 0.01)
        with pytest.raises(DeadlinePassed):
            pool.run(lambda: "no place", 0.01)
        go_on.set()
        assert pool.run(lambda: "answer", 60) == "answer"


def test_what_has_not_begun_at_its_deadline_is_not_begun_later() -> None:
    go_on, done = Event(), []
    with ThreadPoolExecutor(1) as workers:
        pool = ScreeningPool(workers, 4)
        held = workers.submit(go_on.wait, 60)
        with pytest.raises(DeadlinePassed):
            pool.run(lambda: done.append("a decision"), 0.01)
        go_on.set()
        assert held.result(60)
        assert pool.run(lambda: "the next one", 60) == "the next one"
    assert not done


def test_work_that_ran_out_of_its_own_time_failed_and_passed_no_deadline() -> None:
    def work() -> None:
        raise TimeoutError("a device")

    with ThreadPoolExecutor(1) as workers, pytest.raises(TimeoutError, match="a device"):
        ScreeningPool(workers, 1).run(work, 60)
