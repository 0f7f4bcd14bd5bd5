"""When the courier tries again, and why: rules without a clock, a network or a disk.

- Done: again after the usual time, give or take a tenth, so that kits that were started together do not stay together.
- Broke off after bytes were received: again in a minute, however often, because the link works.
- Failed: again after MIN((2^(n-1)·15 min)·(1+rand), 24 h), n counting failures in a row.
- Where headquarters answered and only some list failed: the same, but never longer than usual.
- A server that asks to be left alone is, whatever wakes us. A line that comes up, or a person who asks, need not
  wait for the rest; a line that comes and goes is tried once a minute at most.

Times are seconds of a clock that never jumps and counts sleep (CLOCK_BOOTTIME); `rand` is uniform in [0, 1).
How a run ended is described in these terms, with a sentence that says why.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from data.errors import AskedToWait, Busy, Interrupted, LinkError, Problem, WaypostError
from data.text import EMPTY, Message, _, join
from sync.kit.run_report import CourierReport

_MOST_DOUBLINGS = 16
"""2^16 times 15 minutes is far beyond the longest wait."""


class WakeCause(StrEnum):
    """What wakes the courier."""

    START = "start"
    CLOCK = "clock"
    LINK = "link"
    STICK = "stick"
    NEIGHBOUR = "neighbour"
    REQUEST = "request"


class RunOutcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    BROKE_OFF = "broke off"
    """It failed after bytes of a list were received; they are kept."""
    FAILED = "failed"
    PARTLY = "partly"
    """Headquarters answered, but some list failed; the others must not wait for it longer than usual."""
    POSTPONED = "postponed"
    """Something waits for the kit's hours or budget; nothing failed."""
    BUSY = "busy"
    """Another courier is at work on this kit."""
    INTERRUPTED = "interrupted"
    """A stick was plugged in, which is faster."""


@dataclass(frozen=True, slots=True)
class RetryIntervals:
    """How long the courier waits, in seconds."""

    every_s: float = 6 * 3600
    jitter: float = 0.1
    """Share of `every_s` that a wait may be longer or shorter."""
    least_s: float = 60
    """Between two tries that nobody asked for."""
    first_failure_s: float = 15 * 60
    most_s: float = 24 * 3600
    settle_s: float = 5
    """A line that came up gets up to this long to settle."""


@dataclass(frozen=True, slots=True)
class RetryWait:
    """Until when the courier waits for one source, and what for."""

    until_s: float
    why: RunOutcome | None = None
    """None before the first run."""
    failures: int = 0
    """In a row."""
    not_before_s: float = 0.0
    """A server asked not to be asked before this."""
    ended_s: float = float("-inf")
    """When the last run ended."""


