"""One screening under way: collects findings, settles what may be shown, and keeps the journal ahead of the screen.

The verdict that was shown is the floor of every later one. A journal that fails is a finding of its own: it makes
the answer CANNOT SAY, and leaves a REFER what it is.
"""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import RLock
from time import perf_counter

from appliance import answer, worker
from appliance.deciding import advice
from appliance.discreet import for_lane, withheld
from appliance.limits import Limits
from appliance.ports import Check, Journal
from appliance.result import Progress, Result
from appliance.verdict import of_finding, verdict, verdict_meanwhile, worst
from appliance.worker import Hangs
from data.findings import Evidence, Finding, State, Verdict
from data.screenings import Screening

JOURNAL = "journal"
Tell = Callable[[Progress], None]


class Sitting:
    """One run of the checks for one traveller."""

    def __init__(
        self,
        screening: Screening,
        checks: Sequence[Check],
        journal: Journal,
        limits: Limits,
        hangs: Hangs,
        tell: Tell,
    ) -> None:
        self._screening = screening
        self._checks = {check.name: check for check in checks}
        self._journal = journal
        self._limits = limits
        self._hangs = hangs
        self._tell = tell
        self._began = perf_counter()
        self._arrived: SimpleQueue[Finding] = SimpleQueue()
        self._lock = RLock()
        self._open = True
        self._findings: dict[str, Finding] = {}
        self._late_names: set[str] = set()
        """Checks past their deadline that have not come back."""
        self._unwritten: Finding | None = None
        self._revision = 0
        self._shown: Result | None = None

    def hold(self) -> Result:
        """Run every check to its end or its deadline; the result."""
        self._report()
        for check in self._checks.values():
            self._start(check)
        while self._running():
            ends = min(map(self._ends, self._running()))
            try:
                finding = self._arrived.get(timeout=max(0.0, ends - perf_counter()))
            except Empty:
                if ends == max(map(self._ends, self._running())):
                    break
                self._overrun(ends)
            else:
                self._take(finding)
            if self._running():
                self._settle()
        return self._close()

    def _running(self) -> list[str]:
        return [name for name in self._checks if name not in self._findings]

    def _ends(self, name: str) -> float:
        return self._began + self._deadline_s(name)

    def _deadline_s(self, name: str) -> float:
        """The check's own, where it waits for a person; else the kit's."""
        return float(getattr(self._checks[name], "deadline_s", self._limits.check_s))

    def _overrun(self, ends: float) -> None:
        """Those whose deadline has passed are not done, while others may still run."""
        for name in self._running():
            if self._ends(name) <= ends:
                self._hangs.add(name)
                self._late_names.add(name)
                self._findings[name] = worker.timed_out(self._checks[name], self._deadline_s(name))

    def _take(self, finding: Finding) -> None:
        """An answer in time counts; one after its deadline only where it makes the answer worse."""
        if finding.check in self._late_names:
            self._late_names.discard(finding.check)
            self._hangs.remove(finding.check)
            if of_finding(finding).seriousness <= of_finding(self._findings[finding.check]).seriousness:
                return
        self._findings[finding.check] = finding

    def _start(self, check: Check) -> None:
        if self._hangs.many(check.name, self._limits.hung_runs):
            self._arrived.put(worker.hung(check))
        else:
            worker.start(check, self._screening, self._ended)

    def _ended(self, finding: Finding) -> None:
        with self._lock:
            if self._open:
                self._arrived.put(finding)
            else:
                self._late(finding)

    def _close(self) -> Result:
        with self._lock:
            self._open = False
            while not self._arrived.empty():
                self._take(self._arrived.get())
            for name, check in self._checks.items():
                if name not in self._findings:
                    self._hangs.add(name)
                    self._findings[name] = worker.timed_out(check, self._deadline_s(name))
            floor = [self._shown.verdict] if self._shown else []
            found = worst([verdict(self._all()), *floor])
            return self._show(found, self._commit(found))

    def _late(self, finding: Finding) -> None:
        """A check came back after its deadline: it may make the verdict worse, never better."""
        self._hangs.remove(finding.check)
        if self._worse(of_finding(finding)):
            self._findings[finding.check] = finding
            self._show(of_finding(finding), self._commit(of_finding(finding)))

    def _settle(self) -> None:
        """After a check ended while others still run: show what may be shown by now."""
        waiting = any(check.mandatory and name not in self._findings for name, check in self._checks.items())
        found = verdict_meanwhile(self._all()) if waiting else verdict(self._all())
        if found is None or not self._worse(found):
            self._report()
            return
        failure = self._commit(found)
        if failure and waiting and found is not Verdict.REFER:
            self._report()  # not in the journal, so not shown: it is tried again when all have ended
        else:
            self._show(found, failure)

    def _show(self, found: Verdict, failure: Finding | None) -> Result:
        if failure:
            self._unwritten = failure
            found = worst([found, Verdict.CANNOT_SAY])
        self._shown = self._result(found)
        self._report()
        return self._shown

    def _worse(self, found: Verdict) -> bool:
        return self._shown is None or found.seriousness > self._shown.verdict.seriousness

    def _commit(self, found: Verdict) -> Finding | None:
        """Write the next revision; the finding to show when that failed."""
        try:
            self._journal.record_screening(self._screening, self._all(), found, self._revision + 1)
        except Exception as error:
            says = "The journal could not be written, so no answer counts"
            facts = {"error": type(error).__name__}
            return Finding(JOURNAL, State.NOT_DONE, "journal_failed", says, True, Evidence(facts=facts))
        self._revision += 1
        return None

    def _all(self) -> tuple[Finding, ...]:
        ended = tuple(self._findings[name] for name in self._checks if name in self._findings)
        return (*ended, self._unwritten) if self._unwritten else ended

    def _result(self, found: Verdict) -> Result:
        whole = self._all()
        shown = tuple(map(for_lane, whole))
        return Result(
            screening=self._screening,
            verdict=found,
            findings=shown,
            says=answer.says(shown, found),
            second_line=answer.second_line(shown, self._screening.at),
            advice=advice(shown),
            revision=self._revision,
            elapsed_ms=(perf_counter() - self._began) * 1000,
            complete=not self._open,
            withheld=withheld(whole),
        )

    def _report(self) -> None:
        ended = tuple(for_lane(self._findings[name]) for name in self._checks if name in self._findings)
        self._tell(Progress(self._screening, tuple(self._checks), ended, self._shown))
