"""`waypost hq report|conflicts`: what kits report, in lines for headquarters' people, and contradictions in it.

Both sides of a contradiction are shown, and what people decided about them; no entry of either side is changed.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.kit_reports import KitReport, Receipt, StreamReport, read_kit_reports
from sync.headquarters.ingest.settlement import Conflict, Contradiction, Ruling, Side, conflicts, contradictions, settle
from sync.headquarters.kits import describe_status
from sync.headquarters.publishing.recovery import find_unknown_versions
from ui.options import (
    emit,
    headquarters_group_home_option,
    headquarters_home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)
from ui.text.sanitize import pluralize, safe

_SENTENCE = 300
_SHOWN = 400
"""Characters of an entry."""
_ENTRIES = "entry", "entries"


@click.command("report")
@headquarters_home_option
@passphrase_option
@json_option
def report_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """What kits reported: when last, which versions of which lists, removals, gaps, conflicts."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        kits, unknown = read_kit_reports(headquarters), find_unknown_versions(headquarters)
    if as_json:
        emit(kits)
    else:
        for version in unknown:
            click.echo(
                f"BEHIND: {version.kit} has {version.list} version {version.version}, the newest here is "
                f"{version.newest}. This headquarters was put back from a copy (waypost hq recover), or that kit does "
                "not tell the truth."
            )
        for kit in kits:
            for line in kit_report_lines(kit):
                click.echo(line)
        if not kits:
            click.echo("No kit can report yet. Enrol kits with `waypost hq enrol`.")


def kit_report_lines(kit: KitReport) -> Iterator[str]:
    """One kit: when last, its lists, its health, and what is wrong with its reports."""
    if not kit.last_seen:
        yield f"{kit.kit}: has not reported yet"
        return
    copies = f"; its journal was put back from a copy ({kit.lives} lives)" if kit.lives > 1 else ""
    yield f"{kit.kit}: last reported {_minute(kit.last_seen)}{copies}"
    for receipt in kit.receipts:
        yield f"  {_receipt_line(receipt)}"
    if kit.health:
        yield f"  {_health_line(kit)}"
    problems = kit.health.get("problems")
    for problem in problems if isinstance(problems, list) else ():
        yield f"  problem at the kit: {safe(str(problem))}"
    for stream in kit.streams:
        yield from (f"  {line}" for line in _stream_lines(stream))


def _receipt_line(receipt: Receipt) -> str:
    removed = f", {receipt.removed} removed and {receipt.removals}" if receipt.removed else ""
    if receipt.hidden:
        removed += f", {receipt.hidden} withdrawn still on its disk, hidden since {_minute(receipt.hidden_since)}"
    return (
        f"{receipt.list}: version {receipt.version} as of {_minute(receipt.as_of)}{removed}, said {_minute(receipt.at)}"
    )


def _health_line(kit: KitReport) -> str:
    facts = kit.health
    clock = facts.get("clock", {})
    behind = ", clock behind signed time" if isinstance(clock, dict) and clock.get("behind") else ""
    status_words = f", {status}" if (status := describe_status(facts)) else ""
    words = f"waypost {facts.get('waypost')}, {facts.get('free_disk_mb')} MB free{behind}{status_words}"
    return f"health: {safe(words, _SENTENCE)}, said {_minute(str(facts.get('at')))}"


def _stream_lines(stream: StreamReport) -> Iterator[str]:
    if stream.missing_from:
        yield f"{stream.name}: waits for entry {stream.missing_from}; later ones came before it"
    if stream.conflicts:
        contradict = pluralize(stream.conflicts, "entry contradicts", "entries contradict")
        yield (
            f"CONFLICT {stream.name}: {contradict} what this kit reported before (journal "
            f"{stream.incarnation[:8]}); they are kept apart. Two copies of one kit run, or a journal was changed: "
            f"waypost hq conflicts show {stream.number}"
        )


def _minute(iso: str) -> str:
    return safe(iso[:16].replace("T", " "))


@click.group("conflicts", invoke_without_command=True)
@headquarters_group_home_option
@passphrase_option
@json_option
@click.pass_context
def conflicts_command(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Contradictions in what kits report: without a subcommand, every one with its number and how it stands."""
    if context.invoked_subcommand is not None:
        return
    if home is None:
        raise click.UsageError("Missing option '--home'.", context)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        conflict_list = conflicts(headquarters)
    if as_json:
        emit([_conflict_json(conflict) for conflict in conflict_list])
        return
    for conflict in conflict_list:
        for line in _conflict_lines(conflict):
            click.echo(line)
    still_open = sum(conflict.open > 0 for conflict in conflict_list)
    click.echo(f"{pluralize(len(conflict_list), 'conflict')}, {still_open} open.", err=True)


@conflicts_command.command("show")
@headquarters_home_option
@passphrase_option
@json_option
@click.argument("number", type=int)
def show_command(home: Path, passphrase_file: Path | None, as_json: bool, number: int) -> None:
    """Both sides of conflict NUMBER: what the kit reported first under each sequence number, and what it said later."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        conflict, sides = contradictions(headquarters, number)
    if as_json:
        emit({**_conflict_json(conflict), "entries": [_sides_json(contradiction) for contradiction in sides]})
        return
    for line in _conflict_lines(conflict):
        click.echo(line)
    for contradiction in sides:
        click.echo(f"  entry {contradiction.seq}{', settled' if contradiction.settled else ''}")
        click.echo(
            f"    first  {_words(contradiction.first) if contradiction.first else 'nothing: it follows another entry'}"
        )
        click.echo(f"    other  {_words(contradiction.other)}   came {_minute(contradiction.at)}")


@conflicts_command.command("settle")
@headquarters_home_option
@passphrase_option
@json_option
@click.argument("number", type=int)
@click.option(
    "--happened",
    type=click.Choice([ruling.value for ruling in Ruling]),
    required=True,
    help="What people found to have happened: what was reported first, the other, or both.",
)
@click.option("--who", required=True, help="Name of whoever decides.")
@click.option("--why", required=True, help="The reason, for whoever asks later.")
def settle_command(
    home: Path, passphrase_file: Path | None, as_json: bool, number: int, happened: str, who: str, why: str
) -> None:
    """Settle what is open of conflict NUMBER: signed and kept for good. No entry of either side is changed."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        conflict = settle(headquarters, number, Ruling(happened), who, why)
    if as_json:
        emit(_conflict_json(conflict))
        return
    for line in _conflict_lines(conflict):
        click.echo(line)


def _conflict_lines(conflict: Conflict) -> Iterator[str]:
    state = f"{pluralize(conflict.open, *_ENTRIES)} open" if conflict.open else "settled"
    yield (
        f"{conflict.number}: {conflict.kit}, {conflict.stream}, journal {conflict.incarnation[:8]}: {state}"
        f"{f', {conflict.settled} settled' if conflict.open and conflict.settled else ''}"
    )
    for settlement in conflict.settlements:
        yield (
            f"  {_minute(settlement.at)} {safe(settlement.who)}: {settlement.ruling.value} happened, "
            f"{pluralize(len(settlement.entries), *_ENTRIES)}: {safe(settlement.why, _SHOWN)}"
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
