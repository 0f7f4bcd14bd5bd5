"""A kit that carries no list at all: it was never synced, or headquarters gave it nothing. Never CLEAR."""

from data.findings import Finding, State
from data.screenings import Screening


class NoListCheck:
    """Stands in for every list check of a kit without lists."""

    name = "lists"
    mandatory = True

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `no_list`, whoever stands there."""
        return Finding(self.name, State.NOT_DONE, "no_list", "This kit has no list yet: run `waypost courier run`")
