"""What kits report, in lines for headquarters' people, and `waypost hq conflicts`: contradictions in it.

Both sides of a contradiction are shown, and what people decided about them; no entry of either side is changed.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.kit_reports import KitReport, Receipt, StreamReport
from sync.headquarters.ingest.settlement import Conflict, Contradiction, Ruling, Side, conflicts, contradictions, settle
from sync.headquarters.kits import describe_status
from ui.options import emit, home_option, json_option, optional_home_option, passphrase_option, read_passphrase
from ui.text.sanitize import counted, safe

_SENTENCE = 300


def kit_report_lines(kit: KitReport) -> Iterator[str]:
    """One kit: when last, its lists, its health, and what is wrong with its reports."""
    if not kit.last_seen:
        yield f"{kit.kit}: has not reported yet"
        return
    lives = f"; its journal was put back from a copy ({kit.lives} lives)" if kit.lives > 1 else ""
    yield f"{kit.kit}: last reported {_minute(kit.last_seen)}{lives}"
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
    standing = f", {told}" if (told := describe_status(facts)) else ""
    words = f"waypost {facts.get('waypost')}, {facts.get('free_disk_mb')} MB free{behind}{standing}"
    return f"health: {safe(words, _SENTENCE)}, said {_minute(str(facts.get('at')))}"


def _stream_lines(stream: StreamReport) -> Iterator[str]:
    if stream.missing_from:
        yield f"{stream.name}: waits for entry {stream.missing_from}; later ones came before it"
    if stream.conflicts:
        contradict = counted(stream.conflicts, "entry contradicts", "entries contradict")
        yield (
            f"CONFLICT {stream.name}: {contradict} what this kit reported before (journal "
            f"{stream.incarnation[:8]}); they are kept apart. Two copies of one kit run, or a journal was changed: "
            f"waypost hq conflicts show {stream.number}"
        )


def _minute(iso: str) -> str:
    return safe(iso[:16].replace("T", " "))


_SHOWN = 400
"""Characters of an entry."""
_ENTRIES = "entry", "entries"


@click.group("conflicts", invoke_without_command=True)
@optional_home_option
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
        found = conflicts(headquarters)
    if as_json:
        emit([_conflict_json(one) for one in found])
        return
    for one in found:
        for line in _conflict_lines(one):
            click.echo(line)
    still = sum(one.open > 0 for one in found)
    click.echo(f"{counted(len(found), 'conflict')}, {still} open.", err=True)


@conflicts_command.command("show")
@home_option
@passphrase_option
@json_option
@click.argument("number", type=int)
def show_command(home: Path, passphrase_file: Path | None, as_json: bool, number: int) -> None:
    """Both sides of conflict NUMBER: what the kit reported first under each sequence number, and what it said later."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        conflict, sides = contradictions(headquarters, number)
    if as_json:
        emit({**_conflict_json(conflict), "entries": [_sides_json(one) for one in sides]})
        return
    for line in _conflict_lines(conflict):
        click.echo(line)
    for one in sides:
        click.echo(f"  entry {one.seq}{', settled' if one.settled else ''}")
        click.echo(f"    first  {_words(one.first) if one.first else 'nothing: it follows another entry'}")
        click.echo(f"    other  {_words(one.other)}   came {_time(one.at)}")


@conflicts_command.command("settle")
@home_option
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
    state = f"{counted(conflict.open, *_ENTRIES)} open" if conflict.open else "settled"
    yield (
        f"{conflict.number}: {conflict.kit}, {conflict.stream}, journal {conflict.incarnation[:8]}: {state}"
        f"{f', {conflict.settled} settled' if conflict.open and conflict.settled else ''}"
    )
    for one in conflict.settlements:
        yield (
            f"  {_time(one.at)} {safe(one.who)}: {one.ruling.value} happened, "
            f"{counted(len(one.entries), *_ENTRIES)}: {safe(one.why, _SHOWN)}"
        )


def _conflict_json(conflict: Conflict) -> dict[str, object]:
    facts = {name: getattr(conflict, name) for name in ("number", "kit", "stream", "incarnation", "open", "settled")}
    said = [
        {"happened": one.ruling, "who": one.who, "why": one.why, "at": one.at, "entries": len(one.entries)}
        for one in conflict.settlements
    ]
    return {**facts, "settlements": said}


def _sides_json(one: Contradiction) -> dict[str, object]:
    first = {"kind": one.first.kind, "body": _text(one.first)} if one.first else None
    other = {"kind": one.other.kind, "body": _text(one.other)}
    return {"seq": one.seq, "first": first, "other": other, "at": one.at, "settled": one.settled}


def _words(side: Side) -> str:
    return f"{safe(side.kind)} {safe(_text(side), _SHOWN)}"


def _text(side: Side) -> str:
    return side.body.decode("utf-8", "replace")


def _time(iso: str) -> str:
    return safe(iso[:16].replace("T", " "))
