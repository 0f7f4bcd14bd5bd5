"""Whether this kit may read its lists and show their details, and why not: rules without any reading or writing.

Access depends on what headquarters says of the kit, and on how long the kit has been without contact.

- Locked lists stay where they are: word from headquarters unlocks them. Erased lists have to be fetched again.
- Locking needs no more than what the calendar says now (the estimated age of the contact); erasing needs what is
  proven.
- Everything else goes on: crossings are recorded, reports are sent.
- Details of a listed person are shown only while headquarters' word about that list is young enough. Corrections and
  deletions reach a kit with that word: a kit that could not learn of them within the list's `erase_within_hours` says
  only that a person is listed. Word about the list that a neighbour passed on counts as well.

The age of the contact holds whatever anybody does to the kit's clock. Two clocks are asked. The one that counts from
the start of the machine cannot be set: what the machine *ran* since the contact is certain, to the second. How long it
was *away* (switched off) only the calendar can tell.

- A calendar that is set ahead while the machine runs changes nothing: nobody is away while it runs. One that stood
  ahead when the machine started counts for as long as it says so, and no longer: that locks lists, and erases none.
- What the calendar said throughout three days of running in which it was checked counts permanently: setting it back
  takes none of that away. A long sleep, or days on which Waypost did not run, hardly count towards the three: nobody
  could have been told that the clock was wrong.
- Even that is not enough to erase: only the part that signed times confirm is certain. A clock alone never deletes.
- A calendar that is behind signed time says nothing. The time that the machine runs still counts.
- One reading of the clock that cannot be set proves little either: it may be faked, or have jumped for good. What it
  adds beyond `LARGEST_STEP_S` since the last look locks. It erases only as far as signed times confirm it, and after
  three days of running in which it was checked. A reading that is lower than an earlier one of the same start takes
  that back; nothing of this start is certain then beyond what the lower reading says.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from data.clock import ClockReading
from data.errors import Locked
from data.json_codec import ZonedTime, complete_in_json
from data.kit.headquarters_word import REVOKED, SUSPENDED, WIPED, KitStatus
from data.text import EMPTY, Message, _, plural

HOLDING_S = 72 * 3600.0
"""The machine must run this long under a calendar before what that says counts permanently."""
COUNTED_BETWEEN_LOOKS_S = 3600.0
"""At most this much of the running between two looks counts towards that."""
LARGEST_STEP_S = 24 * 3600.0
"""At most this much of the running between two looks is certain by itself."""

UNCONFIRMED = "unconfirmed"
"""State of one list that may be an older copy; see `ListAccess.unconfirmed`."""

WARNING_TIME = timedelta(days=7)
"""People are told this long before the lists lock; with a short lease, in its last quarter."""
_DAY_S, _HOUR_S = 86_400.0, 3600.0

_FETCH_ADVICE = _("Fetch the lists with `waypost courier run`, or with a stick from headquarters")
_CLOCK_ADVICE = _(
    "Check the clock and set it if it is wrong. Then fetch the lists with `waypost courier run`, or with a stick from "
    "headquarters"
)
"""A wrong clock alone may have locked them; then fetching does not unlock them."""


_ACTIONS = {
    SUSPENDED: _("headquarters suspended this kit"),
    REVOKED: _("headquarters revoked this kit"),
    WIPED: _("headquarters revoked this kit"),
}


@complete_in_json
@dataclass(frozen=True, slots=True)
class ContactAge:
    """The time since headquarters' newest word, as far as it is known."""

    heard: ZonedTime
    """When headquarters signed that word."""
    boot: str
    boot_s: float
    """What the clock that cannot be set read at the last look."""
    ran_s: float = 0.0
    away_s: float = 0.0
    """Away for at least this long; no clock that is set back reduces it."""
    claim_s: float | None = None
    """How long it was away by the calendar since this start of the machine; None while the calendar is not usable."""
    held_s: float | None = None
    """The least that was claimed since `since_s`; None before the first claim."""
    since_s: float = 0.0
    """What the machine had run when the claims began that are to be counted next; later by what nobody looked at."""
    signed_s: float = 0.0
    """How much later than that word the newest other signed file here is: lists that came without the envelope."""
    step_s: float = 0.0
    """How much of `ran_s` the last look added."""
    unseen_s: float = 0.0
    """What the machine ran besides, by single looks that added more than `LARGEST_STEP_S`: enough to lock."""
    unseen_since_s: float = 0.0
    """What the machine had run when the newest of that came; later by what nobody looked at."""
    doubted_s: float = 0.0
    """How much of `ran_s` is not certain, since a later reading of the same start was lower."""
    start_s: float = 0.0
    """What the clock that cannot be set read when counting began in this start of the machine."""
    start_certain_s: float = 0.0
    """What was certain then."""

    @classmethod
    def from_contact(cls, heard: datetime, moment: ClockReading) -> "ContactAge":
        """A word came that was signed at `heard`, perhaps some time ago: a stick travels."""
        return cls(heard, moment.boot, moment.boot_s, start_s=moment.boot_s).at(moment)

    def at(self, moment: ClockReading) -> "ContactAge":
        """The same at a later look."""
        signed_s = max(self.signed_s, (moment.signed - self.heard).total_seconds())
        later = replace(self, signed_s=signed_s)._count_running(moment)
        passed_s = later.ran_s + later.unseen_s - self.ran_s - self.unseen_s
        later = replace(later, boot=moment.boot, boot_s=moment.boot_s)
        if moment.is_behind:
            return replace(later, claim_s=None, since_s=later.since_s + later.step_s)
        later = replace(later, since_s=later.since_s + max(0.0, later.step_s - COUNTED_BETWEEN_LOOKS_S))
        claim_s = max(0.0, (moment.now - self.heard).total_seconds() - later.ran_s - later.unseen_s)
        if moment.boot == self.boot and self.claim_s is not None and passed_s >= 0:
            claim_s = min(claim_s, self.claim_s)
        held_s = claim_s if self.held_s is None else min(claim_s, self.held_s)
        return replace(later, claim_s=claim_s, held_s=held_s)._count_held_claim()

    def _count_running(self, moment: ClockReading) -> "ContactAge":
        """What the machine ran since the last look, by the clock that cannot be set."""
        same_boot = moment.boot == self.boot
        reading_s = moment.boot_s - self.boot_s if same_boot else moment.boot_s
        if reading_s < 0:
            return self._take_back(moment)
        step_s = min(reading_s, LARGEST_STEP_S)
        unseen_s = self.unseen_s if same_boot or moment.is_behind else 0.0  # the calendar says it as well
        later = self if same_boot else replace(self, start_s=0.0, start_certain_s=self.certain_s)
        later = replace(later, ran_s=self.ran_s + step_s, step_s=step_s, unseen_s=unseen_s)
        if reading_s > LARGEST_STEP_S:
            return replace(later, unseen_s=unseen_s + reading_s - step_s, unseen_since_s=later.ran_s)
        since_s = later.unseen_since_s + max(0.0, step_s - COUNTED_BETWEEN_LOOKS_S)
        if later.ran_s - since_s < HOLDING_S:
            return replace(later, unseen_since_s=since_s)
        signed_s = min(unseen_s, max(0.0, later.signed_s - later.ran_s))
        return replace(
            later,
            ran_s=later.ran_s + signed_s,
            since_s=later.since_s + signed_s,
            unseen_s=unseen_s - signed_s,
            unseen_since_s=since_s + signed_s,
        )

    def _take_back(self, moment: ClockReading) -> "ContactAge":
        """After a lower reading: this clock never goes back, so earlier ones were wrong, or this one is."""
        ran_s = self.ran_s - self.step_s
        since_start_s = max(0.0, moment.boot_s - self.start_s)
        certain_s = max(0.0, min(self.certain_s - self.step_s, self.start_certain_s + since_start_s))
        later = replace(self, ran_s=ran_s, step_s=0.0, unseen_s=0.0, doubted_s=ran_s - certain_s)
        if moment.boot_s < self.start_s:
            return replace(later, start_s=moment.boot_s, start_certain_s=certain_s)
        return later

    def _count_held_claim(self) -> "ContactAge":
        if self.ran_s - self.since_s < HOLDING_S:
            return self
        away_s = max(self.away_s, self.held_s or 0.0)
        return replace(self, away_s=away_s, held_s=self.claim_s, since_s=self.ran_s)

    @property
    def estimated_s(self) -> float:
        """How long it has been by the highest estimate: enough to lock, which can be undone."""
        return self.ran_s + self.unseen_s + max(self.away_s, self.claim_s or 0.0)

    @property
    def estimated_running_s(self) -> float:
        """How long the machine ran by the highest estimate: enough for ages, which the next word corrects."""
        return self.ran_s + self.unseen_s

    @property
    def certain_s(self) -> float:
        """How long the machine certainly ran."""
        return self.ran_s - self.doubted_s

    @property
    def proven_s(self) -> float:
        """How long it has certainly been: enough to erase, which cannot be undone."""
        return max(self.certain_s, min(self.certain_s + self.away_s, self.signed_s))

    def uptime_until_proven_s(self, limit_s: float) -> float:
        """How much longer the machine must run until `limit_s` is proven, if the calendar stays as it is."""
        by_running_s = max(0.0, limit_s - self.proven_s)
        if min(self.certain_s + self.unseen_s, self.signed_s) >= limit_s:
            by_running_s = min(by_running_s, max(0.0, HOLDING_S - (self.ran_s - self.unseen_since_s)))
        holding_s = max(0.0, HOLDING_S - (self.ran_s - self.since_s))
        for claim_s, wait_s in ((self.held_s, holding_s), (self.claim_s, holding_s + HOLDING_S)):
            if claim_s is not None and min(self.certain_s + claim_s, self.signed_s) >= limit_s:
                return min(by_running_s, wait_s)
        return by_running_s


