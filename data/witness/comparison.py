"""Compares the files of a kit with what they record of each other (docs/adr/0036-files-witness-each-other.md).

- A file may be newer than the witness file says: a kill, or another process, came in between. It may not be older, and
  where both are at the same change they must say the same.
- What does not fit is looked for twice: the kit's own processes go on writing meanwhile.
- A list that cannot be read at all is damaged, which is another matter: it is not searched and is fetched again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from data import durable_files
from data.errors import Damaged, StoreError, WaypostError
from data.journal import journal_head
from data.json_codec import decode_or_none
from data.kit import home_files
from data.kit.home import KitHome
from data.log.error_log import log_error
from data.text import Message, _
from data.witness.witness_record import ListHead, MetadataHead, WitnessNote, WitnessRecord

_MOST_METADATA_BYTES = 16 << 20


class FilePart(StrEnum):
    """Which of a kit's files."""

    WITNESS = "witness"
    JOURNAL = "journal"
    OUTBOX = "outbox"
    VAULT = "vault"
    LIST = "list"
    TRUST = "trust"


_FILES = {
    FilePart.WITNESS: home_files.WITNESS.path,
    FilePart.JOURNAL: home_files.JOURNAL.path,
    FilePart.OUTBOX: f"{home_files.JOURNAL.path} (outbox)",
    FilePart.VAULT: home_files.VAULT.path,
    FilePart.LIST: f"{home_files.LISTS.path}/{{}}",
    FilePart.TRUST: f"{home_files.TRUST.path}/{{}}",
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One file that does not fit the others."""

    part: FilePart
    subject: str = ""
    """The list, or the file of metadata."""

    @property
    def file(self) -> str:
        """Its name in the kit's home."""
        return name_file(self.part, self.subject)

    @property
    def says(self) -> Message:
        """A sentence without its full stop."""
        return describe_disagreement(self.file)


@dataclass(frozen=True, slots=True)
class KitFiles:
    """How far the files of a kit are, and what does not fit."""

    record: WitnessRecord
    """Of the witness file, before the others were looked at."""
    required_step: int
    """How far the witness file must be, by what the others note."""
    lists: dict[str, ListHead]
    trust: dict[str, MetadataHead]
    vault: WitnessNote
    disagreements: tuple[Disagreement, ...]


def name_file(part: str, subject: str) -> str:
    """The name of a file in a kit's home, for people."""
    return _FILES[FilePart(part)].format(subject)


def describe_disagreement(file: str) -> Message:
    """What is wrong with a file that does not fit the others."""
    return _("{file} is not what this kit wrote last: an older copy, a new file, or one that was changed", file=file)


def find_disagreements(home: KitHome) -> tuple[Disagreement, ...]:
    """The files that do not fit the others."""
    return compare_files(home).disagreements


def compare_files(home: KitHome) -> KitFiles:
    """Look at every file that is witnessed. Raises StoreError where the vault or the lists cannot be opened."""
    files = _compare_once(home)
    if not files.disagreements:
        return files
    again = _compare_once(home)
    lasting = tuple(wrong for wrong in again.disagreements if wrong in files.disagreements)
    return KitFiles(again.record, again.required_step, again.lists, again.trust, again.vault, lasting)


def _compare_once(home: KitHome) -> KitFiles:
    record, existed = home.witness.read(), home.witness.exists
    journal, changed_parts = _compare_journal(home, record)
    vault, lists = home.vault.note(), dict(_read_lists(home))
    list_heads = {name: head for name, (_note, head) in lists.items() if head is not None}
    trust = read_metadata_heads(home.trust)
    notes = [journal, vault, *(note for note, _head in lists.values())]
    required_step = max(note.required_step for note in notes)
    is_lost = not home.witness.is_usable or (not existed and any(note.change > 1 for note in notes))
    wrong: list[Disagreement] = []
    if is_lost or home.witness.read().step < required_step:
        wrong.append(Disagreement(FilePart.WITNESS))
    wrong += map(Disagreement, changed_parts)
    if vault.change < record.vault:
        wrong.append(Disagreement(FilePart.VAULT))
    wrong += [Disagreement(FilePart.LIST, name) for name in _find_older_lists(record, lists)]
    wrong += [Disagreement(FilePart.TRUST, name) for name in _find_older_metadata(record, trust)]
    return KitFiles(record, required_step, list_heads, trust, vault, tuple(wrong))


def _compare_journal(home: KitHome, record: WitnessRecord) -> tuple[WitnessNote, tuple[FilePart, ...]]:
    """What the journal notes, and which parts of it do not fit. The other files are compared without it, too."""
    try:
        with home.journal.reading() as connection:
            note = journal_head.read_note(connection)
            heads = list(journal_head.find_missing_heads(connection, record.journal)) if record.journal else []
    except StoreError as error:
        log_error(error)
        return WitnessNote(), (FilePart.JOURNAL,) if isinstance(error, Damaged) else ()
    return note, tuple(dict.fromkeys(map(_part_of_head, heads)))


def _part_of_head(head: str) -> FilePart:
    return FilePart.OUTBOX if head.startswith(("outbox:", "acknowledged:")) else FilePart.JOURNAL


def _read_lists(home: KitHome) -> Iterator[tuple[str, tuple[WitnessNote, ListHead | None]]]:
    for name in home.lists.names():
        try:
            yield name, home.lists.open(name).head()
        except WaypostError as error:  # damaged: it is fetched again
            log_error(error, list_name=name)
            yield name, (WitnessNote(), home.witness.read().lists.get(name))


def _find_older_lists(record: WitnessRecord, lists: dict[str, tuple[WitnessNote, ListHead | None]]) -> Iterator[str]:
    for name, known in record.lists.items():
        here = lists[name][1] if name in lists else None
        if here is None and not known.is_discarded:
            yield name
        elif here is not None and (here.change < known.change or _is_another(here, known)):
            yield name


def _is_another(here: ListHead, known: ListHead) -> bool:
    return here.change == known.change and here.digest != known.digest


def _find_older_metadata(record: WitnessRecord, trust: dict[str, MetadataHead]) -> Iterator[str]:
    for name, known in record.trust.items():
        here = trust.get(name)
        if here is None or here.version < known.version or (here.version == known.version and here != known):
            yield name


def read_metadata_heads(folder: Path) -> dict[str, MetadataHead]:
    """The head of each file of metadata, by its name; one that cannot be read has version 0.

    A link to the newest root is none of them: it is made again with each run. Nor is what else a run keeps there.
    """
    metadata_paths = (*folder.glob("*.json"), *folder.glob("root_history/*.json"))
    paths = [path for path in metadata_paths if not path.is_symlink()]
    return {str(path.relative_to(folder)): _read_metadata_head(path) for path in sorted(paths)}


def _read_metadata_head(path: Path) -> MetadataHead:
    try:
        content = durable_files.read_regular(path)
    except OSError as error:
        log_error(error)
        return MetadataHead(0, "")
    metadata = decode_or_none(_MetadataFile, content, most_bytes=_MOST_METADATA_BYTES)
    return MetadataHead(metadata.signed.version if metadata else 0, sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class _SignedPart:
    version: int


@dataclass(frozen=True, slots=True)
class _MetadataFile:
    signed: _SignedPart
