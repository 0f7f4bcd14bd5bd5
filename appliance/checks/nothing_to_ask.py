"""Checks in place of those that have nothing to search: no list, a kind not carried or not known, no chip reader.

- Each answers the same for every traveller; only a chip that nobody read depends on the document.
- None of them lets a missing answer pass as CLEAR. Only a kind of list that the kit does not carry, and that kit.toml
  does not require, leaves the verdict as it is.
- Loads nothing that reads chips.
"""

from appliance.answer.wording import NOT_CARRIED
from appliance.checks.list_state import damaged_list_finding
from data.documents.travel_document import find_chip_document
from data.kit.settings import ChipExpectation
from data.screenings import Finding, Screening, State
from data.text import _


class NoListCheck:
    """In place of every list check of a kit without lists."""

    name = "lists"
    mandatory = True

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `no_list`."""
        return Finding(self.name, State.NOT_DONE, "no_list", _("This kit has no list yet: run `waypost courier run`"))


_KIND_TITLES = {"documents": _("Stolen documents"), "persons": _("Wanted persons")}


class NotCarriedCheck:
    """In place of the checks of a kind of list that this kit does not carry."""

    def __init__(self, kind: str, *, required: bool) -> None:
        self.name = kind
        self.mandatory = required

    def run(self, screening: Screening) -> Finding:
        """NOT_APPLICABLE `not_carried`; NOT_DONE `required_not_carried` where kit.toml requires the kind."""
        kind = _KIND_TITLES.get(self.name, self.name)
        if self.mandatory:
            says = _("{kind}: not carried, but required here", kind=kind)
            return Finding(self.name, State.NOT_DONE, "required_not_carried", says)
        return Finding(self.name, State.NOT_APPLICABLE, NOT_CARRIED, _("{kind}: not carried", kind=kind))


class BrokenListCheck:
    """In place of the checks of a list whose files cannot be opened."""

    mandatory = True

    def __init__(self, kind: str, list_name: str) -> None:
        self.name = f"{kind}:{list_name}"
        self._list = list_name

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `list_damaged`."""
        return damaged_list_finding(self.name, self._list)


class UnknownKindCheck:
    """In place of the check of a list whose kind this version does not know."""

    mandatory = True

    def __init__(self, list_name: str) -> None:
        self.name = f"unknown:{list_name}"
        self._list = list_name

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `kind_unknown`."""
        says = _("The list {list} needs newer software, so it cannot be searched: update this kit", list=self._list)
        return Finding(self.name, State.NOT_DONE, "kind_unknown", says)


CHIP_CHECK = "chip"
"""Name of the check of a chip, here and in `appliance.checks.chip_check`, which loads all that reads chips."""


class ChipNotAskedCheck:
    """In place of the checks of a chip where chips are not read."""

    name = CHIP_CHECK
    mandatory = True

    def __init__(self, expected: ChipExpectation) -> None:
        self._expected = expected

    def run(self, screening: Screening) -> Finding:
        """NOT_DONE `chip_not_asked` where this post expects a chip on the document; else NOT_APPLICABLE."""
        document = find_chip_document(screening.documents)
        wanted = document is not None and self._expected.applies_to(document)
        state = State.NOT_DONE if wanted else State.NOT_APPLICABLE
        return Finding(CHIP_CHECK, state, "chip_not_asked", _("Chip: not read here; `--chip` reads it"))
