"""Rebuilds any version ever published, as it was, to show what a list contained on a given day.

    first line   {"list": …, "kind": …, "version": n, "as_of": …, "published": …, "count": n, "digest": …, …}
    then         {"key": hexadecimal, "body": hexadecimal}      a row a line, ascending by key

The rows must add up to the digest that was signed then.
"""

import json
import os
import secrets
from pathlib import Path

from data import durable_files
from data.errors import Damaged, InputError
from data.lists.edition import Edition, edition_facts
from data.lists.rows import add_to_digest
from data.text import _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.store.database import RESTORE
from sync.headquarters.store.list_table import edition_at, find_list, newest_version, unknown_list
from sync.headquarters.store.row_table import pages_at


def rebuild_version(home: HeadquartersHome, name: str, version: int, out: Path) -> Edition:
    """Write version `version` of the list `name` to `out`, for its owner's eyes only; returns its edition.

    Raises:
        InputError: there was no such version, or `out` is there already.
        Damaged: the rows that the store has do not add up to what was signed.
    """
    unfinished = out.with_name(f".{out.name}.{secrets.token_hex(16)}.new")
    try:
        with home.store.transaction() as connection:
            entry = find_list(connection, name)
            edition = edition_at(connection, entry, version) if entry else None
            if entry is None:
                raise unknown_list(connection, name)
            if edition is None:
                newest = newest_version(connection, name).number
                raise InputError(
                    _("There is no version {version} of {name}", version=version, name=name),
                    do=_("Give a version from 1 to {newest}", newest=newest)
                    if newest
                    else _("Publish first: {name} has no version yet", name=name),
                )
            if out.exists():
                raise InputError(
                    _("{file} already exists", file=out), means=_("Nothing was written."), do=_("Name another file")
                )
            digest = 0
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(_heading(edition))
                for page in pages_at(connection, name, version):
                    digest = add_to_digest(digest, page)
                    file.writelines(f'{{"key":"{row.key.hex()}","body":"{row.body.hex()}"}}\n' for row in page)
                file.flush()
                os.fsync(file.fileno())
        if digest != edition.digest:
            raise Damaged(
                _("Version {version} of {name} does not match what was signed", version=version, name=name),
                means=_("Nothing was written."),
                do=RESTORE,
            )
        durable_files.put_in_place(unfinished, out)
    finally:
        unfinished.unlink(missing_ok=True)
    return edition


def _heading(edition: Edition) -> str:
    facts = edition_facts(edition)
    del facts["salt"]  # whoever has it can try every number
    return json.dumps(facts, separators=(",", ":")) + "\n"
