"""What an import does to a list while it runs: its records lie one by one (`record_table`) or in buckets (`bulk`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from data.certificates.trust_record import Unproved
from data.lists.contents import ListContents

NAMED_RECORDS = 1000
"""Identities of records that an import names for one reason: kept, withdrawn, or taken with something left out."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """Which records a file may hold although they were not read."""

    identities: frozenset[str] = frozenset()
    """Of refused rows and of records of which a part was not understood."""
    free_words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By identity: words that are not understood, which count where the earlier version does not have them."""
    new_unread: int = 0
    """Refused rows that do not say whose they are, and that the import before did not meet: anybody's."""
    known_unread: int = 0
    """Such rows that the import before met as well: they hide nobody who was read since."""


@dataclass(frozen=True, slots=True)
class RepeatedRecord:
    """A record whose identity this run has seen already."""

    record: Any
    is_same: bool
    """Whether it says the same as the first one."""
    times: int = 1
    """How often it does; always 1 for one that says something else."""


class ImportRun(Protocol):
    """One import run over one list, inside the caller's transaction."""

    has_earlier: bool
    """Whether the list was imported before."""
    before: ListContents
    """What the list held before."""
    added: int
    changed: int
    unchanged: int
    read: int
    """Records that the files hold in a usable form."""

    def close(self) -> None:
        """Let go of what waits elsewhere."""

    def load(self, records: Iterator[Any]) -> Iterator[RepeatedRecord]:
        """Take all that the files hold; yields the records whose identity this run has seen already.

        What comes first is what a reader of the list's kind yields: records, or columns of them.
        """

    def find_earlier(self, identities: Iterable[str]) -> set[str]:
        """Those of `identities` that were in force before this run."""

    def refuse_unproved(self, *, is_accepted: bool) -> list[Unproved]:
        """Take back records of this run that must not replace what they would replace (`Kind.find_unproved`).

        Where somebody says that the files are right (`is_accepted`), only those that are certainly wrong.
        """

    def find_moved(self) -> list[str]:
        """Identities of records that lost a name or a number which another record that was here before has now."""

    def find_shrunk(self) -> list[str]:
        """Missing ranges of which the files have a part: one with the same first or last number."""

    def withdraw_missing(self, doubts: Doubts) -> tuple[int, int]:
        """Close what this run did not see, less what is kept; returns how many records went, and how many are kept."""

    def find_kept(self) -> list[str]:
        """Identities of the first `NAMED_RECORDS` records that are kept, sorted."""

    def find_withdrawn(self) -> list[str]:
        """Identities of the first `NAMED_RECORDS` records that this run withdrew, sorted."""

    def measure_after(self) -> ListContents:
        """What the list holds after `withdraw_missing`."""

    def measure_accounted_for(self, after: ListContents) -> ListContents:
        """What of `after` the files account for: what they hold, and for each row that may be anybody's one record."""

    def count_losses(self) -> tuple[int, int, int]:
        """How many names, dates of birth and document numbers the records that stay have fewer than before."""

    def count_lost_numbers(self, share: float) -> tuple[int, int]:
        """How many document numbers went with whole ranges, of how many that the list stood for.

        Counted only where they may be more than `share` of it (0 to 1); else none of none.
        """

    def is_published(self) -> bool:
        """Whether any import of the list was published."""

    def measure_published(self) -> ListContents | None:
        """What the list held when it was published last; None where that was after the import before this one."""
