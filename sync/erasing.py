"""Erases what lists withdrew within their `erase_within_hours`, whether or not there is a line, and tells headquarters.

- Once half of the time is over the files are made anew without it: a machine that is off at night, or that looks once a
  day, must not come too late. What a rollback would need goes with it.
- What was told last stands in the journal, so that a kill at any moment neither loses nor repeats a word.
"""

from typing import Any

from data import enrolment
from data.clock import Clock
from data.errors import Damaged, WaypostError
from data.home import KitHome
from data.journal.history import events
from data.lease import Moment
from data.lists.edition import Edition
from data.lists.replica import Replica
from sync.aftermath import CHANGED, PERSON

SHARE = 0.5
"""Of the list's time, after which erasing begins."""
_HOUR_S = 3600.0
_RECENT = 200


def erase_due(home: KitHome, clock: Clock) -> list[WaypostError]:
    """Erase in each list what has been hidden there for long enough; what kept it from being done, list by list.

    The caller holds the courier's lock.
    """
    failed = []
    for name in home.lists.names():
        try:
            _erase(home, home.lists.open(name), clock)
        except Damaged:
            continue  # it is fetched anew, which leaves nothing of it
        except WaypostError as error:
            failed.append(error)
    return failed


def _erase(home: KitHome, replica: Replica, clock: Clock) -> None:
    within_s = enrolment.erase_within_h(home, replica.name) * _HOUR_S
    held_s = replica.hidden_s(Moment.of(clock))
    if held_s is not None and held_s >= within_s * SHARE:
        replica.let_go()
        replica.hidden_s(Moment.of(clock))
    _tell(home, replica, clock)


def _tell(home: KitHome, replica: Replica, clock: Clock) -> None:
    """The receipt of the version in force once more, where more is gone by now than it said."""
    edition, erased_upto = replica.edition(), replica.erased_upto
    told = _receipts(home, edition) if edition else []
    if edition is None or not told or max(one["erased_upto"] for one in told) >= erased_upto:
        return
    replica.sweep()  # a kill may have left the base that was folded: it goes before anybody is told
    removed = int(told[0]["removed"])
    home.journal.record_list_changed(edition, clock.now(), PERSON, removed=removed, erased_upto=erased_upto)


def _receipts(home: KitHome, edition: Edition) -> list[dict[str, Any]]:
    """What was told of a version, whatever the clock said then."""
    known = [event.detail for event in events(home.journal, CHANGED, most=_RECENT)]
    same = {"list": edition.list, "version": edition.version}
    return [detail for detail in known if "erased_upto" in detail and detail.items() >= same.items()]
