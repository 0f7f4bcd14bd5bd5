"""Runs one check in a thread of its own and turns whatever happens into a finding.

- An exception is NOT_DONE with a plain sentence: no traceback and no message of the exception, for it may quote the
  traveller. Its class is kept in `evidence.facts`.
- A check of which too many runs hang is not started again until one of them ends.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from threading import Lock, Thread, current_thread
from time import perf_counter

from appliance.answer.wording import check_title
from appliance.screening.check_ports import Check
from data.errors import Locked
from data.screenings import Evidence, Finding, Screening, State


class HungRuns:
    """How many runs of each check are past their deadline and still going."""

    def __init__(self) -> None:
        self._runs: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, check: str) -> None:
        """A run of `check` passed its deadline."""
        with self._lock:
            self._runs[check] += 1

    def remove(self, check: str) -> None:
        """Such a run came back."""
        with self._lock:
            self._runs[check] -= 1

    def is_at_limit(self, check: str, limit: int) -> bool:
        """Whether `limit` runs or more hang, so that another one would only hang too."""
        with self._lock:
            return self._runs[check] >= limit


def start_check(check: Check, screening: Screening, ended: Callable[[Finding], None]) -> None:
    """Run `check` in a thread that nothing else needs until it is back: one that hangs holds up no other.

    Threads are daemons, so that a hung one cannot keep the kit from shutting down; one that came back is used again.
    """
    try:
        worker = _idle_workers.pop()
    except IndexError:
        worker = _Worker()
    worker.run(f"check {check.name}", lambda: ended(_run_check(check, screening)))


class _Worker:
    """A thread that does one thing after another, and waits among the idle between them."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[tuple[str, Callable[[], None]]] = SimpleQueue()
        Thread(target=self._work, daemon=True).start()

    def run(self, name: str, what: Callable[[], None]) -> None:
        """Do this next, under this name."""
        self._tasks.put((name, what))

    def _work(self) -> None:
        while True:
            self._work_once()
            if len(_idle_workers) >= _MAX_IDLE_WORKERS:
                return  # before anybody can find it among the idle: what a thread that ended is asked is never done
            _idle_workers.append(self)

    def _work_once(self) -> None:
        """In a frame of its own: nothing of a traveller stays behind in a thread that waits."""
        thread = current_thread()
        thread.name, what = self._tasks.get()
        what()
        thread.name = "check, idle"


_MAX_IDLE_WORKERS = 16
_idle_workers: deque[_Worker] = deque()


def _run_check(check: Check, screening: Screening) -> Finding:
    began = perf_counter()
    try:
        finding = check.run(screening)
    except Locked as locked:
        finding = locked_finding(check, locked)
    except BaseException as error:  # a panic of a compiled library is no Exception, and no answer either
        finding = failure_finding(check, error)
    elapsed_ms = (perf_counter() - began) * 1000
    return replace(finding, check=check.name, mandatory=check.mandatory, elapsed_ms=elapsed_ms)


def locked_finding(check: Check, locked: Locked) -> Finding:
    """The finding of a check whose list nobody may read now; its words quote nobody."""
    says = ". ".join(part for part in (locked.what, locked.do) if part)
    return not_done_finding(check, f"lists_{locked.state}", says)


def failure_finding(check: Check, error: BaseException) -> Finding:
    """The finding of a check that raised."""
    return not_done_finding(check, "error", f"{check_title(check.name)}: failed, so nothing is known from it", error)


def timeout_finding(check: Check, after_s: float) -> Finding:
    """The finding of a check that passed its deadline."""
    says = f"{check_title(check.name)}: no answer in {after_s:g} s, so nothing is known from it"
    return replace(not_done_finding(check, "timeout", says), elapsed_ms=after_s * 1000)


def hung_finding(check: Check) -> Finding:
    """The finding of a check that is not started because earlier runs of it still hang."""
    return not_done_finding(
        check, "hung", f"{check_title(check.name)}: hangs since earlier travellers, so it was not asked"
    )


def not_done_finding(check: Check, reason: str, says: str, error: BaseException | None = None) -> Finding:
    """A finding that gives no answer."""
    facts = {"error": type(error).__name__} if error is not None else {}
    return Finding(check.name, State.NOT_DONE, reason, says, check.mandatory, Evidence(facts=facts))