class AccessState(StrEnum):
    """What may be done with the lists."""

    GOOD = "good"
    SUSPENDED = "suspended"
    """Locked by headquarters, which will end it."""
    LOCKED = "locked"
    """No word from headquarters for too long, or headquarters has ended this kit."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Lease:
    """How long headquarters trusts a kit that it does not hear from, and how much of that has passed."""

    locks_in_s: float
    """0: over."""
    erases_in_s: float | None
    """Until they are erased for all that is certain; None: never."""
    silent_s: float
    """Since headquarters' newest word."""
    is_warning_due: bool
    """The end is near enough to be told."""


@dataclass(frozen=True, slots=True)
class ListAccess:
    """The lists of a kit at one moment."""

    state: AccessState = AccessState.GOOD
    why: Message = EMPTY
    """What headquarters said, or for how long it said nothing."""
    do: Message = EMPTY
    lease: Lease | None = None
    """None: headquarters gave this kit no lease, or has never spoken."""
    since: datetime | None = None
    """Since when it is so, by this kit's time; None before anybody looked."""
    contact_age: ContactAge | None = None
    """The time since headquarters' newest word, whether or not there is a lease; None before it spoke."""
    generation: int = 0
    """Goes up when the lists are erased: code that has them open closes them."""
    headquarters_now: datetime | None = None
    """What headquarters' clock reads at most, where it answered since this machine started; None where nobody knows."""
    ages_from: datetime | None = None
    """The time from which the ages of lists count at least (`data.lease.verdict_time`); None: the clock's."""
    clock_jump: datetime | None = None
    """A time in this kit's records that is later than its clock."""
    changed_files: tuple[str, ...] = ()
    """Files that are not what this kit wrote last; headquarters has not acknowledged that yet."""
    unconfirmed: frozenset[str] = frozenset()
    """Lists that nobody searches before headquarters has confirmed them: they may be older copies."""

    @property
    def is_open(self) -> bool:
        """Whether the lists may be read."""
        return self.state is AccessState.GOOD

    @property
    def says(self) -> Message:
        """The reason, as a sentence without its full stop; empty if there is nothing to say."""
        if self.state is AccessState.ERASED:
            return _("The lists were erased: {reason}", reason=self.why)
        if not self.is_open:
            return _("These lists are locked: {reason}", reason=self.why)
        if self.lease and self.lease.is_warning_due:
            left = format_duration(self.lease.locks_in_s)
            return _("The lists lock in {time} unless this kit reaches headquarters", time=left)
        return EMPTY

    def must_be_open(self) -> None:
        """Raise Locked, with the reason, if nobody may read the lists."""
        if not self.is_open:
            raise Locked(self.says, state=self.state.value, means=_("They cannot be searched"), do=self.do)


