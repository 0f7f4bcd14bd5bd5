"""`waypost lists`: which lists this kit carries, how old they are, what that means."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from appliance.post_state import ListState
from ui.clock_notice import warn_of_clock
from ui.options import emit, home_option, json_option, passphrase, passphrase_option
from ui.standing_notice import warn_of_standing
from ui.wiring import Counter, open_counter


@click.command()
@home_option
@passphrase_option
@json_option
def lists(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Each list: version, age, size, state."""
    with closing(open_counter(home, passphrase(passphrase_file), "check")) as counter:
        warn_of_clock(counter)
        warn_of_standing(counter)
        facts = [_facts(counter, state) for state in counter.list_states()]
    if as_json:
        emit(facts)
        return
    for one in facts:
        click.echo("{list}: version {version}, {rows} rows, as of {age}, {state}".format_map(one))
    if not facts:
        click.echo("This kit carries no list yet. Run `waypost courier run`.")


def _facts(counter: Counter, state: ListState) -> dict[str, Any]:
    edition = state.edition
    return {
        "list": state.name,
        "kind": counter.kind_of(state.name),
        "version": edition.version if edition else 0,
        "rows": edition.count if edition else 0,
        "as_of": edition.as_of if edition else None,
        "source_date": edition.source_date if edition else "",
        "age": state.words,
        "state": state.condition.kind.value if state.condition else str(state.age),
    }
