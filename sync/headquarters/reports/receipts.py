"""What kits last said of each list and of themselves, taken from their entries as these come in.

A kit's entries are signed but not trusted in shape: one that does not fit is passed over here and stays in its stream.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select

from data.errors import InputError
from data.journal.outbox import MOST_BYTES
from data.journal.outgoing import Entry
from data.lists.catalogue import checked_name
from sync.headquarters.reports import report_tables as tables
from sync.limits import LIMITS
from sync.uplink.health import KIND as HEALTH

LIST_CHANGED = "list_changed"
_receipts, _health, _hidden = tables.receipts, tables.health, tables.hidden


def keep_newest(connection: Connection, kit: str, entries: Sequence[Entry]) -> None:
    """Take what `entries`, in their order, say of lists and of the kit's health."""
    for entry in entries:
        if entry.kind not in (LIST_CHANGED, HEALTH):
            continue
        try:
            if len(entry.body) > MOST_BYTES:
                raise ValueError("larger than a kit makes it")
            facts = json.loads(entry.body)
            if entry.kind == LIST_CHANGED:
                _take_receipt(connection, kit, facts)
            else:
                _take_health(connection, kit, facts, entry.body)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InputError):
            continue


def versions_of(connection: Connection, kit: str) -> dict[str, int]:
    """The version of each list that the kit last said it has."""
    query = select(_receipts.c.list, _receipts.c.version).where(_receipts.c.kit == kit)
    return {row.list: row.version for row in connection.execute(query)}


def _take_receipt(connection: Connection, kit: str, facts: dict[str, Any]) -> None:
    removals = {"hidden": "hidden", "erased": "erased"}[facts["removals"]]
    removed, at = _number(facts["removed"]), _text(facts["at"])
    _put_receipt(connection, kit, facts["list"], facts, removed, removals, at)
    version = _number(facts["version"])
    # Kits of before said `erased` only when everything was.
    erased_upto = _number(facts.get("erased_upto", version if removals == "erased" else 0))
    of_list = {"kit": kit, "list": facts["list"]}
    connection.execute(delete(_hidden).where(*_same(_hidden, of_list), _hidden.c.version <= erased_upto))
    if removals == "hidden" and removed:
        _put(connection, _hidden, {**of_list, "version": version}, {"removed": removed, "at": at})


def _take_health(connection: Connection, kit: str, facts: dict[str, Any], body: bytes) -> None:
    at = _text(facts["at"])
    for name, one in list(facts["lists"].items())[: LIMITS.lists]:
        query = select(_receipts).where(_receipts.c.kit == kit, _receipts.c.list == name)
        known = connection.execute(query).one_or_none()
        if "version" in one and "as_of" in one and (known is None or known.version != one["version"]):
            # The kit has another version than its receipts say: it was put back from a copy.
            _put_receipt(connection, kit, name, one, 0, "", at)
    _put(connection, _health, {"kit": kit}, {"at": at, "body": body})


def _put_receipt(
    connection: Connection, kit: str, name: str, facts: dict[str, Any], removed: int, removals: str, at: str
) -> None:
    facts = {"version": _number(facts["version"]), "as_of": _text(facts["as_of"]), "removed": removed}
    key = {"kit": kit, "list": checked_name(name)}
    _put(connection, _receipts, key, {**facts, "removals": removals, "at": at})


def _put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, object]) -> None:
    connection.execute(delete(table).where(*_same(table, key)))
    connection.execute(insert(table).values(**key, **values))


def _same(table: Table, key: dict[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise ValueError("a number is out of bounds")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 64 or not value.isprintable():
        raise ValueError("a text is out of bounds")
    return value
