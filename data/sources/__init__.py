"""Readers of list formats: each turns files into records, and says which it refused and why.

A reader yields records of its kind and `Refusal`s, in the order of the file, in bounded memory where
the format allows. A file of the wrong format is refused whole (`RefusedFile`), before anything is yielded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from data.documents.record import DocumentRecord
from data.errors import InputError
from data.persons.notice import Notice


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not taken."""

    where: str
    """File and line or element: `sltd.csv:17`, `consolidated.xml INDIVIDUAL 6908555`."""
    why: str


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a file says about itself."""

    date: str = ""


Item = DocumentRecord | Notice | Refusal | SourceInfo
Reader = Callable[[Sequence[Path]], Iterator[Item]]

_FORMATS = {
    "sltd-csv": ("documents", "data.sources.sltd_csv"),
    "notices-json": ("persons", "data.sources.notices_json"),
    "un-xml": ("persons", "data.sources.un_xml"),
    "ofac-csv": ("persons", "data.sources.ofac_csv"),
}
FORMATS = tuple(_FORMATS)


def kind_of(format_name: str) -> str:
    """The kind of list that a format feeds."""
    return _entry(format_name)[0]


def reader(format_name: str) -> Reader:
    """The `read` function of a format."""
    read: Reader = import_module(_entry(format_name)[1]).read
    return read


def _entry(format_name: str) -> tuple[str, str]:
    if format_name not in _FORMATS:
        raise InputError(f"There is no reader for {format_name!r}", do=f"Use one of: {', '.join(FORMATS)}")
    return _FORMATS[format_name]
