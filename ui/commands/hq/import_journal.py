"""`waypost hq imports`: the journal of imports, and which of them a record comes from."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from data.text import Message, _, join
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.record_origin import RecordOrigin, find_origin
from sync.headquarters.store.list_table import find_list, unknown_list
from sync.headquarters.store.run_table import PastImport, past_imports
from ui.commands.hq.imports import MOST_OF_NOTE
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import command, option
from ui.text.sanitize import safe
from ui.text.translation import say


@command(
    "imports",
    help=_(
        "Show the journal of imports: what each did, and why incomplete files were accepted.\n\n"
        "The newest comes last. Times are UTC.\n\n"
        "With --record, show where one record comes from: the import that brought it as it is now, for lists of "
        "documents the file (the first that was named is 1) and its line, and whether it was kept or withdrawn since."
    ),
    examples=[
        "waypost hq imports --home /srv/waypost --list ofac",
        "waypost hq imports --home /srv/waypost --list sltd \\\n  --record FRA-PAS-AB1234567",
    ],
)
@headquarters_home_option
@passphrase_option
@option("--list", "name", help=_("Only the imports of this list."))
@option("--record", help=_("Only the origin of this record of --list, written as `hq import` names records."))
@json_option
def imports_command(
    home: Path, passphrase_file: Path | None, name: str | None, record: str | None, as_json: bool
) -> None:
    if record is not None and name is None:
        raise click.UsageError(_("--list is missing: the same record may be on several lists."))
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        with headquarters.store.reading() as connection:
            entry = find_list(connection, name) if name is not None else None
            if name is not None and entry is None:
                raise unknown_list(connection, name)
            origin = find_origin(connection, entry, record) if entry and record is not None else None
            imports = past_imports(connection, name) if origin is None else []
    if origin is not None:
        _show_origin(origin, as_json=as_json)
    elif as_json:
        emit([_import_facts(past) for past in imports])
    else:
        for past in imports:
            say(_import_line(past))


def _show_origin(origin: RecordOrigin, *, as_json: bool) -> None:
    if as_json:
        imports = {"brought": origin.brought, "seen": origin.seen, "withdrawn": origin.withdrawn}
        facts = {name: past and _import_facts(past) for name, past in imports.items()}
        place = {"file": origin.file, "line": origin.line}
        emit({"list": origin.list, "record": origin.record, **place, **facts, "is_kept": origin.is_kept})
        return
    say(_("{record} on {list}", record=safe(origin.record), list=origin.list))
    brought = _("  brought by {which}", which=_import_times(origin.brought))
    where = _("file {file}, line {line}", file=origin.file, line=origin.line)
    say(join([brought, where], ": ") if origin.line else brought)
    if origin.is_kept:
        say(_("  kept: not in a readable form since {which}", which=_import_times(origin.seen)))
    if origin.withdrawn:
        say(_("  withdrawn by {which}", which=_import_times(origin.withdrawn)))


def _import_facts(past: PastImport) -> dict[str, object]:
    notes = past.notes
    facts = {"list": past.list, "at": past.at, "as_of": past.as_of, "source_date": notes.source_date}
    return {**facts, **notes.counts, "signs": notes.signs, "reason": notes.reason}


def _import_times(past: PastImport) -> Message:
    return _("the import of {at}, as of {as_of}", at=_minute(past.at), as_of=_minute(past.as_of))


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def _import_line(past: PastImport) -> Message:
    notes = past.notes
    times = {"at": _minute(past.at), "as_of": _minute(past.as_of)}
    clauses = [_("{list}, imported {at}, as of {as_of}", list=past.list, **times)]
    if notes.counts:
        clauses.append(
            _("added {added}, changed {changed}, removed {removed}, refused {refused}, kept {kept}", **notes.counts)
        )
    if notes.signs:
        clauses.append(join([safe(sign, MOST_OF_NOTE) for sign in notes.signs], "; "))
    if notes.reason:
        clauses.append(_("accepted because: {reason}", reason=safe(notes.reason)))
    return join(clauses, ": ")
