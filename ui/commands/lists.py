"""`waypost lists`: which lists this kit carries, how old they are, what that means."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from appliance.counter.kit_lists import KitLists, ListState
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.lease.access import AccessState, ListAccess
from data.lease.enforcement import access_to_json
from sync.kit.post_apply import roll_back
from ui.options import emit, json_option, kit_group_home_option, kit_home_option, passphrase_option, read_passphrase
from ui.text.kit_status import kit_status_lines
from ui.text.sanitize import safe
from ui.text.text_output import warn_of_clock, warn_of_kit_status
from ui.wiring import lists_of, open_kit_for_changes


@click.group(invoke_without_command=True)
@kit_group_home_option
@passphrase_option
@json_option
@click.pass_context
def lists(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Each list: version, age, size, state."""
    if context.invoked_subcommand is None:
        if home is None:
            raise click.UsageError("Missing option '--home'.", context)
        _show(home, read_passphrase(passphrase_file), as_json=as_json)


@lists.command("rollback")
@click.argument("name", metavar="LIST")
@kit_home_option
@passphrase_option
@click.option("--officer", required=True, help="Who takes the version back.")
@click.option("--reason", required=True, help="Why, in a few words.")
@json_option
def rollback(name: str, home: Path, passphrase_file: Path | None, officer: str, reason: str, as_json: bool) -> None:
    """Take the newest version of LIST back on this kit: the one before it serves again, until a newer one comes.

    Persons who were withdrawn since stay withdrawn.
    """
    with closing(open_kit_for_changes(home, read_passphrase(passphrase_file), "technician")) as kit:
        edition = roll_back(kit, name, who=officer, why=reason, clock=read_clock(kit))
        held_version = kit.lists.open(name).held_back
    assert held_version is not None  # noqa: S101
    if as_json:
        emit({"list": name, "version": edition.version, "rows": edition.count, "held_back": held_version.version})
    else:
        click.echo(f"{name}: version {held_version.version} is held back, version {edition.version} serves again.")


def _show(home: Path, secret: str, *, as_json: bool) -> None:
    with closing(KitHome.open(home, secret, "check")) as kit:
        lists = lists_of(kit)
        access = lists.refresh_access()
        warn_of_clock(lists.clock())
        facts = [{**_list_json(lists, state), "standing": access_to_json(access)} for state in lists.states()]
    if as_json:
        warn_of_kit_status(access)
        emit(facts)
        return
    for line in kit_status_lines(access):
        click.echo(line)
    for list_facts in facts:
        click.echo(_list_line(list_facts, access))
        if held_version := list_facts["held_back"]:
            who, why = safe(held_version["who"]), safe(held_version["why"])
            click.echo(f"  version {held_version['version']} is held back here by {who}: {why}")
    if not facts:
        click.echo("This kit carries no list yet. Run `waypost courier run`.")


def _list_line(facts: dict[str, Any], access: ListAccess) -> str:
    if access.state is AccessState.ERASED:
        return f"{facts['list']}: erased"
    locked = "" if access.is_open else ", LOCKED"
    state = str(facts["state"]).removeprefix("list_")
    return "{list}: version {version}, {rows} rows, as of {age}, ".format_map(facts) + state + locked


def _list_json(lists: KitLists, state: ListState) -> dict[str, Any]:
    edition = state.edition
    return {
        "list": state.name,
        "kind": lists.kind_of(state.name),
        "version": edition.version if edition else 0,
        "rows": edition.count if edition else 0,
        "as_of": edition.as_of if edition else None,
        "source_date": edition.source_date if edition else "",
        "age": state.words,
        "state": state.condition.kind.value if state.condition else str(state.age),
        "held_back": _held_back(lists, state.name),
    }


def _held_back(lists: KitLists, name: str) -> dict[str, Any] | None:
    """The version that somebody took back here."""
    held_version = lists.find_held_back(name)
    return (
        {"version": held_version.version, "who": held_version.who, "why": held_version.why, "at": held_version.at}
        if held_version
        else None
    )
