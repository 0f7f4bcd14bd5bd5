"""Stand-ins where a check has nothing to ask: no list, a kind not carried or not known, a damaged list, no chip reader.

- Each stands where the real checks would stand, and answers the same whoever the traveller is (a chip that was not
  asked for: by the document).
- None of them lets a missing answer pass as CLEAR. Only a kind of list that the kit does not carry, and that kit.toml
  does not require, leaves the verdict as it is.
- Loads nothing that reads chips.
"""

from appliance.checks.list_state import damaged_list_finding
from data.documents.travel_document import find_chip_document
from data.kit.settings import ChipExpectation
from data.screenings import Finding, Screening, State


class NoListCheck:
    """Stands in for every list check of a kit without lists."""

    name = "lists"
    mandatory = True

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `no_list`, whoever stands there."""
        return Finding(self.name, State.NOT_DONE, "no_list", "This kit has no list yet: run `waypost courier run`")


_KIND_TITLES = {"documents": "Stolen documents", "persons": "Wanted persons"}


class NotCarriedCheck:
    """Stands where the checks of a kind would stand."""

    def __init__(self, kind: str, *, required: bool) -> None:
        self.name = kind
        self.mandatory = required

    def run(self, screening: Screening) -> Finding:
        """NOT_APPLICABLE `not_carried`; NOT_DONE `required_not_carried` where kit.toml requires the kind."""
        says = f"{_KIND_TITLES.get(self.name, self.name)}: not carried"
        if self.mandatory:
            return Finding(self.name, State.NOT_DONE, "required_not_carried", f"{says}, but required here")
        return Finding(self.name, State.NOT_APPLICABLE, "not_carried", says)


class BrokenListCheck:
    """Stands where that list's own checks would stand."""

    mandatory = True

    def __init__(self, kind: str, list_name: str) -> None:
        self.name = f"{kind}:{list_name}"
        self._list = list_name

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `list_damaged`, whoever stands there."""
        return damaged_list_finding(self.name, self._list)


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


CHIP_CHECK = "chip"
"""Name of the check, whether a chip is read (`appliance.checks.chip_check`) or not; nothing here loads a reader."""


class ChipNotAskedCheck:
    """Stands where the checks of a chip would stand."""

    name = CHIP_CHECK
    mandatory = True

    def __init__(self, expected: ChipExpectation) -> None:
        self._expected = expected

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `chip_not_asked` where this post expects a chip on the document; else NOT_APPLICABLE."""
        document = find_chip_document(screening.documents)
        wanted = document is not None and self._expected.applies_to(document)
        state = State.NOT_DONE if wanted else State.NOT_APPLICABLE
        return Finding(CHIP_CHECK, state, "chip_not_asked", "Chip: not read here; `--chip` reads it")
