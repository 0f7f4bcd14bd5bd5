"""One screening: all checks run under a deadline, and one verdict comes out. Orchestration only.

- The checks run one after the other in a thread. One that takes longer than `HAND_ON_S` keeps that thread, and another
  thread goes on with those behind it: a check that hangs holds up no other. A check that waits for a person has a
  thread of its own from the start. An exception is NOT_DONE with a plain sentence, never "nothing found": without
  traceback and message, which may quote the traveller. The exception's class is kept in `evidence.facts`.
- A check that passes its deadline is NOT_DONE as well. If too many runs of a check hang, it is not started again until
  one of them ends.
- While a mandatory check runs the state is WORKING, which is no verdict: CHECK and REFER are shown at once, CLEAR and
  CANNOT SAY when every mandatory check has ended or passed its deadline.
- Each verdict, and each later rise, is in the journal before it is shown.
- Once shown, a verdict never improves by itself: no later verdict is less serious.
- A journal that fails is a finding of its own: it makes the answer CANNOT SAY, but a REFER stays REFER. The journal is
  told once of each screening whose verdict is shown without it.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import RLock, current_thread
from time import perf_counter

from appliance.answer import wording
from appliance.answer.disclosure import redact_for_lane, select_discreet
from appliance.screening.check_ports import Check, JournalWriter
from appliance.screening.check_threads import HungRuns, run_check, start_thread
from appliance.screening.result import (
    JOURNAL_FINDING,
    ScreeningProgress,
    ScreeningResult,
    hung_finding,
    timeout_finding,
)
from appliance.verdict import RunningVerdict, verdict_of_finding, worst_verdict
from data.errors import Locked, SettingsError, StoreError
from data.log.error_log import log_error
from data.screenings import Evidence, Finding, Screening, State, Verdict
from data.text import _, join

HAND_ON_S = 0.05
"""Without an answer, after which the checks that have not begun get a further thread. Most checks take 1 to 15 ms."""
OnProgress = Callable[[ScreeningProgress], None]


@dataclass(frozen=True, slots=True)
class ScreeningLimits:
    """Bounds of one screening. A check beyond its bound is NOT_DONE, never "nothing found"."""

    check_s: float = 5.0
    """A check that has not answered after so many seconds has passed its deadline."""
    hung_runs: int = 4
    """Runs of one check that may hang at a time; beyond, the check is not started again until one ends."""


class Screener:
    """Screens travellers with one set of checks. Safe to use from several threads.

    A desk's worker thread::

        result = screener.screen(screening, on_progress=lambda progress: self.post_message(Progressed(progress)))

    and a headless caller: ``result = screener.screen(screening)``.
    """

    def __init__(self, checks: Sequence[Check], journal: JournalWriter, limits: ScreeningLimits | None = None) -> None:
        """`checks` in the order in which they are shown.

        Raises:
            SettingsError: no check is mandatory, or two have the same name.
        """
        self.checks = tuple(checks)
        self.journal = journal
        self.limits = limits or ScreeningLimits()
        self._hung_runs = HungRuns()
        twice = [name for name, count in Counter(check.name for check in checks).items() if count > 1]
        if twice:
            raise SettingsError(_("The check {check} is set up twice", check=twice[0]), do=_("Name each list once"))
        if not any(check.mandatory for check in checks):
            raise SettingsError(_("No check is mandatory"), means=_("Nothing could ever prevent a CLEAR"))

    def prepare(self) -> None:
        """Load what the checks keep in memory, between travellers. What fails here is NOT_DONE in `screen`."""
        for step in ("prepare", "combine"):
            for check in self.checks:
                load: Callable[[], None] | None = getattr(check, step, None)
                if load is not None:
                    _ignore_errors(load)

    def screen(
        self, screening: Screening, on_progress: OnProgress = lambda _: None, unscreened: str = ""
    ) -> ScreeningResult:
        """Screen one traveller; returns when every check has ended or passed its deadline. Never raises for a check.

        `on_progress` hears each step: at the start, after each check, and each verdict once it is in the journal. It is
        called from this thread, one call at a time, and must not raise. A late answer that makes the verdict worse is
        reported as well, from that check's thread, after `screen` has returned: with the next revision, already in the
        journal. The verdict after the last check takes `unscreened`, a document that waits, from the journal.
        """
        run = ScreeningRun(screening, self.checks, self.journal, self.limits, self._hung_runs, on_progress, unscreened)
        return run.run()


class ScreeningRun:
    """One run of the checks for one traveller."""

    def __init__(
        self,
        screening: Screening,
        checks: Sequence[Check],
        journal: JournalWriter,
        limits: ScreeningLimits,
        hung_runs: HungRuns,
        on_progress: OnProgress,
        unscreened: str = "",
    ) -> None:
        self._screening = screening
        self._checks = {check.name: check for check in checks}
        self._journal = journal
        self._limits = limits
        self._hung_runs = hung_runs
        self._on_progress = on_progress
        self._unscreened = unscreened
        self._started_s = perf_counter()
        self._arrivals: SimpleQueue[Finding] = SimpleQueue()
        self._not_begun: deque[Check] = deque()
        """Checks that some thread takes up next."""
        self._lock = RLock()
        self._is_open = True
        self._ends = {check.name: self._started_s + self._deadline_s(check) for check in checks}
        """When each check passes its deadline."""
        self._running = dict(self._ends)
        """The same of those that have not ended."""
        self._running_mandatory = {check.name for check in checks if check.mandatory}
        self._findings: dict[str, Finding] = {}
        self._visible: dict[str, Finding] = {}
        """The findings as the lane may see them."""
        self._verdict = RunningVerdict()
        self._late_names: set[str] = set()
        """Checks past their deadline that have not come back."""
        self._journal_failure: Finding | None = None
        self._revision = 0
        self._is_counted = False
        """The journal knows that a verdict was shown without it."""
        self._shown: ScreeningResult | None = None

    def run(self) -> ScreeningResult:
        """Run every check to its end or its deadline; the result."""
        self._report()
        self._begin_checks()
        while self._running:
            ends = min(self._running.values())
            handed_on = perf_counter() + HAND_ON_S if self._not_begun else ends
            try:
                finding = self._arrivals.get(timeout=max(0.0, min(ends, handed_on) - perf_counter()))
            except Empty:
                if handed_on < ends:
                    start_thread(self._run_checks)
                    continue
                if ends == max(self._running.values()):
                    break
                self._expire(ends)
            else:
                self._accept(finding)
                self._accept_arrived()
            if self._running:
                self._show_interim()
        return self._close()

    def _begin_checks(self) -> None:
        for check in self._checks.values():
            if self._hung_runs.is_at_limit(check.name, self._limits.hung_runs):
                self._arrivals.put(hung_finding(check))
            elif hasattr(check, "deadline_s"):
                start_thread(partial(self._run_check, check))
            else:
                self._not_begun.append(check)
        start_thread(self._run_checks)

    def _run_checks(self) -> None:
        """In a thread: take up one check after the other that has not begun."""
        while (check := self._take_next()) is not None:
            self._run_check(check)

    def _take_next(self) -> Check | None:
        with self._lock:
            return self._not_begun.popleft() if self._not_begun else None

    def _begin_the_rest(self) -> None:
        """Their deadline has passed while others hung: each is asked all the same, for it may make the answer worse."""
        while (check := self._take_next()) is not None:
            start_thread(partial(self._run_check, check))

    def _run_check(self, check: Check) -> None:
        current_thread().name = f"check {check.name}"
        self._on_finding(run_check(check, self._screening))

    def _deadline_s(self, check: Check) -> float:
        """The check's own, where it waits for a person; else the kit's."""
        return float(getattr(check, "deadline_s", self._limits.check_s))

    def _expire(self, ends: float) -> None:
        """Give a NOT_DONE finding to every check whose deadline has passed; others may still run."""
        self._begin_the_rest()
        for name in [name for name, end in self._running.items() if end <= ends]:
            self._late_names.add(name)
            self._time_out(name)

    def _time_out(self, name: str) -> None:
        self._hung_runs.add(name)
        self._take(timeout_finding(self._checks[name], self._deadline_s(self._checks[name])))

    def _take(self, finding: Finding) -> Verdict:
        """Put a finding in its place; it is judged here, and only here."""
        name = finding.check
        self._running.pop(name, None)
        self._running_mandatory.discard(name)
        self._findings[name], self._visible[name] = finding, redact_for_lane(finding)
        return self._verdict.add(finding)

    def _accept(self, finding: Finding) -> None:
        """Take an answer in time; take a late one only if it makes the answer worse."""
        if finding.check in self._late_names:
            self._late_names.discard(finding.check)
            self._hung_runs.remove(finding.check)
            if verdict_of_finding(finding).seriousness <= verdict_of_finding(self._findings[finding.check]).seriousness:
                return
        self._take(finding)

    def _accept_arrived(self) -> None:
        while not self._arrivals.empty():
            self._accept(self._arrivals.get())

    def _on_finding(self, finding: Finding) -> None:
        with self._lock:
            if self._is_open:
                self._arrivals.put(finding)
            else:
                self._accept_late(finding)

    def _close(self) -> ScreeningResult:
        with self._lock:
            self._is_open = False
            self._accept_arrived()
            self._begin_the_rest()
            for name in list(self._running):
                self._time_out(name)
            verdict = self._final_verdict()
            return self._show(verdict, self._commit(verdict))

    def _final_verdict(self) -> Verdict:
        """The worst of what was found and what was shown. An earlier failure of the journal stays a reason only where
        the verdict needs it: it is written once more now.
        """
        failure, self._journal_failure = self._journal_failure, None
        verdict = self._verdict.final
        if self._shown and self._shown.verdict.seriousness > verdict.seriousness:
            self._journal_failure = failure
            return self._shown.verdict
        return verdict

    def _accept_late(self, finding: Finding) -> None:
        """Take an answer after the screening ended: it may make the verdict worse, never better."""
        self._hung_runs.remove(finding.check)
        if self._is_worse(verdict_of_finding(finding)):
            verdict = self._take(finding)
            self._journal_failure = None  # it is written once more now
            self._show(verdict, self._commit(verdict))

    def _show_interim(self) -> None:
        """Show what may be shown after a check ended while others still run."""
        is_waiting = bool(self._running_mandatory)
        verdict = self._verdict.interim if is_waiting else self._final_with_journal()
        if verdict is None or not self._is_worse(verdict):
            self._report()
            return
        failure = self._commit(verdict)
        if failure and is_waiting and verdict is not Verdict.REFER:
            self._report()  # not in the journal, so not shown: it is written again when all have ended
        else:
            self._show(verdict, failure)

    def _show(self, verdict: Verdict, failure: Finding | None) -> ScreeningResult:
        if failure:
            self._journal_failure = failure
            self._count_unrecorded()
            verdict = worst_verdict([verdict, Verdict.CANNOT_SAY])
        self._shown = self._make_result(verdict, is_recorded=failure is None)
        self._report()
        return self._shown

    def _count_unrecorded(self) -> None:
        """While checks still run, the verdict may be written yet: `_close` tries again."""
        if not self._is_open and not self._is_counted:
            self._is_counted = True
            self._journal.count_unrecorded()

    def _is_worse(self, verdict: Verdict) -> bool:
        return self._shown is None or verdict.seriousness > self._shown.verdict.seriousness

    def _commit(self, verdict: Verdict) -> Finding | None:
        """Write the next revision. Returns the finding to show if that failed."""
        try:
            findings, taken = self._all_findings(), "" if self._is_open else self._unscreened
            self._journal.record_screening(self._screening, findings, verdict, self._revision + 1, unscreened=taken)
        except Exception as error:
            log_error(error)
            says = _("The answer cannot be recorded, so it does not count")
            if isinstance(error, StoreError):
                says = join(filter(None, (says, error.what, error.do)), ". ")
            facts = {"error": type(error).__name__}
            return Finding(JOURNAL_FINDING, State.NOT_DONE, "journal_failed", says, True, Evidence(facts=facts))
        self._revision += 1
        return None

    def _final_with_journal(self) -> Verdict:
        """The final verdict; what the journal could not take does not count."""
        return (
            worst_verdict((self._verdict.final, Verdict.CANNOT_SAY)) if self._journal_failure else self._verdict.final
        )

    def _all_findings(self) -> tuple[Finding, ...]:
        ended = tuple(self._findings[name] for name in self._checks if name in self._findings)
        return (*ended, self._journal_failure) if self._journal_failure else ended

    def _make_result(self, verdict: Verdict, *, is_recorded: bool) -> ScreeningResult:
        findings = self._all_findings()
        visible = tuple(self._visible.get(finding.check, finding) for finding in findings)
        return ScreeningResult(
            screening=self._screening,
            verdict=verdict,
            findings=visible,
            says=wording.verdict_sentence(visible, verdict, self._screening),
            second_line=wording.second_line(visible, self._screening.at),
            advice=wording.advice_for_findings(visible),
            revision=self._revision,
            elapsed_ms=(perf_counter() - self._started_s) * 1000,
            complete=not self._is_open,
            discreet_findings=select_discreet(findings),
            is_recorded=is_recorded,
        )

    def _report(self) -> None:
        ended = tuple(self._visible[name] for name in self._checks if name in self._visible)
        self._on_progress(ScreeningProgress(self._screening, tuple(self._checks), ended, self._shown))


def _ignore_errors(load: Callable[[], None]) -> None:
    try:
        load()
    except Locked:
        return
    except Exception as error:
        log_error(error)
