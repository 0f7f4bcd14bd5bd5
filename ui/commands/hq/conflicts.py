"""`waypost hq conflicts`: contradictions in what kits report, both sides, and what people decide about them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.reports.settlement import (
    Conflict,
    Contradiction,
    Ruling,
    Side,
    conflicts,
    contradictions,
    settle,
)
from ui.options import emit, home_option, json_option, optional_home_option, passphrase, passphrase_option
from ui.say import counted, safe

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
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        found = conflicts(headquarters)
    if as_json:
        emit([_facts(one) for one in found])
        return
    for one in found:
        for line in _lines(one):
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
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        conflict, sides = contradictions(headquarters, number)
    if as_json:
        emit({**_facts(conflict), "entries": [_sides(one) for one in sides]})
        return
    for line in _lines(conflict):
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
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        conflict = settle(headquarters, number, Ruling(happened), who, why)
    if as_json:
        emit(_facts(conflict))
        return
    for line in _lines(conflict):
        click.echo(line)


def _lines(conflict: Conflict) -> Iterator[str]:
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


def _facts(conflict: Conflict) -> dict[str, object]:
    facts = {name: getattr(conflict, name) for name in ("number", "kit", "stream", "incarnation", "open", "settled")}
    said = [
        {"happened": one.ruling, "who": one.who, "why": one.why, "at": one.at, "entries": len(one.entries)}
        for one in conflict.settlements
    ]
    return {**facts, "settlements": said}


def _sides(one: Contradiction) -> dict[str, object]:
    first = {"kind": one.first.kind, "body": _text(one.first)} if one.first else None
    other = {"kind": one.other.kind, "body": _text(one.other)}
    return {"seq": one.seq, "first": first, "other": other, "at": one.at, "settled": one.settled}


def _words(side: Side) -> str:
    return f"{safe(side.kind)} {safe(_text(side), _SHOWN)}"


def _text(side: Side) -> str:
    return side.body.decode("utf-8", "replace")


def _time(iso: str) -> str:
    return safe(iso[:16].replace("T", " "))