def refuse_unconfirmed(list_name: str, access: ListAccess) -> None:
    """Raise Locked where headquarters has to confirm the list first."""
    if list_name in access.unconfirmed:
        raise Locked(
            _("The list {list} may be an older copy: headquarters has to confirm it", list=list_name),
            state=UNCONFIRMED,
            means=_("It cannot be searched"),
            do=_FETCH_ADVICE,
        )


def decide_access(status: KitStatus, contact_age: ContactAge | None, erased: Message) -> ListAccess:
    """What applies now; `erased` says why the lists were erased, empty if they were not."""
    lease = _compute_lease(status, contact_age)
    if erased:
        return ListAccess(AccessState.ERASED, erased, _find_advice(status), lease)
    if not status.in_force:
        state = AccessState.SUSPENDED if status.state == SUSPENDED else AccessState.LOCKED
        return ListAccess(state, _describe_status(status), _find_advice(status), lease)
    if lease and lease.locks_in_s <= 0:
        return ListAccess(
            AccessState.LOCKED,
            _no_contact(lease.silent_s),
            _CLOCK_ADVICE,
            lease,
        )
    return ListAccess(lease=lease, do=_FETCH_ADVICE if lease and lease.is_warning_due else EMPTY)


def find_erasure_reason(status: KitStatus, contact_age: ContactAge | None) -> Message:
    """Why the lists must be erased now; empty if they need not be."""
    if status.state == WIPED:
        return _describe_status(status)
    limit_s = _limit_s(status, status.erase_after)
    if contact_age is None or limit_s is None or contact_age.proven_s < limit_s:
        return EMPTY
    return _no_contact(contact_age.proven_s)


