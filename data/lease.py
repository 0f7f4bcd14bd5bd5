"""How long a kit has been without word of its headquarters, whatever anybody does to its clock.

Two clocks are asked. The one that counts from the start of the machine cannot be set: what the machine *ran* since the
word is certain, to the second. How long it was *away* (switched off) only the calendar can tell.

- A calendar that is set ahead while the machine runs changes nothing: nobody is away while it runs. One that stood
  ahead when the machine started counts for as long as it says so, and no longer: that locks lists, and erases none.
- What the calendar said through three days of running in which somebody looked is counted for good: setting it back
  takes none of that away. A long sleep, or days on which nothing of ours ran, are hardly part of those three: nobody
  could be told that the clock is wrong.
- To erase, even that is not enough: of it only what signed times bear out is certain. Never does a clock alone delete.
- A calendar that stands before signed time says nothing. What the machine runs goes on counting.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from data.clock import Clock

SIGNED_AHEAD = timedelta(days=400)
"""A signed time further ahead of this kit's time is a mistake: it neither raises the floor nor counts as word."""
_NEVER = datetime.min.replace(tzinfo=UTC)
SETTLES_S = 72 * 3600.0
"""The machine must run so long under a calendar before what that says counts for good."""
LOOKED_S = 3600.0
"""So much of the running between two looks is part of that, at most."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One look at both clocks."""

    boot: str
    """Which start of the machine this is."""
    boot_s: float
    """Seconds since then, asleep or not."""
    now: datetime
    """The calendar, over its floor."""
    behind: bool
    """The calendar stands before signed time: it is worth nothing."""
    signed: datetime = _NEVER
    """The newest time that was signed and verified here, whatever it was signed for."""

    @classmethod
    def of(cls, clock: Clock) -> "Moment":
        """Now."""
        trusted, running = clock.trusted(), clock.running()
        return cls(running.boot, running.seconds, trusted.now, trusted.behind, clock.floor)


@dataclass(frozen=True, slots=True)
class Silence:
    """The time since headquarters' newest word, as far as it is known."""

    heard: datetime
    """When headquarters signed that word."""
    boot: str
    boot_s: float
    """Where the clock that cannot be set stood at the last look."""
    ran_s: float = 0.0
    away_s: float = 0.0
    """Away for so long at least: counted for good."""
    claim_s: float | None = None
    """Away for so long by the calendar of this start of the machine; None while the calendar is worth nothing."""
    held_s: float | None = None
    """The least that was claimed since `since_s`; None before the first claim."""
    since_s: float = 0.0
    """What the machine had run when the claims began that are to be counted next; later by what nobody looked at."""
    signed_s: float = 0.0
    """So much later than the word something else was signed that came here: lists, on their way past the envelope."""

    @classmethod
    def begun(cls, heard: datetime, moment: Moment) -> "Silence":
        """A word came that was signed at `heard`, perhaps some time ago: a stick travels."""
        return cls(heard, moment.boot, moment.boot_s).at(moment)

    def at(self, moment: Moment) -> "Silence":
        """The same at a later look."""
        same = moment.boot == self.boot
        passed = max(0.0, moment.boot_s - self.boot_s) if same else moment.boot_s
        signed_s = max(self.signed_s, (moment.signed - self.heard).total_seconds())
        looked = replace(self, boot=moment.boot, boot_s=moment.boot_s, ran_s=self.ran_s + passed, signed_s=signed_s)
        if moment.behind:
            return replace(looked, claim_s=None, since_s=looked.since_s + passed)
        looked = replace(looked, since_s=looked.since_s + max(0.0, passed - LOOKED_S))
        claim = max(0.0, (moment.now - self.heard).total_seconds() - looked.ran_s)
        if same and self.claim_s is not None:
            claim = min(claim, self.claim_s)
        held = claim if self.held_s is None else min(claim, self.held_s)
        return replace(looked, claim_s=claim, held_s=held)._settled()

    def _settled(self) -> "Silence":
        if self.ran_s - self.since_s < SETTLES_S:
            return self
        away = max(self.away_s, self.held_s or 0.0)
        return replace(self, away_s=away, held_s=self.claim_s, since_s=self.ran_s)

    @property
    def seems_s(self) -> float:
        """How long it has been by everything that speaks for more: enough to lock, which is taken back."""
        return self.ran_s + max(self.away_s, self.claim_s or 0.0)

    @property
    def proven_s(self) -> float:
        """How long it has been for certain: enough to erase, which is not taken back."""
        return max(self.ran_s, min(self.ran_s + self.away_s, self.signed_s))

    def running_until_proven_s(self, limit_s: float) -> float:
        """How long the machine has yet to run until `limit_s` is proven, if the calendar stays as it is."""
        alone = max(0.0, limit_s - self.proven_s)
        window = max(0.0, SETTLES_S - (self.ran_s - self.since_s))
        for claim, wait in ((self.held_s, window), (self.claim_s, window + SETTLES_S)):
            if claim is not None and min(self.ran_s + claim, self.signed_s) >= limit_s:
                return min(alone, wait)
        return alone


def silence_from(facts: dict[str, Any]) -> Silence:
    """A silence from JSON; ValueError, KeyError or TypeError when it is none."""
    heard = datetime.fromisoformat(facts["heard"])
    if heard.tzinfo is None:
        raise ValueError("a time without a zone")
    claim, held = (None if facts[name] is None else float(facts[name]) for name in ("claim_s", "held_s"))
    return Silence(
        heard=heard,
        boot=str(facts["boot"]),
        boot_s=float(facts["boot_s"]),
        ran_s=float(facts["ran_s"]),
        away_s=float(facts["away_s"]),
        claim_s=claim,
        held_s=held,
        since_s=float(facts["since_s"]),
        signed_s=float(facts.get("signed_s", 0.0)),
    )
