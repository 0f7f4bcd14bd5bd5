"""Readers of list formats: each turns files into records, and says which it refused and why.

- A reader yields records of its kind and `RefusedRecord`s, in the order of the file, in bounded memory where the format
  allows, and one `SourceInfo` at the very end.
- What cannot be read is never absent. A refused record says whose it is, as far as its row still tells, and whether
  the row is damaged, so that others may be lost in it; a record of which only a part was understood is named in
  `SourceInfo.partly_read`. The importer keeps what was known of both.
- A file of the wrong format is refused whole (`RefusedFile`) before anything is yielded. Should a file change while it
  is read, `RefusedFile` comes later, and what was yielded until then counts for nothing.
- A file that seems to be cut off is read as far as possible, and `SourceInfo.signs` says why it seems so; where
  nothing of it can be read, `IncompleteSource` is raised. Which signs a format has is in docs/headquarters.md,
  "What an import does with what it cannot read".
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from data.certificates.trust_record import TrustRecord
from data.errors import InputError
from data.lists.kinds import SMALL_LISTS, load_small_list_kind
from data.lists.small_lists.list_schema import SmallListRecord
from data.persons.notice import Notice
from data.text import Message, _

if TYPE_CHECKING:
    import polars

_FORMATS = {
    "sltd-csv": ("documents", "sync.headquarters.sources.sltd_columns"),
    "notices-json": ("persons", "sync.headquarters.sources.notices_json"),
    "un-xml": ("persons", "sync.headquarters.sources.un_xml"),
    "ofac-csv": ("persons", "sync.headquarters.sources.ofac_csv"),
    "master-list": ("trust", "sync.headquarters.sources.certificates.master_list"),
    "ldif": ("trust", "sync.headquarters.sources.certificates.ldif"),
    "pem": ("trust", "sync.headquarters.sources.certificates.pem"),
    "crl": ("trust", "sync.headquarters.sources.certificates.crl"),
}
_SMALL_LIST_FILES = "sync.headquarters.sources.row_files.small_list_files"
_FORMATS |= {name: (name, _SMALL_LIST_FILES) for name in SMALL_LISTS}
FORMATS = tuple(_FORMATS)

RECORD_LIMIT = 64
"""Characters of a record's id; a longer one is refused, since a cut id could be another's."""


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that was not taken."""

    where: str
    """File and line or element: `sltd.csv:17`, `consolidated.xml INDIVIDUAL 6908555`."""
    why: Message
    identity: str = ""
    """Of the record, as its kind of list gives it; empty where the row does not tell."""
    is_certain: bool = True
    """False where the row itself is damaged, so that `identity` may have been misread."""
    is_of_list: bool = True
    """False where the row is of something that this list does not hold, so that it hides nobody."""
    hides_others: bool = False
    """Whether other records may be in the row as well, because it is damaged: their beginnings or ends may be what is
    lost. False where a whole row is merely wrong in a value."""
    digest: str = ""
    """Of the row (`digest_row`), where a later import can meet the very same one; else empty."""


def digest_row(row: str | bytes) -> str:
    """What tells a refused row from another without holding it: 96 bits of its SHA-256, hexadecimal."""
    return sha256(row.encode(errors="surrogatepass") if isinstance(row, str) else row).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source says about itself, and what a reader left out on purpose."""

    date: str = ""
    """The source's own date, in its own words."""
    skipped: Mapping[Message, int] = field(default_factory=dict)
    """What was left out without a refusal, and how often: `{"unknown country codes": 3}`, as in `--json`."""
    incomplete: Mapping[Message, Sequence[str]] = field(default_factory=dict)
    """By entry of `skipped`: identities of the records of which this was left out."""
    signs: tuple[Message, ...] = ()
    """Why the files seem to be incomplete, in clauses."""
    parts: frozenset[str] = frozenset()
    """What would be a sign if it were missing next time (`source_parts`): `file alt.csv`, `column review`."""
    expected: frozenset[str] = frozenset()
    """Parts that the format always has: a sign where the first import lacks one."""
    other_types: frozenset[str] = frozenset()
    """Identities of records that were left out since they are not of the kind that is imported: a vessel, a body."""
    partly_read: frozenset[str] = frozenset()
    """Identities of records of which a name, date, nationality or document was there and was not understood."""
    unvouched: tuple[Message, ...] = ()
    """Which lists of certificates are signed by somebody for whom no given root vouches, in clauses."""
    may_be_empty: bool = False
    """Whether files without a record are an ordinary state of the list, as far as they seem whole."""
    free_words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By identity: parts of a text of fixed form that are not understood. They count as `partly_read` where the
    record's earlier version does not have the same words."""


class LeftOut:
    """Counts what a reader leaves out of records, and remembers which records they are."""

    def __init__(self) -> None:
        self.counts: Counter[Message] = Counter()
        self.records: dict[Message, list[str]] = {}

    def note(self, record: str, counts: Mapping[Message, int]) -> bool:
        """Add what was left out of `record`, which is empty where it was refused; returns whether it was anything."""
        reasons = [reason for reason, count in counts.items() if count]
        for reason in reasons:
            self.counts[reason] += counts[reason]
            if record:
                self.records.setdefault(reason, []).append(record)
        return bool(reasons)


Item: TypeAlias = "Notice | TrustRecord | SmallListRecord | polars.DataFrame | RefusedRecord | SourceInfo"
"""Records of documents come as columns (`sync.headquarters.bulk.record_columns.READ`), many at a time."""
Reader = Callable[[Sequence[Path]], Iterator[Item]]


def find_kind(format_name: str) -> str:
    """The kind of list that a format feeds."""
    return _find_format(format_name)[0]


def load_reader(format_name: str) -> Reader:
    """The `read` function of a format."""
    kind, module = _find_format(format_name)
    read = import_module(module).read
    reader: Reader = partial(read, load_small_list_kind(kind)) if module == _SMALL_LIST_FILES else read
    return reader


def _find_format(format_name: str) -> tuple[str, str]:
    if format_name not in _FORMATS:
        raise InputError(
            _("There is no reader for {format_name}", format_name=repr(format_name)),
            do=_("Use one of: {formats}", formats=", ".join(FORMATS)),
        )
    return _FORMATS[format_name]
