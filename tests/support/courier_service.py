"""`waypost courier watch` in a thread of the test, and what it wrote of its state."""

import threading
from collections.abc import Callable

from data.kit.home import KitHome
from sync.kit.watching import watch_state
from sync.kit.watching.retry_schedule import RetryIntervals
from sync.kit.watching.watch import Watch
from sync.kit.watching.watch_state import WatchState
from tests.support.waiting import GUARD_S, wait_until


class Service:
    """A watch in a thread, and what it wrote."""

    def __init__(self, kit: KitHome, pacing: RetryIntervals | None = None) -> None:
        self.kit = kit
        self.said: list[str] = []
        self.watch = Watch(kit, pacing=pacing, say=self.said.append)
        self._thread = threading.Thread(target=self.watch.run)
        self._thread.start()

    def until(self, there: Callable[[WatchState], bool]) -> WatchState:
        """Wait until the state is so."""
        seen: list[WatchState] = []

        def is_so() -> bool:
            seen[:] = [state for state in [watch_state.read_state(self.kit.path)] if state]
            return bool(seen) and there(seen[0])

        wait_until(is_so, "the state of the service")
        return seen[0]

    def waits(self, outcome: str) -> WatchState:
        """Wait until a run ended so and it waits for the next."""
        return self.until(lambda state: state.state == "waiting" and bool(state.last and state.last.outcome == outcome))

    def stop(self) -> None:
        self.watch.stop()
        self._thread.join(GUARD_S)
        assert not self._thread.is_alive()
