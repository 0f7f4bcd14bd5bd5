"""A kind of list this kit does not carry: said, without changing the verdict, unless kit.toml requires the kind."""

from data.findings import Finding, State
from data.screenings import Screening

_WORDS = {"documents": "Stolen documents", "persons": "Wanted persons"}


class NotCarriedCheck:
    """Stands where the checks of a kind would stand."""

    def __init__(self, kind: str, *, required: bool) -> None:
        self.name = kind
        self.mandatory = required

    def run(self, screening: Screening) -> Finding:
        """NOT_APPLICABLE `not_carried`; NOT_DONE `required_not_carried` where kit.toml requires the kind."""
        says = f"{_WORDS.get(self.name, self.name)}: not carried"
        if self.mandatory:
            return Finding(self.name, State.NOT_DONE, "required_not_carried", f"{says}, but required here")
        return Finding(self.name, State.NOT_APPLICABLE, "not_carried", says)
