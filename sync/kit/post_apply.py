"""What follows once another version of a list is in force: compact, journal, notify, erase what was withdrawn.

- Before a version is applied its consequences are noted in the vault; the note goes when all of them are done. A kill
  in between leaves the note, and the next run does what is missing, each thing at most once too often where once too
  often does no harm.
- What lists withdrew is erased within their `erase_within_hours`, whether or not there is a line, and headquarters is
  told. Once half of the time is over the files are rewritten without it: a machine that is off at night, or that looks
  once a day, must not come too late. What a rollback would need goes with it.
- In the same looks the journal's details of travellers go, after `details_keep_days` (`data.journal.retention`).
- The journal has what was reported last, so that a kill at any moment neither loses nor repeats a receipt.
- A person may take the newest version back because it is wrong (`roll_back`): the version before it serves again,
  without the persons that were withdrawn since; the courier does not take that version again, only a newer one. Who did
  it and why is in the journal and in the list's folder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from data.clock import Clock, ClockReading
from data.errors import Damaged, InputError, Problem, WaypostError
from data.journal.chains import LIST_CHANGED
from data.journal.history import read_events
from data.journal.retention import KeptTimes, purge_travellers
from data.json_codec import decode, encode_canonical
from data.kit.home import KitHome
from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.storage.overlay import RolledBackVersion
from data.log.error_log import log_error
from data.policy import needs_approval, read_bounds, read_erase_within_h
from data.text import _
from sync.kit.apply import must_compact

AfterApply = Callable[[Edition], None]
"""Called when a list has a new version, at least once for each: the indexes, the late hits."""
COURIER = "courier"
LIST_ROLLED_BACK = "list_rolled_back"
_RECENT = 200
"""Entries of the journal among which a list's newest ones are."""

ERASE_AT_SHARE = 0.5
"""Of the list's time, after which erasing begins."""
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class PendingSteps:
    """What follows once a version is in force."""

    version: int
    removed: int


class PostApply:
    """The notes of one kit."""

    def __init__(self, home: KitHome, clock: Clock, after_apply: AfterApply | None) -> None:
        self._home = home
        self._clock = clock
        self._after_apply = after_apply

    def expect(self, name: str, due: PendingSteps) -> None:
        """Note what follows if `due.version` of the list comes into force."""
        self._home.vault.put({_note_key(name): encode_canonical(due)})

    def finish(self, replica: Replica) -> None:
        """Do whatever is noted for the list and not done yet."""
        due, edition = self._pending(replica.name), replica.edition()
        if due is None:
            return
        if edition is not None and edition.version == due.version:
            self._follow(replica, edition, due)
        self._journal_rollback(replica)
        replica.sweep()  # a kill may have left the base that was replaced, and withdrawn rows in it
        self._home.vault.put({_note_key(replica.name): b""})

    def _follow(self, replica: Replica, edition: Edition, due: PendingSteps) -> None:
        if must_compact(replica, due.removed):
            replica.compact()
        if not self._is_journalled(edition):
            self._home.journal.record_list_changed(
                edition,
                self._clock.now(),
                COURIER,
                removed=due.removed,
                erased_upto=replica.erased_upto,
            )
        if self._after_apply is not None:
            self._after_apply(edition)

    def newest_rollback(self, name: str) -> int:
        """The version of the list that somebody took back last, by the journal; 0 for none."""
        known = read_events(self._home.journal, LIST_ROLLED_BACK, most=_RECENT)
        versions = (int(event.detail["held_back"]) for event in known if event.detail.get("list") == name)
        return max(versions, default=0)

    def _journal_rollback(self, replica: Replica) -> None:
        rolled_back = replica.held_back
        if rolled_back is None:
            return
        known = read_events(self._home.journal, LIST_ROLLED_BACK, since=rolled_back.at, most=_RECENT)
        if all(event.detail != _rollback_facts(replica, rolled_back) for event in known):
            self._home.journal.record(
                LIST_ROLLED_BACK,
                rolled_back.at,
                rolled_back.who,
                f"{replica.name} {rolled_back.version}",
                _rollback_facts(replica, rolled_back),
            )

    def _is_journalled(self, edition: Edition) -> bool:
        known = read_events(self._home.journal, LIST_CHANGED, most=_RECENT)
        return any((event.detail.get("list"), event.detail.get("version")) == (edition.list, edition.version)
                   for event in known)  # fmt: skip

    def _pending(self, name: str) -> PendingSteps | None:
        note = self._home.vault.get(_note_key(name))
        if not note:
            return None
        damaged = Damaged(
            _("The vault's record of the steps still to be done for {name} cannot be read", name=name),
            do=_("Ask a technician to look at the kit"),
        )
        return decode(PendingSteps, note, lambda _why: damaged)


