"""A list of a kind that this software does not know: headquarters is ahead of the kit. Never CLEAR."""

from data.findings import Finding, State
from data.screenings import Screening


class UnknownKindCheck:
    """Stands where that list's own check would stand."""

    mandatory = True

    def __init__(self, list_name: str) -> None:
        self.name = f"unknown:{list_name}"
        self._list = list_name

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `kind_unknown`, whoever stands there."""
        says = f"The list {self._list} needs newer software, so it cannot be asked: update this kit"
        return Finding(self.name, State.NOT_DONE, "kind_unknown", says)
