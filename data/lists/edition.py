"""Which version of a list this is, and how old it is."""

from dataclasses import dataclass
from datetime import datetime

from data.errors import RollbackError


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version of one list, as its signed manifest describes it."""

    list: str
    kind: str
    """Name of a module in `data.lists.kinds`."""
    version: int
    """1 upwards; 0 is the empty list before anything was applied."""
    as_of: datetime
    """When headquarters last took the list from its source. Republishing never renews it."""
    published: datetime
    source_date: str = ""
    """The source's own date, in its own words."""
    count: int = 0
    """Rows in this version."""
    digest: int = 0
    """See `data.lists.row`."""
    salt: bytes = b""
    """Seals the keys of a document list; empty where the kind does not seal."""


def must_not_be_older(edition: Edition, before: Edition | None) -> None:
    """RollbackError when `edition` is of an older version than the one in force."""
    if before is not None and before.version > edition.version:
        raise RollbackError(
            f"Version {edition.version} of {before.list} is older than version {before.version} here",
            means="The newer list stays.",
        )
