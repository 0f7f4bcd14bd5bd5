"""How long a screening may take, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one screening. A check beyond its bound is NOT_DONE, never "nothing found"."""

    check_s: float = 5.0
    """A check that has not answered after so many seconds has passed its deadline."""
    hung_runs: int = 4
    """Runs of one check that may hang at a time; beyond, the check is not started again until one ends."""
