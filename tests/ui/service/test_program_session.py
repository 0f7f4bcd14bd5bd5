"""A request is answered in time or refused, and a place is free again when its work has ended."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from ui.service.program_session import ScreeningPool


def test_what_passes_its_deadline_keeps_its_place_until_it_ends() -> None:
    go_on = Event()
    with ThreadPoolExecutor(2) as workers:
        pool = ScreeningPool(workers, 1)
        with pytest.raises(TimeoutError):
            pool.run(lambda: go_on.wait(60), 0.01)
        with pytest.raises(TimeoutError):
            pool.run(lambda: "no place", 0.01)
        go_on.set()
        assert pool.run(lambda: "answer", 60) == "answer"
