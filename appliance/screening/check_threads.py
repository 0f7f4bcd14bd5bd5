"""One check in a thread of its own: what it raises is a finding, and a thread that hangs is left behind and counted."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from threading import Lock, Thread, current_thread
from time import perf_counter

from appliance.screening.check_ports import Check
from appliance.screening.result import failure_finding, locked_finding
from data.errors import Locked
from data.log.error_log import log_error
from data.screenings import Finding, Screening

_MAX_IDLE_WORKERS = 16
_idle_workers: deque["_Worker"] = deque()


class HungRuns:
    """How many runs of each check are past their deadline and still going."""

    def __init__(self) -> None:
        self._runs: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, check: str) -> None:
        """Count a run of `check` that passed its deadline."""
        with self._lock:
            self._runs[check] += 1

    def remove(self, check: str) -> None:
        """Count it no longer: the run ended."""
        with self._lock:
            self._runs[check] -= 1

    def is_at_limit(self, check: str, limit: int) -> bool:
        """Whether at least `limit` runs hang, so that another one would only hang too."""
        with self._lock:
            return self._runs[check] >= limit


def start_thread(task: Callable[[], None]) -> None:
    """Run `task` in a thread that nobody waits for.

    Threads are daemons, so that a hung one does not keep the kit from shutting down. A thread whose task ended is used
    again.
    """
    try:
        worker = _idle_workers.pop()
    except IndexError:
        worker = _Worker()
    worker.run(task)


class _Worker:
    """A thread that does one task after another, and waits in `_idle_workers` between them."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._work, daemon=True).start()

    def run(self, task: Callable[[], None]) -> None:
        """Do this next."""
        self._tasks.put(task)

    def _work(self) -> None:
        while True:
            self._work_once()
            if len(_idle_workers) >= _MAX_IDLE_WORKERS:
                return  # before it is among the idle: a task given to a thread that ended is never done
            _idle_workers.append(self)

    def _work_once(self) -> None:
        """In a frame of its own, so that nothing about a traveller stays in a thread that waits."""
        self._tasks.get()()
        current_thread().name = "check, idle"


def run_check(check: Check, screening: Screening) -> Finding:
    """The finding of `check`, with the time it took; whatever it raises is NOT_DONE."""
    started_s = perf_counter()
    try:
        finding = check.run(screening)
    except Locked as locked:
        finding = locked_finding(check, locked)
    except BaseException as error:  # a panic of a compiled library is no Exception, and no answer either
        log_error(error)
        finding = failure_finding(check, error)
    elapsed_ms = (perf_counter() - started_s) * 1000
    return replace(finding, check=check.name, mandatory=check.mandatory, elapsed_ms=elapsed_ms)
