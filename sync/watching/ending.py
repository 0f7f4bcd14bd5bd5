"""How a run of the courier ended, in the terms of the waits, with a sentence that says why."""

from dataclasses import dataclass, replace

from data.errors import AskedToWait, Busy, Interrupted, LinkError, WaypostError
from sync.report import CourierReport, Problem
from sync.watching.waits import Outcome


@dataclass(frozen=True, slots=True)
class Ending:
    """One run."""

    outcome: Outcome
    says: str
    asked_s: float = 0.0
    renews_in_s: float = 0.0


def ending_of(result: CourierReport | WaypostError, renews_in_s: float = 0.0) -> Ending:
    """What a report or an error comes to."""
    if isinstance(result, CourierReport):
        return Ending(_outcome(result), _says(result), result.asked_wait_s, renews_in_s)
    if isinstance(result, Busy):
        return Ending(Outcome.BUSY, result.what)
    if isinstance(result, Interrupted):
        return Ending(Outcome.INTERRUPTED, "Something faster came")
    asked_s = result.wait_s if isinstance(result, AskedToWait) else 0.0
    problem = Problem.of(result)
    # A bad line asks nothing of anybody: when it is tried again is told beside it.
    return Ending(
        Outcome.FAILED, _words(replace(problem, do="") if isinstance(result, LinkError) else problem), asked_s
    )


def _outcome(report: CourierReport) -> Outcome:
    if report.unreached:
        return Outcome.FAILED
    failed = [entry for entry in report.lists if entry.error]
    if any(entry.goes_on for entry in failed):
        return Outcome.BROKE_OFF
    if failed:
        return Outcome.PARTLY
    return Outcome.POSTPONED if report.postponed else Outcome.DONE


def _says(report: CourierReport) -> str:
    # What the technician can do of a line that is bad is told beside it.
    said = [_words(replace(report.unreached, do=""))] if report.unreached else []
    said += [f"{entry.name}: {_words(entry.error)}" for entry in report.lists if entry.error]
    said += [f"{entry.name}: {_words(entry.postponed)}" for entry in report.lists if entry.postponed]
    said += [f"Reports: {report.sent.postponed}"] if report.sent and report.sent.postponed else []
    said += map(_words, report.problems)
    renewed = [entry.name for entry in report.lists if entry.after != entry.before]
    if renewed:
        said.insert(0, f"New: {', '.join(renewed)}.")
    return " ".join(said) or "Everything is up to date."


def _words(problem: Problem) -> str:
    return " ".join(part if part.endswith(".") else f"{part}." for part in (problem.what, problem.do) if part)
