"""What a run of the courier or a stick did, for a person: printed by `waypost courier` and `waypost stick`."""

from data.errors import Problem
from data.text import Message, _, join, plural
from sync.kit.reports.dispatch import SendResult
from sync.kit.run_report import CourierReport, ListSyncResult
from ui.text.courier_status import sync_method_in_words, versions_in_words
from ui.text.translation import say

ANOTHER_HISTORY = _(
    "Headquarters has other reports of this kit than this journal: the journal was put back from a copy, another "
    "machine works as this kit, or headquarters lost reports. Everything is reported again. Tell headquarters."
)
STICK_IS_FREE = _("You can remove the stick now.")


def print_report(report: CourierReport) -> None:
    """Results on stdout, problems on stderr."""
    if report.unreached:
        say(_("Headquarters could not be reached; a neighbouring kit answered."), to_stderr=True)
        print_problem(report.unreached)
    for result in report.lists:
        say(_list_line(result))
        for problem in (result.error, result.postponed):
            if problem:
                print_problem(problem)
    for problem in report.problems:
        print_problem(problem)
    for name in report.no_longer_carried:
        say(
            _("{list}: this kit no longer carries this list. It is not searched; its files remain.", list=name),
            to_stderr=True,
        )
    if report.sent and (report.sent.entries or report.sent.postponed or report.sent.refused):
        say(sent_in_words(report.sent))
        if report.sent.refused:
            print_problem(report.sent.refused)
    if report.wire_bytes:
        say(
            _(
                "{bytes} bytes ({metered} over the link) in {seconds:.1f} s",
                bytes=report.bytes,
                metered=report.wire_bytes,
                seconds=report.seconds,
            )
        )
    else:
        say(_("{bytes} bytes in {seconds:.1f} s", bytes=report.bytes, seconds=report.seconds))


def sent_in_words(sent: SendResult) -> Message:
    """`reported: 3 entries, 420 bytes, 2 acknowledged, 1 waiting.` and what else there is to say."""
    clauses = [
        plural("{count} entry", "{count} entries", sent.entries),
        _("{count} bytes", count=sent.bytes),
        _("{count} acknowledged", count=sent.acknowledged),
    ]
    if sent.waiting:
        clauses.append(_("{count} waiting", count=sent.waiting))
    sentences: list[str] = [_("reported: {counts}.", counts=join(clauses, ", "))]
    if sent.postponed:
        sentences.append(sent.postponed)
    if sent.new_life:
        sentences.append(ANOTHER_HISTORY)
    return join(sentences)


def print_problem(problem: Problem) -> None:
    """What went wrong, on stderr."""
    say(_("  {problem}", problem=problem.message), to_stderr=True)


def _versions(result: ListSyncResult) -> Message:
    if result.was_lost:
        return _("its files were gone, version {version}", version=result.after)
    return versions_in_words(result.before, result.after)


def _list_line(result: ListSyncResult) -> Message:
    clauses = [
        _("{list}: {versions}", list=result.name, versions=_versions(result)),
        sync_method_in_words(result.way, failed=bool(result.error), postponed=bool(result.postponed)),
    ]
    if result.removed:
        clauses.append(_("{count} removed", count=result.removed))
    return join([*clauses, _("{count} bytes", count=result.bytes)], ", ")
