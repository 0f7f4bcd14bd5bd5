"""Readers of list formats: each turns files into records, and says which it refused and why.

A reader yields records of its kind and `RefusedRecord`s, in the order of the file, in bounded memory where the format
allows, and one `SourceInfo` at the very end. A file of the wrong format, and one that ends too early, is refused whole
(`RefusedFile`) before anything is yielded: half a list would look as if the other half had been withdrawn. Should a
file change while it is read, `RefusedFile` comes later, and what was yielded until then counts for nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from data.certificates.trust_record import TrustRecord
from data.documents.document_record import DocumentRecord
from data.errors import InputError
from data.persons.notice import Notice
from data.text import Message, _

_FORMATS = {
    "sltd-csv": ("documents", "sync.headquarters.sources.sltd_csv"),
    "notices-json": ("persons", "sync.headquarters.sources.notices_json"),
    "un-xml": ("persons", "sync.headquarters.sources.un_xml"),
    "ofac-csv": ("persons", "sync.headquarters.sources.ofac_csv"),
    "master-list": ("trust", "sync.headquarters.sources.master_list"),
    "ldif": ("trust", "sync.headquarters.sources.ldif"),
    "pem": ("trust", "sync.headquarters.sources.pem"),
    "crl": ("trust", "sync.headquarters.sources.crl"),
}
FORMATS = tuple(_FORMATS)

RECORD_LIMIT = 64
"""Characters of a record's id; a longer one is refused, since a cut id could be another's."""


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that was not taken."""

    where: str
    """File and line or element: `sltd.csv:17`, `consolidated.xml INDIVIDUAL 6908555`."""
    why: Message


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source says about itself, and what a reader left out on purpose."""

    date: str = ""
    """The source's own date, in its own words."""
    skipped: Mapping[Message, int] = field(default_factory=dict)
    """What was left out without a refusal, and how often: `{"unknown country codes": 3}`, as in `--json`."""


Item = DocumentRecord | Notice | TrustRecord | RefusedRecord | SourceInfo
Reader = Callable[[Sequence[Path]], Iterator[Item]]


def find_kind(format_name: str) -> str:
    """The kind of list that a format feeds."""
    return _find_format(format_name)[0]


def load_reader(format_name: str) -> Reader:
    """The `read` function of a format."""
    read: Reader = import_module(_find_format(format_name)[1]).read
    return read


def _find_format(format_name: str) -> tuple[str, str]:
    if format_name not in _FORMATS:
        raise InputError(
            _("There is no reader for {format_name}", format_name=repr(format_name)),
            do=_("Use one of: {formats}", formats=", ".join(FORMATS)),
        )
    return _FORMATS[format_name]