def erase_due(home: KitHome, clock: Clock) -> list[WaypostError]:
    """Erase in each list what has been hidden there for long enough, and in the journal what it has kept of travellers
    for long enough; what kept it from being done, list by list.

    The caller holds the courier's lock.
    """
    failed = []
    for name in home.lists.names():
        try:
            _erase_list(home, home.lists.open(name), clock)
        except WaypostError as error:
            log_error(error, list_name=name)
            if not home.lists.needs_new_files(name, error):  # else it is fetched again, which leaves nothing of it
                failed.append(error)
    try:
        _purge_journal(home, clock)
    except WaypostError as error:
        log_error(error)
        failed.append(error)
    return failed


def _purge_journal(home: KitHome, clock: Clock) -> None:
    settings = home.settings
    times = KeptTimes(timedelta(days=settings.details_keep_days), timedelta(hours=settings.referrals_kept_h))
    purge_travellers(home.journal, times, clock.now(), COURIER, home.witness.read().signed)


def find_unapproved(home: KitHome) -> list[Problem]:
    """Lists without a row that headquarters' offline keys have not approved: nobody is looked up in them."""
    problems = []
    for name in home.lists.names():
        try:
            edition = home.lists.open(name).edition()
        except WaypostError as error:
            log_error(error, list_name=name)
            continue  # its own result says so
        if edition and not edition.count and needs_approval(read_bounds(home, name), edition):
            problems.append(
                Problem(
                    _("Version {version} of {list} is empty", version=edition.version, list=name),
                    _("Nobody is looked up in it, so this kit answers CANNOT SAY."),
                    _("Tell headquarters. If the list is right, its offline keys can approve this version"),
                )
            )
    return problems


def roll_back(home: KitHome, name: str, *, who: str, why: str, clock: Clock) -> Edition:
    """Go back to the version before the newest; returns the edition in force.

    Raises:
        InputError: this kit has no such list, or nobody says why.
        StoreError: there is no earlier version here.
    """
    if name not in home.lists.names():
        raise InputError(_("This kit has no list called {name}", name=repr(name)), do=_("See `waypost lists`"))
    if not why.strip():
        raise InputError(_("Rolling back a version requires a reason"), do=_("Give --reason"))
    replica, post_apply = home.lists.open(name), PostApply(home, clock, None)
    post_apply.finish(replica)
    if replica.previous is not None:
        post_apply.expect(name, PendingSteps(replica.previous.version, 1))  # what the version added must leave the disk
    back = replica.roll_back(who, why.strip(), clock.now())
    post_apply.finish(replica)
    return back


def _rollback_facts(replica: Replica, rolled_back: RolledBackVersion) -> dict[str, Any]:
    return {"list": replica.name, "held_back": rolled_back.version, "reason": rolled_back.why}


def _note_key(name: str) -> str:
    return f"due:{name}"


def _erase_list(home: KitHome, replica: Replica, clock: Clock) -> None:
    within_s = read_erase_within_h(home, replica.name) * _HOUR_S
    held_s = replica.update_retention(ClockReading.of(clock))
    if held_s is not None and held_s >= within_s * ERASE_AT_SHARE:
        replica.purge_withdrawn()
        replica.update_retention(ClockReading.of(clock))
    _record_receipt(home, replica, clock)


def _record_receipt(home: KitHome, replica: Replica, clock: Clock) -> None:
    """The receipt of the version in force once more, where more has been erased since."""
    edition, erased_upto = replica.edition(), replica.erased_upto
    receipts = _read_receipts(home, edition) if edition else []
    if edition is None or not receipts or max(receipt["erased_upto"] for receipt in receipts) >= erased_upto:
        return
    replica.sweep()  # a kill may have left the base that was folded: it goes before the receipt is written
    removed = int(receipts[0]["removed"])
    home.journal.record_list_changed(edition, clock.now(), COURIER, removed=removed, erased_upto=erased_upto)


def _read_receipts(home: KitHome, edition: Edition) -> list[dict[str, Any]]:
    """The receipts of a version, whatever the clock said then."""
    known = [event.detail for event in read_events(home.journal, LIST_CHANGED, most=_RECENT)]
    same = {"list": edition.list, "version": edition.version}
    return [detail for detail in known if detail.items() >= same.items()]
