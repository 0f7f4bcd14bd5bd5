"""From a document that a simulated kit presents to its chip."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from data.documents.countries import canonical
from data.documents.tables.countries import ROWS
from devices.simulated.chip.chip import SimulatedChip
from devices.simulated.chip.personal.holder import Holder
from devices.simulated.chip.personal.issuer import Issuer
from devices.simulated.chip.personal.personalise import personalise
from devices.simulated.chip.pki.state import InventedState
from devices.simulated.script import Presentation

_YEARS_VALID = 10
_FIRST_ISSUE = date(2018, 6, 1)
"""When the invented document signers begin; a document that would be older is made out as of then."""
_SPECIMENS = {"UTO": "UT"}


def mint(shown: Presentation) -> SimulatedChip | None:
    """The chip in the document; None where it has none. InputError for a zone that opens no chip."""
    if shown.chip is None or not shown.text:
        return None
    holder = holder_of(shown)
    return SimulatedChip(personalise(holder, shown.chip, issuer_of(holder.document.issuer)))


def holder_of(shown: Presentation) -> Holder:
    """Whom a document is made out to; without a date of issue ten years before it expires."""
    holder = Holder(shown.text, shown.issued or _FIRST_ISSUE)
    return replace(holder, issued=shown.issued or _issued(holder))


@lru_cache(maxsize=64)
def issuer_of(code: str) -> Issuer:
    """The invented issuer in the place of the state with this code, as documents write it: `D`, `UTO` …"""
    state = canonical(code) or code
    letters = next((row[1] for row in ROWS if row[0] == state), "") or _SPECIMENS.get(state, state[:2])
    return Issuer(InventedState(letters))


def _issued(holder: Holder) -> date:
    expiry = holder.document.expiry
    whole = expiry.whole if expiry else None
    if whole is None:
        return _FIRST_ISSUE
    return max(_FIRST_ISSUE, date(whole.year - _YEARS_VALID, whole.month, min(whole.day, 28)))
