"""What a run of the checks needs from the rest of the kit, as narrow ports that the counter provides.

`data.journal.journal.Journal` is a `JournalWriter`, `data.lists.replica.Replica` a `ListReader`, and
`appliance.screening.list_access.GuardedList` a `SearchedList`.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from data.documents.travel_document import TravelDocument
from data.journal.referrals import Referral, UndecidedRefer
from data.journal.sightings import Sighting
from data.lists.edition import Edition
from data.lists.rows import Row
from data.people.staff import Actor
from data.screenings import Decision, Direction, Finding, Screening, Verdict


class Check(Protocol):
    """One question about one traveller. It knows nothing about other checks or the screen.

    A check may have a method `prepare() -> None`, called between travellers to load what it keeps in memory; a method
    `combine() -> None`, called when all checks are prepared; and an attribute `deadline_s` in place of the kit's
    deadline, if it waits for a person.
    """

    @property
    def name(self) -> str:
        """`mrz`, `documents:<list>` … unique within a screener."""

    @property
    def mandatory(self) -> bool:
        """Whether CLEAR needs its answer."""

    def run(self, screening: Screening) -> Finding:
        """Answer the question. Any exception becomes NOT_DONE. Called from worker threads, perhaps at the same time."""


class JournalWriter(Protocol):
    """Where screenings are kept. A call returns when the data are on disk, or raises. Thread-safe."""

    def record_screening(
        self,
        screening: Screening,
        findings: Sequence[Finding],
        verdict: Verdict,
        revision: int,
        *,
        unscreened: str = "",
    ) -> None:
        """Commit one revision of a screening: its row, the audit link and the outbox entry, in one transaction.

        The same transaction deletes the document that was kept as `unscreened`.
        """

    def count_unrecorded(self) -> None:
        """A verdict is shown though `record_screening` raised; the first entry that can be written says how many were.

        Never raises.
        """

    def record_decision(
        self,
        screening: Screening,
        decision: Decision,
        at: datetime,
        person: Actor,
        *,
        second: Actor | None = None,
        reason: str = "",
    ) -> None:
        """Append a decision; never overwrites one."""

    def record(
        self, kind: str, at: datetime, person: str, outcome: str, detail: dict[str, Any], screening: str | None = None
    ) -> None:
        """Append another action that somebody is accountable for; `screening` is the id of one that it is about."""


class ListView(Protocol):
    """One version of a list, for as long as the block of `ListReader.read` runs."""

    @property
    def edition(self) -> Edition | None:
        """The version; None before the first was received."""

    def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Bodies of the listed rows among `keys`."""

    def find(self, keys: NDArray[np.uint64]) -> Mapping[int, int]:
        """Like `get_many`, for keys and bodies of 8 bytes as unsigned numbers: many keys, few of them listed."""

    def rows(self) -> Iterable[Row]:
        """Every listed row."""

    def base_rows(self) -> Iterable[Row]:
        """The rows of the list's base, without later changes."""

    def changes(self) -> tuple[Sequence[Row], Sequence[bytes]]:
        """Changes since the base: rows added or replaced, and keys withdrawn."""


class ListReader(Protocol):
    """A list of this kit."""

    @property
    def name(self) -> str:
        """The list's name."""

    def read(self) -> AbstractContextManager[ListView]:
        """One read transaction."""

    @property
    def needs_repair(self) -> bool:
        """Whether a reader found the files in force damaged; they are fetched again at the next sync."""

    def prepare(self) -> None:
        """Bring the list's parts in memory up to the version in force, between travellers."""


class ReadState(NamedTuple):
    """What a list was when it was read."""

    edition: Edition | None
    """The version; None before the first was received."""
    needs_repair: bool
    """Whether its files were found damaged."""


class SearchedList(ListReader, Protocol):
    """A list as a check searches it."""

    def read_state(self) -> ReadState:
        """What it was when it was read last, at most a second ago; it is read now if that is longer ago, or failed."""

    def needs_approval(self, edition: Edition) -> bool:
        """Whether nobody may be looked up in this version before headquarters' offline keys have approved it."""


class ReferralsReader(Protocol):
    """The kit's memory of referrals. `data.journal.referrals.ReferralLog` is one."""

    def find(self, screening: Screening, now: datetime | None = None) -> Referral | None:
        """The newest referral of this traveller, with its outcome if it has one."""

    def find_undecided(self, screening: Screening) -> UndecidedRefer | None:
        """Another screening in which this traveller was REFER and on which nobody has decided; None: there is none."""

    def read_lost_memory(self, now: datetime) -> datetime | None:
        """When it was noticed that referrals which would count now may be missing; None if none is."""


class SightingsReader(Protocol):
    """The kit's memory of documents. `data.journal.sightings.SightingLog` is one."""

    def before(self, screening: Screening, document: TravelDocument, within: timedelta) -> Sequence[Sighting]:
        """Earlier screenings of this document, newest first, without this one and its party.

        All that are not certainly longer ago than `within`: no clock hides one.
        """

    def read_lost_memory(self, at: datetime, within: timedelta) -> datetime | None:
        """When it was noticed that sightings of the time `within` before `at` may be missing; None if none is."""

    def any_in(self, direction: Direction, at: datetime, within: timedelta) -> bool:
        """Whether anybody was screened in this direction, not certainly longer before `at` than `within`."""
