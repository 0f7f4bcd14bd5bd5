"""Runs one check in a thread of its own and turns whatever happens into a finding.

An exception is NOT_DONE with a plain sentence: no traceback and no message of the exception, for it may
quote the traveller. Its class is kept in `evidence.facts`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from threading import Lock, Thread
from time import perf_counter

from appliance.ports import Check
from appliance.words import title
from data.findings import Evidence, Finding, State
from data.screenings import Screening


class Hangs:
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

    def many(self, check: str, limit: int) -> bool:
        """Whether `limit` runs or more hang, so that another one would only hang too."""
        with self._lock:
            return self._runs[check] >= limit


def start(check: Check, screening: Screening, ended: Callable[[Finding], None]) -> None:
    """Run `check` in a daemon thread, so that a hung one cannot keep the kit from shutting down."""
    Thread(target=lambda: ended(_run(check, screening)), name=f"check {check.name}", daemon=True).start()


def _run(check: Check, screening: Screening) -> Finding:
    began = perf_counter()
    try:
        finding = check.run(screening)
    except BaseException as error:  # a panic of a compiled library is no Exception, and no answer either
        finding = failed(check, error)
    elapsed_ms = (perf_counter() - began) * 1000
    return replace(finding, check=check.name, mandatory=check.mandatory, elapsed_ms=elapsed_ms)


def failed(check: Check, error: BaseException) -> Finding:
    """The finding of a check that raised."""
    return not_done(check, "error", f"{title(check.name)}: failed, so nothing is known from it", error)


def timed_out(check: Check, after_s: float) -> Finding:
    """The finding of a check that passed its deadline."""
    says = f"{title(check.name)}: no answer in {after_s:g} s, so nothing is known from it"
    return replace(not_done(check, "timeout", says), elapsed_ms=after_s * 1000)


def hung(check: Check) -> Finding:
    """The finding of a check that is not started because earlier runs of it still hang."""
    return not_done(check, "hung", f"{title(check.name)}: hangs since earlier travellers, so it was not asked")


def not_done(check: Check, reason: str, says: str, error: BaseException | None = None) -> Finding:
    """A finding that gives no answer."""
    facts = {"error": type(error).__name__} if error is not None else {}
    return Finding(check.name, State.NOT_DONE, reason, says, check.mandatory, Evidence(facts=facts))
