"""Looks at a list before a new version of it comes into force: bounds and canaries.

Canaries are rows that headquarters knows to be listed. They are looked up as a screening would, so a list whose digest
adds up but whose rows cannot be found is kept out.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from data.errors import TrustError
from data.lists.edition import Edition
from data.lists.tally import Moves
from data.lists.view import View
from sync.formats.payload import Canary
from sync.trust.bounds import Bounds, Change, Drift, must_be_within


class Acceptance:
    """What holds for one change of one list."""

    def __init__(
        self, bounds: Bounds, before: Edition | None, after: Edition, drift: str, canaries: Sequence[Canary]
    ) -> None:
        self._bounds = bounds
        self._before = before
        self._after = after
        self._drift = Drift(**json.loads(drift)) if drift else None
        self._canaries = canaries

    def change(self, view: View, moves: Moves) -> str:
        """An `Accept` for a delta, which knows what came and went."""
        self._must_find_canaries(view)
        before, after = self._before, self._after
        change = Change(
            list=after.list,
            since=before.version if before else 0,
            rows_before=before.count if before else 0,
            to=after.version,
            rows=after.count,
            digest=after.digest,
            came=moves.came,
            went=moves.went,
            resealed=before is not None and before.salt != after.salt,
        )
        drift = must_be_within(self._bounds, change, self._drift)
        return json.dumps(asdict(drift)) if drift else ""

    def whole(self, view: View, kept: int | None) -> str:
        """The same for a version that came whole, of which `kept` keys were here before (None: nobody knows)."""
        if self._before is None:
            return self.change(view, Moves(0, 0))
        return self.change(view, Moves(max(0, self._after.count - self._known(kept)), self.removed(kept)))

    def removed(self, kept: int | None) -> int:
        """Rows that were here before and are not any more, as far as one can know."""
        return max(0, self._before.count - self._known(kept)) if self._before else 0

    def _known(self, kept: int | None) -> int:
        if kept is None:
            return min(self._before.count if self._before else 0, self._after.count)
        return kept

    def _must_find_canaries(self, view: View) -> None:
        found = view.get_many([canary.key for canary in self._canaries])
        if not all(canary.is_body(found.get(canary.key)) for canary in self._canaries):
            raise TrustError(
                f"Version {self._after.version} of {self._after.list} lacks a row that headquarters knows to be on it",
                means="It was not taken; the old list stays.",
                do="Tell headquarters if it comes again",
            )
