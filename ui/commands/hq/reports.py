"""`waypost hq report|conflicts`: what kits report, for headquarters' people, and contradictions in it.

Both sides of a contradiction are shown, and what people decided about them. No entry of either side is changed.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import click

from data.kit.disk_space import DiskCondition
from data.text import Message, _, join, plural
from sync.formats.kit_health import ReportedHealth
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.kit_reports import KitReport, Receipt, StreamReport, read_kit_reports
from sync.headquarters.ingest.people_reports import list_ignored
from sync.headquarters.ingest.settlement import Conflict, Contradiction, Ruling, Side, conflicts, contradictions, settle
from sync.headquarters.kits import describe_status
from sync.headquarters.publishing.recovery import find_unknown_versions
from ui.commands.hq.people_words import notice_line
from ui.commands.hq.staff import ask_staff
from ui.confirmation import must_be_confirmed, yes_option
from ui.options import (
    emit,
    headquarters_group_home_option,
    headquarters_home_option,
    json_option,
    passphrase_option,
    read_passphrase,
    require_home,
)
from ui.text.help import command, group, option
from ui.text.sanitize import safe
from ui.text.translation import say, utc_minute

_SENTENCE = 300
_MOST_NOTICES = 20
"""Of changed PINs that do not count; `hq people notices` has all."""
_SHOWN = 400
"""Characters of an entry."""
_RULINGS = {
    Ruling.FIRST: _("the first happened"),
    Ruling.OTHER: _("the other happened"),
    Ruling.BOTH: _("both happened"),
}


@command(
    "report",
    help=_("Show what kits reported: when last, their lists and versions, removals, gaps, conflicts."),
    examples=["waypost hq report --home /srv/waypost"],
)
@headquarters_home_option
@passphrase_option
@json_option
def report_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        kits, unknown = read_kit_reports(headquarters), find_unknown_versions(headquarters)
        notices = list_ignored(headquarters)
    if as_json:
        emit(kits)
    else:
        for version in unknown:
            say(
                _(
                    "BEHIND: {kit} has {list} version {version}, but the newest here is {newest}. Either "
                    "this headquarters was restored from a copy (`waypost hq recover`), or that kit's "
                    "report is false.",
                    kit=version.kit,
                    list=version.list,
                    version=version.version,
                    newest=version.newest,
                )
            )
        for kit in kits:
            for line in kit_report_lines(kit):
                say(line)
        for notice in notices[-_MOST_NOTICES:]:
            say(notice_line(notice))
        if not kits:
            say(_("No kit can report yet. Enrol kits with `waypost hq enrol`."))


def kit_report_lines(kit: KitReport) -> Iterator[Message]:
    """One kit: when it last reported, its lists, its health, and what is wrong with its reports."""
    if not kit.last_seen:
        yield _("{kit}: has not reported yet", kit=kit.kit)
        return
    last = _("{kit}: last reported {time}", kit=kit.kit, time=utc_minute(kit.last_seen))
    yield (
        join([last, _("its journal was restored from a copy (journals so far: {count})", count=kit.lives)], "; ")
        if kit.lives > 1
        else last
    )
    for receipt in kit.receipts:
        yield _receipt_line(receipt)
    if kit.health:
        yield _health_line(kit.health)
        for problem in kit.health.problems:
            yield _("  problem at the kit: {problem}", problem=safe(problem))
        for day in kit.health.typing:
            yield _(
                "  typed queries to look at: {day}, {person}: {typed}, without a decision {undecided}",
                day=safe(day.day),
                person=safe(day.person),
                typed=day.typed,
                undecided=day.undecided,
            )
    for notice in kit.notices:
        yield _("  AUDIT: {notice}. Look at this kit, and ask who worked with it", notice=safe(notice, _SENTENCE))
    for stream in kit.streams:
        yield from _stream_lines(stream)


def _receipt_line(receipt: Receipt) -> Message:
    clauses = [
        _(
            "  {list}: version {version} as of {time}",
            list=receipt.list,
            version=receipt.version,
            time=utc_minute(receipt.as_of),
        )
    ]
    if receipt.removed:
        clauses.append(_REMOVALS[receipt.removals](receipt.removed))
    if receipt.hidden:
        clauses.append(
            _(
                "{count} withdrawn still on its disk, hidden since {time}",
                count=receipt.hidden,
                time=utc_minute(receipt.hidden_since),
            )
        )
    return join([*clauses, _("reported {time}", time=utc_minute(receipt.at))], ", ")


_REMOVALS: dict[str, Callable[[int], Message]] = {
    "hidden": lambda count: _("{count} removed and hidden", count=count),
    "erased": lambda count: _("{count} removed and erased", count=count),
    "": lambda count: _("{count} removed", count=count),
}


_DISK_WORDS: dict[str, Message] = {
    DiskCondition.FILLING.value: _("its disk is filling up"),
    DiskCondition.FULL.value: _("its disk is full"),
    DiskCondition.READ_ONLY.value: _("its disk is read-only"),
}


def _health_line(health: ReportedHealth) -> Message:
    clauses: list[str] = [
        f"waypost {safe(health.waypost)}",
        _("{size} MB free", size="?" if health.free_disk_mb is None else health.free_disk_mb),
    ]
    if health.disk in _DISK_WORDS:
        clauses.append(_DISK_WORDS[health.disk])
    if health.clock.behind:
        clauses.append(_("clock behind signed time"))
    if status := describe_status(health):
        clauses.append(safe(status, _SENTENCE))
    return _("  health: {facts}, reported {time}", facts=join(clauses, ", "), time=utc_minute(health.at))


def _stream_lines(stream: StreamReport) -> Iterator[Message]:
    if stream.missing_from:
        yield _(
            "  {stream}: waiting for entry {number}; later entries came before it",
            stream=stream.name,
            number=stream.missing_from,
        )
    if stream.conflicts:
        yield plural(
            "  CONFLICT {stream}: {count} entry contradicts what this kit reported before (journal {journal}) and is "
            "stored separately. Either two copies of one kit are running, or a journal was changed: "
            "`waypost hq conflicts show {number}`",
            "  CONFLICT {stream}: {count} entries contradict what this kit reported before (journal {journal}) and are "
            "stored separately. Either two copies of one kit are running, or a journal was changed: "
            "`waypost hq conflicts show {number}`",
            stream.conflicts,
            stream=stream.name,
            journal=stream.incarnation[:8],
            number=stream.number,
        )


@group(
    "conflicts",
    invoke_without_command=True,
    help=_(
        "Show contradictions in what kits report, or settle one.\n\n"
        "They arise when two copies of one kit run, or when a journal was changed."
    ),
    examples=["waypost hq conflicts --home /srv/waypost"],
)
@headquarters_group_home_option
@passphrase_option
@json_option
@click.pass_context
def conflicts_command(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    if context.invoked_subcommand is not None:
        return
    home = require_home(context, home)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        conflict_list = conflicts(headquarters)
    if as_json:
        emit([_conflict_json(conflict) for conflict in conflict_list])
        return
    for conflict in conflict_list:
        for line in _conflict_lines(conflict):
            say(line)
    still_open = sum(conflict.open > 0 for conflict in conflict_list)
    total = plural("{count} conflict", "{count} conflicts", len(conflict_list))
    say(_("{conflicts}, {open} open.", conflicts=total, open=still_open), to_stderr=True)


@conflicts_command.command(
    "show",
    help=_(
        "Show both sides of conflict NUMBER: for each entry what the kit reported first, and what it reported later."
    ),
    examples=["waypost hq conflicts show 1 --home /srv/waypost"],
)
@headquarters_home_option
@passphrase_option
@json_option
@click.argument("number", type=int)
def show_command(home: Path, passphrase_file: Path | None, as_json: bool, number: int) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        conflict, sides = contradictions(headquarters, number)
    if as_json:
        emit({**_conflict_json(conflict), "entries": [_sides_json(contradiction) for contradiction in sides]})
        return
    for line in _conflict_lines(conflict):
        say(line)
    for contradiction in sides:
        for line in _contradiction_lines(contradiction):
            say(line)


def _contradiction_lines(contradiction: Contradiction) -> Iterator[Message]:
    if contradiction.settled:
        yield _("  entry {number}, settled", number=contradiction.seq)
    else:
        yield _("  entry {number}", number=contradiction.seq)
    first = contradiction.first
    yield _("    first  {entry}", entry=_words(first) if first else _("nothing: it follows another entry"))
    yield _("    other  {entry}   arrived {time}", entry=_words(contradiction.other), time=utc_minute(contradiction.at))


@conflicts_command.command(
    "settle",
    help=_(
        "Settle whatever is still open in conflict NUMBER.\n\n"
        "You are asked for your service number and PIN at headquarters. The decision is signed and kept permanently. "
        "No entry of either side is changed."
    ),
    examples=[
        "waypost hq conflicts settle 1 --home /srv/waypost --happened first \\\n"
        '  --why "the kit was restored from a copy"'
    ],
)
@headquarters_home_option
@passphrase_option
@json_option
@click.argument("number", type=int)
@option(
    "--happened",
    type=click.Choice([ruling.value for ruling in Ruling]),
    required=True,
    help=_("What really happened: the first report, the other, or both."),
)
@option("--why", required=True, help=_("The reason; recorded with the decision."))
@yes_option
def settle_command(
    home: Path, passphrase_file: Path | None, as_json: bool, number: int, happened: str, why: str, yes: bool
) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        must_be_confirmed(_("Settle conflict {number} for good?", number=number), yes=yes)
        by = ask_staff(headquarters, f"settle conflict {number}")
        conflict = settle(headquarters, number, Ruling(happened), by, why)
    if as_json:
        emit(_conflict_json(conflict))
        return
    for line in _conflict_lines(conflict):
        say(line)


def _conflict_lines(conflict: Conflict) -> Iterator[Message]:
    clauses = [
        _(
            "{number}: {kit}, {stream}, journal {journal}",
            number=conflict.number,
            kit=conflict.kit,
            stream=conflict.stream,
            journal=conflict.incarnation[:8],
        )
    ]
    if conflict.open:
        clauses.append(plural("{count} entry open", "{count} entries open", conflict.open))
        if conflict.settled:
            clauses.append(_("{count} settled", count=conflict.settled))
    else:
        clauses.append(_("settled"))
    yield join(clauses, ", ")
    for settlement in conflict.settlements:
        yield plural(
            "  {time} {who}: {ruling}, {count} entry: {why}",
            "  {time} {who}: {ruling}, {count} entries: {why}",
            len(settlement.entries),
            time=utc_minute(settlement.at),
            who=safe(settlement.who),
            ruling=_RULINGS[settlement.ruling],
            why=safe(settlement.why, _SHOWN),
        )


def _conflict_json(conflict: Conflict) -> dict[str, object]:
    facts = {name: getattr(conflict, name) for name in ("number", "kit", "stream", "incarnation", "open", "settled")}
    settlements = [
        {
            "happened": settlement.ruling,
            "who": settlement.who,
            "why": settlement.why,
            "at": settlement.at,
            "entries": len(settlement.entries),
        }
        for settlement in conflict.settlements
    ]
    return {**facts, "settlements": settlements}


def _sides_json(contradiction: Contradiction) -> dict[str, object]:
    first = {"kind": contradiction.first.kind, "body": _text(contradiction.first)} if contradiction.first else None
    other = {"kind": contradiction.other.kind, "body": _text(contradiction.other)}
    return {
        "seq": contradiction.seq,
        "first": first,
        "other": other,
        "at": contradiction.at,
        "settled": contradiction.settled,
    }


def _words(side: Side) -> str:
    return f"{safe(side.kind)} {safe(_text(side), _SHOWN)}"


def _text(side: Side) -> str:
    return side.body.decode("utf-8", "replace")
