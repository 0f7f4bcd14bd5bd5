"""Numbers of versions that must not be given again: a headquarters that was put back from a copy may have used them.

One a list. It leaves nothing behind: once a version beyond it was published it says nothing any more.
"""

from sqlalchemy import Connection, delete, insert, select

from sync.headquarters.store import tables

_used = tables.used_numbers


def set_used_upto(connection: Connection, name: str, number: int) -> None:
    """The next version of the list has a number beyond `number`."""
    connection.execute(delete(_used).where(_used.c.list == name))
    connection.execute(insert(_used).values(list=name, version=number))


def used_upto(connection: Connection, name: str, newest: int) -> int:
    """Up to which number versions of the list are, or may be, given already; `newest` is the newest known here."""
    return max(newest, connection.scalar(select(_used.c.version).where(_used.c.list == name)) or 0)
