"""Which version of a list this is, and how old it is in bands and in words.

- An edition is JSON in the overlay's state and inside signed payloads.
- `as_of` counts for the age: when headquarters last took the list from its source. Republishing never renews it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, PlainValidator

from data.errors import Damaged, InputError, RollbackError, SettingsError
from data.json_codec import ADDED_LATER, Hexadecimal, ZonedTime, complete_in_json, decode
from data.text import THE_VALUE, Message, _, plural

_AGE_UNITS: tuple[tuple[int, int, Callable[[int], Message]], ...] = (
    (86_400, 2, lambda count: plural("{count} day ago", "{count} days ago", count)),
    (3_600, 2, lambda count: plural("{count} hour ago", "{count} hours ago", count)),
    (60, 1, lambda count: plural("{count} minute ago", "{count} minutes ago", count)),
)
"""Seconds of a unit, the least count for which it is used (36 hours, not 1 day), and its text."""

_LIST_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_RESERVED = frozenset({"default", "secret"})
"""The policy's entry for all other lists, and the file beside the lists' folders on a kit: a list of that name would be
taken for it."""
_DIGEST = re.compile(r"[0-9a-f]{1,64}")


def _parse_name(text: str) -> str:
    if not _LIST_NAME.fullmatch(text):
        raise ValueError(_("{field} must be the name of a list", field=THE_VALUE))
    return text


def _parse_digest(text: object) -> int:
    if not isinstance(text, str) or not _DIGEST.fullmatch(text):
        raise ValueError(_("{field} must be a digest", field=THE_VALUE))
    return int(text, 16)


ListName = Annotated[str, AfterValidator(_parse_name)]
"""In JSON: what can name a list (`check_list_name`)."""
Digest = Annotated[int, PlainValidator(_parse_digest)]
"""In JSON: a digest (`data.lists.rows`) in hexadecimal."""


@complete_in_json
@dataclass(frozen=True, slots=True)
class Edition:
    """One published version of one list, as its signed manifest describes it."""

    list: str
    kind: str
    """Name of a module in `data.lists.kinds`."""
    version: int
    """1 upwards; 0 is the empty list before anything was applied."""
    as_of: ZonedTime
    """When headquarters last took the list from its source. Republishing never renews it."""
    published: ZonedTime
    source_date: str = ""
    """The source's own date, in its own words."""
    count: int = 0
    """Rows in this version."""
    digest: Digest = 0
    """See `data.lists.rows`."""
    salt: Hexadecimal = b""
    """Seals the keys of a document list; empty where the kind does not seal."""
    schema: int = field(default=0, metadata=ADDED_LATER)
    """Version of the schema of a small list (`data.lists.small_lists`); 0 for other kinds."""


def require_not_older(edition: Edition, before: Edition | None) -> None:
    """RollbackError when `edition` is of an older version than the one in force."""
    if before is not None and before.version > edition.version:
        raise RollbackError(
            _(
                "Version {version} of {list} is older than version {version2} here",
                version=edition.version,
                list=before.list,
                version2=before.version,
            ),
            means=_("The newer list stays."),
        )


def edition_facts(edition: Edition) -> dict[str, Any]:
    """JSON-ready: digest and salt in hexadecimal; the schema where there is one."""
    facts = {
        "list": edition.list,
        "kind": edition.kind,
        "version": edition.version,
        "as_of": edition.as_of.isoformat(),
        "published": edition.published.isoformat(),
        "source_date": edition.source_date,
        "count": edition.count,
        "digest": f"{edition.digest:064x}",
        "salt": edition.salt.hex(),
    }
    return facts | {"schema": edition.schema} if edition.schema else facts


def edition_to_json(edition: Edition) -> str:
    """Canonical JSON: sorted keys, no spaces."""
    return json.dumps(edition_facts(edition), sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=128)  # every reader of a list asks for the same one
def edition_from_json(text: str) -> Edition:
    """The edition; Damaged if the text is not an edition."""
    return decode(
        Edition,
        text,
        lambda _why: Damaged(_("A list's record of its version cannot be read"), do=_("Run `waypost courier run`")),
    )


class AgeBand(StrEnum):
    """What policy makes of a list's age."""

    FRESH = "fresh"
    OLD = "old"
    """Within policy: shown, and still good for CLEAR."""
    EXPIRED = "expired"
    """Never good for CLEAR."""


@dataclass(frozen=True, slots=True)
class AgePolicy:
    """The age bands of one list, in hours."""

    old_after_h: float = 48
    expired_after_h: float = 168

    def __post_init__(self) -> None:
        if not 0 < self.old_after_h <= self.expired_after_h:
            raise SettingsError(
                _(
                    "A list cannot be old after {old_after_h} h and expired after {expired_after_h} h",
                    old_after_h=self.old_after_h,
                    expired_after_h=self.expired_after_h,
                ),
                do=_("Give two positive numbers of hours, the first not greater than the second"),
            )

    def band(self, as_of: datetime, now: datetime) -> AgeBand:
        """The band of a list taken from its source at `as_of`."""
        age_h = (now - as_of) / timedelta(hours=1)
        if age_h > self.expired_after_h:
            return AgeBand.EXPIRED
        return AgeBand.OLD if age_h > self.old_after_h else AgeBand.FRESH


def format_age(age: timedelta) -> Message:
    """`just now`, `5 minutes ago`, `3 hours ago`, `9 days ago`; whole units, rounded down.

    A time in the future (the post's clock is behind) is `just now`: never a negative age.
    """
    seconds = age.total_seconds()
    for size_s, least, text in _AGE_UNITS:
        if seconds >= size_s * least:
            return text(int(seconds // size_s))
    return _("just now")


def check_list_name(name: str) -> str:
    """`name` when it can name a list (it becomes a folder), else InputError."""
    if not _LIST_NAME.fullmatch(name):
        raise InputError(
            _("{name} is not a valid name for a list", name=repr(name)),
            do=_("Use 1 to 32 lower-case letters, digits and hyphens, like sltd or un-2"),
        )
    if name in _RESERVED:
        raise InputError(
            _("{name} cannot be the name of a list, because Waypost uses it for something else", name=name),
            do=_("Choose another name"),
        )
    return name
