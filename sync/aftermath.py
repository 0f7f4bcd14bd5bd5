"""What has to follow a new version of a list, whatever happens in between: fold, journal, tell whoever waits.

Before a version is applied its consequences are noted in the vault; the note goes when all of them are done. A
kill in between leaves the note, and the next run does what is missing, each thing at most once too often
where once too often does no harm.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from data.clock import Clock
from data.errors import Damaged
from data.home import KitHome
from data.journal.history import events
from data.lists.edition import Edition
from data.lists.notes import HeldBack
from data.lists.replica import Replica
from data.plain import canonical
from sync.application import must_fold

AfterApply = Callable[[Edition], None]
"""Called when a list came to a new version, at least once for each: the indexes, the late hits."""
PERSON = "courier"
CHANGED = "list_changed"
ROLLED_BACK = "list_rolled_back"
_RECENT = 200


@dataclass(frozen=True, slots=True)
class Due:
    """What follows once a version is in force."""

    version: int
    removed: int


class Aftermath:
    """The notes of one kit."""

    def __init__(self, home: KitHome, clock: Clock, after_apply: AfterApply | None) -> None:
        self._home = home
        self._clock = clock
        self._after_apply = after_apply

    def expect(self, name: str, due: Due) -> None:
        """Note what follows if `due.version` of the list comes into force."""
        self._home.vault.put({_note(name): canonical(due)})

    def finish(self, replica: Replica) -> None:
        """Do whatever is noted for the list and not done yet."""
        due, edition = self._due(replica.name), replica.edition()
        if due is None:
            return
        if edition is not None and edition.version == due.version:
            self._follow(replica, edition, due)
        self._journal_rollback(replica)
        replica.sweep()  # a kill may have left the base that was replaced, and withdrawn rows in it
        self._home.vault.put({_note(replica.name): b""})

    def _follow(self, replica: Replica, edition: Edition, due: Due) -> None:
        if must_fold(replica, due.removed):
            replica.fold()
        if not self._is_journalled(edition):
            self._home.journal.record_list_changed(
                edition,
                self._clock.now(),
                PERSON,
                removed=due.removed,
                erased_upto=replica.erased_upto,
            )
        if self._after_apply is not None:
            self._after_apply(edition)

    def _journal_rollback(self, replica: Replica) -> None:
        held = replica.held_back
        if held is None:
            return
        known = events(self._home.journal, ROLLED_BACK, since=held.at, most=_RECENT)
        if all(event.detail != _facts(replica, held) for event in known):
            self._home.journal.record(
                ROLLED_BACK, held.at, held.who, f"{replica.name} {held.version}", _facts(replica, held)
            )

    def _is_journalled(self, edition: Edition) -> bool:
        known = events(self._home.journal, CHANGED, most=_RECENT)
        return any((event.detail.get("list"), event.detail.get("version")) == (edition.list, edition.version)
                   for event in known)  # fmt: skip

    def _due(self, name: str) -> Due | None:
        kept = self._home.vault.get(_note(name))
        if not kept:
            return None
        try:
            return Due(**json.loads(kept))
        except (ValueError, TypeError) as error:
            raise Damaged(f"The vault's note about {name} cannot be read", do="Let a technician look") from error


def _facts(replica: Replica, held: HeldBack) -> dict[str, Any]:
    return {"list": replica.name, "held_back": held.version, "reason": held.why}


def _note(name: str) -> str:
    return f"due:{name}"
