"""What the witness file and the kit's other files record of each other, and which of it fits together.

- Every file that is witnessed counts its own changes. With a change it notes how far the witness file was before it;
  the witness file then records the change. So each is newer than what the other says of it.
- A kill in between leaves the witness file behind by that change. A power cut may leave it behind by more, but not
  behind what was synced: only that much is asked of it after another start of the machine.
- The witness file never goes back by itself: a change that is older than the one it has is not recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from data.clock import read_uptime
from data.json_codec import Hexadecimal, ZonedTime


@cache
def read_boot() -> str:
    """Which start of the machine this is."""
    return read_uptime().boot


@dataclass(frozen=True, slots=True)
class WitnessNote:
    """What a file notes of itself and of the witness file, with each of its changes."""

    change: int = 0
    """How many changes this file has had."""
    witness: int = 0
    """The step at which the witness file was before this change, or any earlier one."""
    synced: int = 0
    """The newest of those steps that was synced to the disk."""
    boot: str = ""
    """The start of the machine in which `witness` was read."""

    def next(self, record: "WitnessRecord", known_change: int) -> "WitnessNote":
        """The note of the next change, where `record` knows the file at `known_change`.

        A file that is behind what is known of it was put back: it gets no further by going on.
        """
        change = self.change + 1 if self.change >= known_change else self.change
        witness, synced = max(self.required_step, record.step), max(self.synced, record.synced_step)
        return WitnessNote(change, witness, synced, read_boot())

    @property
    def required_step(self) -> int:
        """How far the witness file must be."""
        return self.witness if self.boot == read_boot() else self.synced


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest entry of a chain."""

    seq: int
    hash: Hexadecimal


@dataclass(frozen=True, slots=True)
class JournalHead:
    """How far the journal was."""

    change: int
    incarnation: str
    heads: Mapping[str, ChainHead]
    """By `audit:CHAIN`, `outbox:STREAM` and `acknowledged:STREAM`."""
    entered: int = 0
    """Of how many verdicts that were shown without it the journal had entries."""


@dataclass(frozen=True, slots=True)
class ListHead:
    """Which version of a list was in force."""

    change: int
    version: int
    count: int
    digest: str
    is_discarded: bool = False
    """The kit itself removed the list's files, or was killed before it did: nothing there may be older than this."""


@dataclass(frozen=True, slots=True)
class MetadataHead:
    """One file of signed metadata."""

    version: int
    digest: str
    """SHA-256 of the file, hexadecimal."""


@dataclass(frozen=True, slots=True)
class LatestTime:
    """The latest time at which this kit wrote something, and what it knew for certain then."""

    at: ZonedTime
    signed: ZonedTime | None = None
    """The newest signed time that had been verified then."""

    def is_superseded_by(self, record: "WitnessRecord") -> bool:
        """Whether a newer signed time was verified since, so that this time may be forgotten."""
        return record.signed is not None and (self.signed is None or record.signed > self.signed)


@dataclass(frozen=True, slots=True)
class ClockJump:
    """A time at which this kit wrote something, and that was later than signed times allowed."""

    at: ZonedTime
    ended: ZonedTime
    """The signed time from which on it no longer counts."""


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """A file did not fit the others; it stands until headquarters has acknowledged the report."""

    part: str
    """A `data.witness.comparison.FilePart`."""
    subject: str
    """The list or the file, where there are several."""
    at: ZonedTime
    """When it was found: of two faults of one file, these differ."""


@dataclass(frozen=True, slots=True)
class WitnessRecord:
    """What the witness file holds."""

    step: int = 0
    """How many changes this file has had."""
    synced_step: int = 0
    """The newest step that is known to be on the disk."""
    boot: str = ""
    """The start of the machine in which this was written."""
    journal: JournalHead | None = None
    vault: int = 0
    """How many changes the vault has had."""
    lists: Mapping[str, ListHead] = field(default_factory=dict)
    trust: Mapping[str, MetadataHead] = field(default_factory=dict)
    signed: ZonedTime | None = None
    """The newest signed time that was verified."""
    latest: LatestTime | None = None
    jump: ClockJump | None = None
    alarms: tuple[StandingAlarm, ...] = ()
    unconfirmed: Mapping[str, int] = field(default_factory=dict)
    """Lists that headquarters has to confirm before they are searched, with the least version that does."""

    @property
    def has_outlived_a_start(self) -> bool:
        """Whether it was written before the machine started: then it was read from the disk."""
        return self.boot != read_boot()

    def as_step(self, step: int) -> "WitnessRecord":
        """As it is written now."""
        return replace(self, step=step, boot=read_boot())

    def with_journal(self, head: JournalHead, latest: LatestTime | None) -> "WitnessRecord":
        """With a change of the journal."""
        is_newer = self.journal is None or head.change > self.journal.change
        return replace(self, journal=head, latest=self._later(latest)) if is_newer else self

    def with_time(self, latest: LatestTime) -> "WitnessRecord":
        """With a time at which the kit was used."""
        return replace(self, latest=self._later(latest))

    def with_vault(self, change: int) -> "WitnessRecord":
        """With a change of the vault."""
        return replace(self, vault=max(self.vault, change))

    def with_list(self, name: str, head: ListHead) -> "WitnessRecord":
        """With a change of a list."""
        known = self.lists.get(name)
        return self if known and known.change >= head.change else replace(self, lists={**self.lists, name: head})

    def without_list(self, name: str) -> "WitnessRecord":
        """With a list whose files the kit itself removes."""
        known = self.lists.get(name)
        if known is None:
            return self
        return replace(self, lists={**self.lists, name: replace(known, is_discarded=True)})

    def with_alarms(self, alarms: Iterable[StandingAlarm]) -> "WitnessRecord":
        """With these alarms too; each comes in the place of the one for the same file."""
        known = {(alarm.part, alarm.subject): alarm for alarm in (*self.alarms, *alarms)}
        return replace(self, alarms=tuple(known.values()))

    def with_unconfirmed(self, lists: Mapping[str, int]) -> "WitnessRecord":
        """With these lists that headquarters has to confirm, too."""
        least = {name: max(version, self.unconfirmed.get(name, 0)) for name, version in lists.items()}
        return replace(self, unconfirmed={**self.unconfirmed, **least})

    def _later(self, new: LatestTime | None) -> LatestTime | None:
        """The latest time known or this one; one that is superseded gives way to any other."""
        known = self.latest
        if known is None or new is None:
            return known or new
        return new if new.at >= known.at or known.is_superseded_by(self) else known

    def change_of_list(self, name: str) -> int:
        """The newest change of a list that is known."""
        known = self.lists.get(name)
        return known.change if known else 0
