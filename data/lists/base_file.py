"""Building a base: a database that is complete, checked and synced before anybody can see its name."""

import secrets
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from data import files, store
from data.lists.columns import Columns
from data.lists.edition import Edition
from data.lists.row import Row, batches
from data.lists.tally import Tally
from data.store import Purpose


def build(folder: Path, key: bytes, columns: Columns, edition: Edition, rows: Iterable[Row]) -> str:
    """Write `rows` as a new base file in `folder` and return its name.

    Raises:
        TrustError: the rows do not add up to what `edition` says.
    """
    name = f"base-{edition.version}-{secrets.token_hex(4)}.db"
    beside = folder / f"{name}.new"
    tally = Tally(0, 0)
    with closing(store.connect(beside, key, Purpose.BUILD)) as base:
        base.execute(columns.create("base"))
        with store.transaction(base):
            for batch in batches(rows):
                tally.add(batch)
                base.executemany("INSERT INTO base VALUES (?, ?)", map(columns.sql_row, batch))
            tally.must_equal(edition)
    files.sync_file(beside)
    files.put_in_place(beside, folder / name)
    return name
