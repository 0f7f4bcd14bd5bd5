"""What one connected program asks, and the answers: each line is screened or decided by the same counter.

- A request that passes its deadline, or that finds no free place until then, is answered `cannot_say`, never left out.
  One that has not begun by then is not begun; one that has is finished and recorded.
- The officer is looked up for each line: who was ended stops at the next one.
- A decision is about the newest result of the screening, also where a check answered late and made it worse.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, wait
from dataclasses import replace
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any, TypeVar

from appliance.counter.counter import Counter
from appliance.people.program_access import RosterPrograms
from appliance.screening.result import ScreeningProgress, ScreeningResult
from data.errors import Denied, InputError, StoreError, WaypostError
from data.log.error_log import log_error
from data.people.staff import Actor
from data.text import _
from ui.service.program_lines import DecisionOrder, ErrorAnswer, ProgramLine, ServiceError, decode_line, line_id
from ui.text.text_output import result_json

MOST_RESULTS = 64
"""Results that a connection keeps for decisions."""


_Answer = TypeVar("_Answer")


class DeadlinePassed(Exception):
    """There was no answer in time."""


class ScreeningPool:
    """The workers that screen, and how many requests may wait for them."""

    def __init__(self, workers: Executor, places: int) -> None:
        self._workers = workers
        self._places = BoundedSemaphore(places)

    def run(self, work: Callable[[], _Answer], deadline_s: float) -> _Answer:
        """The result of `work`, or what it raises; DeadlinePassed where there is none in time."""
        ends = monotonic() + deadline_s
        if not self._places.acquire(timeout=deadline_s):
            raise DeadlinePassed
        try:
            future = self._workers.submit(work)
        except RuntimeError:
            self._places.release()
            raise
        future.add_done_callback(lambda _future: self._places.release())
        done, _late_ones = wait((future,), max(0.0, ends - monotonic()))
        if not done:
            future.cancel()  # what has not begun is never begun: no decision is recorded by surprise
            raise DeadlinePassed
        return future.result()


class RecentResults:
    """The newest result of each of the last screenings, by id. Thread-safe: late ones come from a check's thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._results: OrderedDict[str, ScreeningResult] = OrderedDict()

    def keep(self, result: ScreeningResult) -> None:
        """Keep it, unless a newer one is kept."""
        name = str(result.screening.id)
        with self._lock:
            known = self._results.get(name)
            if known is None or known.revision <= result.revision:
                self._results[name] = result
            while len(self._results) > MOST_RESULTS:
                self._results.popitem(last=False)

    def note(self, progress: ScreeningProgress) -> None:
        """The same for a step of a screening."""
        if progress.result:
            self.keep(progress.result)

    def find(self, name: str) -> ScreeningResult:
        """InputError where this connection has no such result any more."""
        with self._lock:
            result = self._results.get(name)
        if result is None:
            raise InputError(
                _("This connection did not screen that traveller lately"),
                means=_("The decision was not recorded."),
                do=_("Decide on the connection that screened, or screen again"),
            )
        return result


class ProgramSession:
    """Answers the lines of one program that proved who it is."""

    def __init__(self, counter: Counter, access: RosterPrograms, program: Actor, pool: ScreeningPool) -> None:
        self._counter = counter
        self._access = access
        self._program = program
        self._pool = pool
        self._results = RecentResults()

    def answer(self, content: bytes) -> dict[str, Any]:
        """The answer to one line. Never raises for what the line says or for what fails behind it."""
        try:
            line = decode_line(content)
        except InputError as error:
            return ErrorAnswer(line_id(content), ServiceError.NOT_UNDERSTOOD, error).to_json()
        try:
            facts = self._pool.run(lambda: self._work(line), line.deadline_ms / 1000)
        except DeadlinePassed:
            return ErrorAnswer(line.id, ServiceError.DEADLINE, _late(line)).to_json()
        except Denied as error:
            log_error(error)
            return ErrorAnswer(line.id, ServiceError.NOT_ALLOWED, error).to_json()
        except InputError as error:
            return ErrorAnswer(line.id, ServiceError.NOT_UNDERSTOOD, error).to_json()
        except Exception as error:
            log_error(error)
            known = error if isinstance(error, WaypostError) else _failure()
            return ErrorAnswer(line.id, ServiceError.FAILED, known).to_json()
        return {"id": line.id, "lane": line.lane, **facts}

    def _work(self, line: ProgramLine) -> dict[str, Any]:
        return self._decide(line.decide) if line.decide else self._screen(line)

    def _screen(self, line: ProgramLine) -> dict[str, Any]:
        officer = self._access.act_for(self._program, line.officer)
        if line.request is None:
            raise _failure()
        self._counter.refresh_access()
        request = replace(line.request.screening_request(officer, self._counter.today()), lane=line.lane)
        result = self._counter.screen(request, self._results.note)
        self._results.keep(result)
        return result_json(result, self._counter.standing_state())

    def _decide(self, order: DecisionOrder) -> dict[str, Any]:
        officer = self._access.act_for(self._program, order.officer)
        result = self._results.find(order.screening)
        record = self._counter.decide(result, order.decision, officer=officer)
        return {"screening": order.screening, "decision": record.decision.value, "officer": officer.number}


def _late(line: ProgramLine) -> WaypostError:
    if line.decide:
        return StoreError(
            _("The decision was not recorded before the deadline"),
            means=_("It may be recorded later."),
            do=_("Look in the journal before you decide again"),
        )
    return StoreError(
        _("The traveller was not screened before the deadline"),
        means=_("Nothing is known about the traveller."),
        do=_("Screen again, or send the traveller to the desk"),
    )


def _failure() -> WaypostError:
    return StoreError(
        _("The kit could not do this"),
        means=_("Nothing is known about the traveller."),
        do=_("Send the traveller to the desk, and tell the technician"),
    )