def _no_contact(silent_s: float) -> Message:
    return _("no contact with headquarters for {time}", time=format_duration(silent_s))


def format_duration(seconds: float) -> Message:
    """`5 days`, `7 hours`, `less than an hour`: whole units, rounded down."""
    days, hours = int(seconds // _DAY_S), int(seconds // _HOUR_S)
    if days >= 2:
        return plural("{count} day", "{count} days", days)
    return plural("{count} hour", "{count} hours", hours) if hours else _("less than an hour")


def find_withholding_reason(word: datetime, within_h: float, access: ListAccess, now: datetime) -> Message:
    """Why details of a list that headquarters last confirmed at `word` stay locked; empty if they may be shown.

    The next confirmation or a corrected clock unlocks them, so the estimated age is enough. Where headquarters' own
    clock is known, the word is no older than by that.
    """
    silent_s = _compute_list_contact_age_s(word, access.contact_age, now)
    if access.headquarters_now is not None:
        silent_s = min(silent_s, max(0.0, (access.headquarters_now - word).total_seconds()))
    if silent_s <= within_h * _HOUR_S:
        return EMPTY
    return _(
        "headquarters has not confirmed this list for {time}; it allows {limit}",
        time=format_duration(silent_s),
        limit=format_duration(within_h * _HOUR_S),
    )


def _compute_lease(status: KitStatus, contact_age: ContactAge | None) -> Lease | None:
    locks_s, erases_s = (_limit_s(status, at) for at in (status.lease_until, status.erase_after))
    if contact_age is None or locks_s is None:
        return None
    left_s = max(0.0, locks_s - contact_age.estimated_s)
    is_warning_due = left_s <= min(WARNING_TIME.total_seconds(), locks_s / 4)
    erases_in_s = None if erases_s is None else contact_age.uptime_until_proven_s(erases_s)
    return Lease(left_s, erases_in_s, contact_age.estimated_s, is_warning_due)


def _limit_s(status: KitStatus, at: datetime | None) -> float | None:
    if at is None or status.signed is None:
        return None
    return max(0.0, (at - status.signed).total_seconds())


def _describe_status(status: KitStatus) -> Message:
    action = _ACTIONS.get(status.state) or _("headquarters set this kit's status to {state}", state=status.state)
    return _("{action} ({reason})", action=action, reason=status.reason) if status.reason else action


def _find_advice(status: KitStatus) -> Message:
    if status.in_force:
        return _FETCH_ADVICE
    if status.state == SUSPENDED:
        return _("Ask headquarters when the suspension ends, then fetch the lists with `waypost courier run`")
    return _("Ask headquarters. A kit that was lost and found must be enrolled again")


def _compute_list_contact_age_s(word: datetime, contact_age: ContactAge | None, now: datetime) -> float:
    """Since the word about one list, by the clocks that count the time since the newest word of all."""
    if contact_age is None:
        return max(0.0, (now - word).total_seconds())
    return max(0.0, contact_age.estimated_s - (word - contact_age.heard).total_seconds())
