"""A list whose own files cannot even be opened. The others go on; the courier fetches it anew. Never CLEAR."""

from appliance.checks.list_state import damaged
from data.findings import Finding
from data.screenings import Screening


class BrokenListCheck:
    """Stands where that list's own checks would stand."""

    mandatory = True

    def __init__(self, kind: str, list_name: str) -> None:
        self.name = f"{kind}:{list_name}"
        self._list = list_name

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `list_damaged`, whoever stands there."""
        return damaged(self.name, self._list)