class RetrySchedule:
    """The rules, for one pacing."""

    def __init__(self, pacing: RetryIntervals) -> None:
        self._pacing = pacing

    def wait_after(
        self,
        wait: RetryWait,
        outcome: RunOutcome,
        now_s: float,
        rand: float,
        *,
        asked_s: float = 0,
        renews_in_s: float = 0,
    ) -> RetryWait:
        """The wait after a run that ended now, by the wait before it.

        The server asked us to wait `asked_s` (0 for not at all); what was postponed may load in `renews_in_s`.
        """
        failures = wait.failures + 1 if outcome in (RunOutcome.FAILED, RunOutcome.PARTLY) else 0
        if outcome is RunOutcome.BUSY:
            failures = wait.failures  # that run says nothing about the link
        not_before = max(wait.not_before_s, now_s + asked_s if asked_s else 0.0)
        pause = self._pause(outcome, failures, rand, renews_in_s)
        return RetryWait(max(now_s + pause, not_before), outcome, failures, not_before, now_s)

    def wake(self, wait: RetryWait, cause: WakeCause, now_s: float, rand: float) -> RetryWait:
        """The wait once something happened; never longer than before."""
        if cause is WakeCause.REQUEST:
            soonest = now_s
        elif cause is WakeCause.LINK:
            soonest = max(now_s + rand * self._pacing.settle_s, wait.ended_s + self._pacing.least_s)
        else:
            return wait
        return replace(wait, until_s=min(wait.until_s, max(soonest, wait.not_before_s)))

    def _pause(self, outcome: RunOutcome, failures: int, rand: float, renews_in_s: float) -> float:
        pacing = self._pacing
        usual = pacing.every_s * (1 + pacing.jitter * (2 * rand - 1))
        match outcome:
            case RunOutcome.DONE:
                return usual
            case RunOutcome.POSTPONED:
                return min(usual, max(renews_in_s + rand * pacing.least_s, pacing.least_s))
            case RunOutcome.FAILED:
                return self._back_off(failures, rand)
            case RunOutcome.PARTLY:
                return min(self._back_off(failures, rand), usual)
            case RunOutcome.INTERRUPTED:
                return 0.0
            case RunOutcome.BROKE_OFF | RunOutcome.BUSY:
                return pacing.least_s * (1 + rand / 2)

    def _back_off(self, failures: int, rand: float) -> float:
        doublings = float(2 ** min(failures - 1, _MOST_DOUBLINGS))
        return min(doublings * self._pacing.first_failure_s * (1 + rand), self._pacing.most_s)


@dataclass(frozen=True, slots=True)
class RunEnding:
    """One run."""

    outcome: RunOutcome
    says: Message
    asked_s: float = 0.0
    renews_in_s: float = 0.0


def run_ending(result: CourierReport | WaypostError, renews_in_s: float = 0.0) -> RunEnding:
    """The ending that a report or an error stands for."""
    if isinstance(result, CourierReport):
        return RunEnding(_outcome(result), _says(result), result.asked_wait_s, renews_in_s)
    if isinstance(result, Busy):
        return RunEnding(RunOutcome.BUSY, result.what)
    if isinstance(result, Interrupted):
        return RunEnding(RunOutcome.INTERRUPTED, _("A faster source arrived"))
    asked_s = result.wait_s if isinstance(result, AskedToWait) else 0.0
    problem = Problem.of(result)
    # Nobody has to do anything about a bad link: the state says when the kit tries again.
    shown = replace(problem, do=EMPTY) if isinstance(result, LinkError) else problem
    return RunEnding(RunOutcome.FAILED, _summarise(shown), asked_s)


def _outcome(report: CourierReport) -> RunOutcome:
    if report.unreached:
        return RunOutcome.FAILED
    failed = [entry for entry in report.lists if entry.error]
    if any(entry.goes_on for entry in failed):
        return RunOutcome.BROKE_OFF
    if failed:
        return RunOutcome.PARTLY
    return RunOutcome.POSTPONED if report.is_postponed else RunOutcome.DONE


def _says(report: CourierReport) -> Message:
    sentences: list[Message] = []
    renewed = [entry.name for entry in report.lists if entry.after != entry.before]
    if renewed:
        sentences.append(_("New: {lists}.", lists=", ".join(renewed)))
    if report.unreached:  # what can be done about a bad link is shown next to it
        sentences.append(_summarise(replace(report.unreached, do=EMPTY)))
    sentences += [_of_list(entry.name, entry.error) for entry in report.lists if entry.error]
    sentences += [_of_list(entry.name, entry.postponed) for entry in report.lists if entry.postponed]
    if report.sent and report.sent.postponed:
        sentences.append(_("Reports: {reason}", reason=report.sent.postponed))
    sentences += map(_summarise, report.problems)
    sentences = sentences or [_("Everything is up to date.")]
    if report.sent and report.sent.refused:
        sentences.append(_summarise(report.sent.refused))
    return join(sentences)


def _of_list(name: str, problem: Problem) -> Message:
    return _("{list}: {problem}", list=name, problem=_summarise(problem))


def _summarise(problem: Problem) -> Message:
    """What happened and what to do, without what it means."""
    return replace(problem, means=EMPTY).message
