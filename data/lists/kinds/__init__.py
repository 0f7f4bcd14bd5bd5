"""Kinds of list behind one protocol: how records become rows and back.

Each kind is one module here and its name in `KINDS`; sync sees rows and knows no kind. How the rows of a kind lie in
files is said by its column types (`data.lists.storage.base_formats.Columns`). The module of a small list declares its
schema (`data.lists.small_lists`), and its `KIND` is the kind.
"""

from collections.abc import Collection, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from data.certificates.trust_record import Unproved
from data.errors import InputError, UnusableList
from data.lists.rows import Row
from data.text import _

if TYPE_CHECKING:
    from data.lists.small_lists.small_list_kind import SmallListKind

KINDS = {
    "documents": "data.lists.kinds.documents",
    "operations": "data.lists.kinds.operations",
    "persons": "data.lists.kinds.persons",
    "trust": "data.lists.kinds.trust",
    "vehicles": "data.lists.kinds.vehicles",
}
SMALL_LISTS = ("operations", "vehicles")
"""The kinds that are made from a schema; each is the format of its source files as well."""


class Kind(Protocol):
    """What a module of this folder provides."""

    NAME: str
    SEALED: bool
    """Whether keys are sealed with the list's salt."""
    MAY_BE_EMPTY: bool
    """Whether a list without a row is an ordinary state: nobody is warned of now, no operation is under way. Of a list
    from a source it is not (`data.policy.needs_approval`)."""
    KEY_TYPE: str
    """SQL type of the key on the kit: INTEGER (8 bytes) or BLOB."""
    BODY_TYPE: str
    """SQL type of the body on the kit: INTEGER (8 bytes), or BLOB (JSON; if it is long, its last byte is not zero)."""

    BODY_FIELDS: Sequence[tuple[int, ...]]
    """May be left out. Of bodies of 8 bytes: (lowest bit, width[, place of an earlier field it goes along with]), all
    bits told; sync then sends each field by itself, which is shorter, and needs to know nothing else."""

    SCHEMA_VERSION: int
    """May be left out. 1 upwards, of a small list: a list of a later version cannot be used at all."""
    MOST_ROWS: int
    """May be left out. How many rows a list may have."""

    def count_contents(self, body: bytes) -> tuple[int, int, int]:
        """May be left out. Names, dates of birth and document numbers in the body of a row that is not sealed."""

    def keep_lost(self, before: Any, after: Any) -> Any:
        """May be left out. A record with what its earlier edition had besides; `after` itself where that is nothing."""

    def movable(self, record: Any) -> Collection[str]:
        """May be left out. What a damaged reference would give to another record: names, document numbers."""

    def has_words(self, record: Any, words: str) -> bool:
        """May be left out. Whether the text of a record has words of the source in it that are not understood."""

    def find_unproved(self, new: Sequence[Any], gone: Sequence[Any], known: Sequence[Any]) -> Iterable[Unproved]:
        """May be left out. New records that must not replace any of `gone`, as far as all that is `known` tells."""

    def identity(self, record: Any) -> str:
        """The record's identity within its source."""

    def to_json(self, record: Any) -> str:
        """A record as canonical JSON (sorted keys, no spaces): headquarters' store."""

    def from_json(self, text: str) -> Any:
        """A record from headquarters' store."""

    def rows(self, records: Iterable[Any], salt: bytes) -> Iterable[Row]:
        """Rows to publish, in the order of the records; several records may share a key."""

    def merge(self, bodies: Sequence[bytes]) -> bytes:
        """One body for records that share a key; the same for any order of `bodies`."""


def load_kind(name: str) -> Kind:
    """The kind called `name`; InputError for one this software does not know."""
    if name not in KINDS:
        raise InputError(
            _("Waypost on this machine does not know lists of the kind {name}", name=repr(name)),
            means=_("The list stays as it is. The others are not affected."),
            do=_("Update Waypost on this machine"),
        )
    module: Any = import_module(KINDS[name])
    return getattr(module, "KIND", module)  # type: ignore[no-any-return]


def load_small_list_kind(name: str) -> "SmallListKind":
    """The kind called `name`, of which it is known that it is made from a schema."""
    kind: Any = load_kind(name)
    return kind  # type: ignore[no-any-return]


def holds_personal_data(name: str) -> bool:
    """Whether a list of this kind has details of persons, which are locked where deletions may not have come."""
    return name == "persons" or (name in SMALL_LISTS and bool(load_small_list_kind(name).schema.personal))


def schema_version(kind: Kind) -> int:
    """The newest schema that this software knows of a kind; 0 for a kind without one."""
    return getattr(kind, "SCHEMA_VERSION", 0)


def must_be_usable(kind: Kind, list_name: str, schema: int, row_count: int = 0) -> None:
    """UnusableList where a list has a schema that this software does not know, or more rows than its kind may have."""
    known = schema_version(kind)
    if not min(known, 1) <= schema <= known:
        raise UnusableList(
            _(
                "The list {name} has rows of version {version} of its kind, and Waypost on this machine reads {known}",
                name=list_name,
                version=schema,
                known=known,
            ),
            means=_("It cannot be used. The other lists are not affected."),
            do=_("Update Waypost on this machine"),
        )
    if row_count > (most := getattr(kind, "MOST_ROWS", row_count)):
        raise UnusableList(
            _("The list {name} has more than {most} rows", name=list_name, most=most),
            means=_("It cannot be used. The other lists are not affected."),
            do=_("Tell headquarters"),
        )


def counts_contents(kind: Kind) -> bool:
    """Whether a kind says of its rows how many names, dates of birth and document numbers they hold."""
    return hasattr(kind, "count_contents")


def keep_lost(kind: Kind, before: Any, after: Any) -> Any:
    """A record with what its earlier edition had besides; `after` itself where that is nothing, or cannot be said."""
    merge = getattr(kind, "keep_lost", None)
    return after if merge is None else merge(before, after)


def has_movable(kind: Kind) -> bool:
    """Whether records of this kind have parts that a damaged reference would give to another record."""
    return hasattr(kind, "movable")


def has_words(kind: Kind, record: Any, words: Iterable[str]) -> bool:
    """Whether the text of a record has all these words in it; never where the kind does not say."""
    find = getattr(kind, "has_words", None)
    return find is not None and all(find(record, part) for part in words)


def proves_records(kind: Kind) -> bool:
    """Whether a record of this kind is proved by other records of it, so that a damaged one can be told."""
    return hasattr(kind, "find_unproved")


def body_fields(kind: Kind) -> Sequence[tuple[int, ...]]:
    """The fields of a kind's bodies; none where it does not say."""
    return getattr(kind, "BODY_FIELDS", ())
