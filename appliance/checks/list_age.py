"""Is a list young enough for CLEAR by the post's policy, and whole. Its age is told in words either way.

A list that a reader found damaged stays so until the courier has fetched it anew, wherever the damage lies.
"""

from appliance.checks.list_state import damaged, evidence_of, missing
from appliance.ports import ListReader
from data.errors import Damaged
from data.findings import Finding, State
from data.lists.age import Age, AgePolicy, age_in_words
from data.screenings import Screening


class ListAgeCheck:
    """Age of one list at the time of the screening."""

    mandatory = True

    def __init__(self, listed: ListReader, policy: AgePolicy) -> None:
        self.name = f"age:{listed.name}"
        self._list = listed
        self._policy = policy

    def run(self, screening: Screening) -> Finding:
        """PASS `list_fresh` or `list_old`; NOT_DONE `list_expired`, `list_missing` or `list_damaged`."""
        try:
            with self._list.read() as view:
                edition, hurt = view.edition, self._list.needs_repair
        except Damaged:
            edition, hurt = None, True
        if hurt:
            return damaged(self.name, self._list.name)
        if edition is None:
            return missing(self.name, self._list.name)
        words = f"{self._list.name} is as of {age_in_words(screening.at - edition.as_of)}"
        evidence = evidence_of(edition)
        match self._policy.band(edition.as_of, screening.at):
            case Age.EXPIRED:
                return Finding(self.name, State.NOT_DONE, "list_expired", f"{words}: expired", True, evidence)
            case Age.OLD:
                return Finding(self.name, State.PASS, "list_old", f"{words}: old, still within policy", True, evidence)
            case Age.FRESH:
                return Finding(self.name, State.PASS, "list_fresh", words, True, evidence)
