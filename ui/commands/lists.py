"""`waypost lists`: which lists this kit carries, how old they are, and whether they may be used."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from appliance.counter.kit_lists import KitLists, ListState
from appliance.people.permissions import GuardedAction
from appliance.standing_conditions import Condition, ConditionKind, describe_condition
from data.errors import SettingsError, WaypostError
from data.kit.headquarters_word import read_carried_lists, read_clock
from data.kit.home import KitHome
from data.lease.access import AccessState, ListAccess
from data.lease.enforcement import AccessFacts
from data.lists.edition import AgeBand
from data.log.error_log import log_error
from data.text import Message, _, in_context, join, plural
from sync.kit.post_apply import roll_back
from ui.confirmation import must_be_confirmed, yes_option
from ui.identity import require_actor
from ui.options import (
    emit,
    json_option,
    kit_group_home_option,
    kit_home_option,
    passphrase_option,
    read_passphrase,
    require_home,
)
from ui.text.help import group, option
from ui.text.kit_status import kit_problems, kit_status_lines
from ui.text.sanitize import safe
from ui.text.text_output import warn_of_clock, warn_of_kit_status
from ui.text.translation import say
from ui.wiring import counter_of, lists_of, open_kit_for_changes

_NOT_AT_WORK = 3
"""Exit code: something keeps the kit from its work."""
_STATES = {
    AgeBand.FRESH: in_context("state of a list", "fresh"),
    AgeBand.OLD: in_context("state of a list", "old"),
    ConditionKind.LIST_EXPIRED: in_context("state of a list", "expired"),
    ConditionKind.LIST_MISSING: in_context("state of a list", "missing"),
    ConditionKind.LIST_DAMAGED: in_context("state of a list", "damaged"),
    ConditionKind.LIST_UNCONFIRMED: in_context("state of a list", "not searched"),
    ConditionKind.LIST_EMPTY: in_context("state of a list", "EMPTY, not approved"),
}


@group(
    invoke_without_command=True,
    help=_(
        "Show each list: version, age, size, state.\n\n"
        "Exit code 3: something keeps this kit from its work; the kit's status says what."
    ),
    examples=["waypost lists --home /var/lib/waypost"],
)
@kit_group_home_option
@passphrase_option
@json_option
@click.pass_context
def lists(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> int:
    if context.invoked_subcommand is None:
        return _show(require_home(context, home), read_passphrase(passphrase_file), as_json=as_json)
    return 0


@lists.command(
    "rollback",
    help=_(
        "Hold back the newest version of LIST on this kit and use the one before it.\n\n"
        "This lasts until headquarters publishes a newer version. Persons who have been withdrawn in the meantime stay "
        "withdrawn."
    ),
    examples=['waypost lists rollback un --home /var/lib/waypost --reason "names are garbled"'],
)
@click.argument("name", metavar="LIST")
@kit_home_option
@passphrase_option
@option("--reason", required=True, help=_("Why, in a few words; recorded in the journal."))
@yes_option
@json_option
def rollback(name: str, home: Path, passphrase_file: Path | None, reason: str, yes: bool, as_json: bool) -> None:
    with closing(open_kit_for_changes(home, read_passphrase(passphrase_file), "technician")) as kit:
        technician = require_actor(kit, GuardedAction.SET_UP)
        must_be_confirmed(
            _("Hold back the newest version of {list} on this kit?", list=safe(name)),
            yes=yes,
            effects=[_("Only a newer version from headquarters ends this.")],
        )
        edition = roll_back(kit, name, who=technician.number, why=reason, clock=read_clock(kit))
        held_version = kit.lists.open(name).held_back
    assert held_version is not None  # noqa: S101
    if as_json:
        emit({"list": name, "version": edition.version, "rows": edition.count, "held_back": held_version.version})
    else:
        say(
            _(
                "{list}: version {held_back} is held back, version {version} is in use again.",
                list=name,
                held_back=held_version.version,
                version=edition.version,
            )
        )


def _show(home: Path, secret: str, *, as_json: bool) -> int:
    """Returns the exit code."""
    with closing(KitHome.open(home, secret, "check")) as kit:
        lists = lists_of(kit)
        access = lists.refresh_access()
        warn_of_clock(lists.clock())
        refusal = _read_settings_error(kit)
        conditions = () if refusal else _read_conditions(kit)
        more: list[WaypostError] = [refusal] if refusal else []
        more += (
            [] if lists.carried else [WaypostError(_("this kit has no lists yet"), do=_("Run `waypost courier run`"))]
        )
        problems = [*(error.message for error in more), *kit_problems(access, conditions)]
        facts = [
            {**_list_json(lists, state), "standing": AccessFacts.of(access), "problems": problems}
            for state in lists.states()
        ]
    warnings = [describe_condition(condition) for condition in conditions if condition.is_warning]
    for warning in (*problems, *warnings):
        say(_("waypost: {warning}", warning=warning), to_stderr=True)
    code = _NOT_AT_WORK if problems or not access.is_open else 0
    if as_json:
        warn_of_kit_status(access)
        emit(facts)
        return code
    for line in kit_status_lines(access, conditions, [error.what for error in more]):
        say(line)
    for list_facts in facts:
        say(_list_line(list_facts, access))
        if held_version := list_facts["held_back"]:
            say(
                _(
                    "  version {version} is held back here by {who}: {why}",
                    version=held_version["version"],
                    who=safe(held_version["who"]),
                    why=safe(held_version["why"]),
                )
            )
    return code


def _read_settings_error(kit: KitHome) -> SettingsError | None:
    """Why kit.toml cannot be used. The lists can be shown without it, but nobody can be screened."""
    try:
        kit.settings  # noqa: B018 (read and checked)
    except SettingsError as error:
        log_error(error)
        return error
    return None


def _read_conditions(kit: KitHome) -> tuple[Condition, ...]:
    """What the post lacks, as its counter says, and the kinds of list that kit.toml requires and the kit has not."""
    carried = {listed.kind for listed in read_carried_lists(kit)}
    missing = [kind for kind in kit.settings.required_kinds if kind not in carried]
    return (
        *counter_of(kit).standing_state().conditions,
        *(Condition(ConditionKind.KIND_NOT_CARRIED, kind) for kind in missing),
    )


def _list_line(facts: dict[str, Any], access: ListAccess) -> Message:
    if access.state is AccessState.ERASED:
        return _("{list}: erased", list=facts["list"])
    if facts["as_of"] is None:
        clauses = [_("{list}: {state}", list=facts["list"], state=facts["age"])]
    else:
        clauses = [
            _("{list}: version {version}", list=facts["list"], version=facts["version"]),
            plural("{count} row", "{count} rows", facts["rows"]),
            _("updated {age}", age=facts["age"]),
            _STATES[facts["state"]],
        ]
    if not access.is_open:
        clauses.append(in_context("state of a list", "LOCKED"))
    return join(clauses, ", ")


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
    """The version that somebody holds back here."""
    held_version = lists.find_held_back(name)
    return (
        {"version": held_version.version, "who": held_version.who, "why": held_version.why, "at": held_version.at}
        if held_version
        else None
    )
