"""A chip that nobody asked for: a batch of travellers, or one without a reader at hand. Never CLEAR where it counts."""

from appliance.chips.carrier import carrier, is_expected
from data.chip_settings import Expected
from data.findings import Finding, State
from data.screenings import Screening

NAME = "chip"
"""Of the check, whether the chip is read (`appliance.checks.chip`) or not: known without loading what reads chips."""


class ChipNotAskedCheck:
    """Stands where the checks of a chip would stand."""

    name = NAME
    mandatory = True

    def __init__(self, expected: Expected) -> None:
        self._expected = expected

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `chip_not_asked` where this post expects a chip on the document; else NOT_APPLICABLE."""
        document = carrier(screening.documents)
        wanted = document is not None and is_expected(document, self._expected)
        state = State.NOT_DONE if wanted else State.NOT_APPLICABLE
        return Finding(NAME, state, "chip_not_asked", "Chip: not read here; `--chip` reads it")
