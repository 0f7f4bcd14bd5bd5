"""The document signers of an invented state: a good one, and one for each fault of a signer."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache

from data.documents.code_tables import canonical_country
from data.documents.tables.countries import COUNTRIES
from devices.simulated.chip.pki.invented_state import InventedState
from devices.simulated.chip.pki.signed_objects import Authority, Validity
from devices.simulated.chip.profile import ChipFault, ChipProfile

EARLIER = 100
"""Serial number of the signer before the one that signs now."""
_BEFORE = Validity.years(2015, 2028)
EXPIRED, REVOKED, NOT_YET = 102, 103, 104
"""Serial numbers of the signers that should not sign."""
_YEARS = timedelta(days=3 * 365)

_SPECIMENS = {"UTO": "UT"}


@dataclass(frozen=True)
class Issuer:
    """An invented state with its good signer and its bad ones."""

    state: InventedState

    def signer_for(self, profile: ChipProfile, issued: date) -> Authority:
        """The signer that signs a chip of this profile; its validity fits, or misfits, the day of issue."""
        day = datetime.combine(issued, time(12), UTC)
        if profile.has(ChipFault.SIGNER_EXPIRED):
            over = Validity(day - timedelta(days=400), day - timedelta(days=30))
            return self.state.document_signer("DS expired", over, EXPIRED)
        if profile.has(ChipFault.SIGNER_NOT_YET_VALID):
            later = Validity(day + timedelta(days=30), day + _YEARS)
            return self.state.document_signer("DS not yet", later, NOT_YET)
        if profile.has(ChipFault.SIGNER_REVOKED):
            return self.state.document_signer("DS revoked", serial=REVOKED)
        if profile.has(ChipFault.UNKNOWN_CSCA):
            return self._unpublished_state.signer
        if profile.has(ChipFault.SIGNER_FORGED):
            return self._forged_signer
        if profile.has(ChipFault.SIGNATURE_WRONG):
            return replace(self.state.signer, key=self.state.key("nobody's"))
        if day < self.state.signer.certificate.not_before:
            return self.state.document_signer("DS 0", _BEFORE, EARLIER)
        return self.state.signer

    def publish(self, at: datetime) -> tuple[bytes, bytes]:
        """What the state makes known: its country signing certificate and its revocation list of that day."""
        return self.state.csca.der, self.state.revocations([REVOKED], at)

    @cached_property
    def _unpublished_state(self) -> InventedState:
        return replace(self.state, seed=f"{self.state.seed} unpublished")

    @cached_property
    def _forged_signer(self) -> Authority:
        """Made by nobody's key in the state's name, pointing at the state's own key."""
        return self.state.forged_signer(self._unpublished_state)


@lru_cache(maxsize=64)
def issuer_of(code: str) -> Issuer:
    """The invented issuer in the place of the state with this code, as documents write it: `D`, `UTO` …"""
    state = canonical_country(code) or code
    letters = next((row[1] for row in COUNTRIES if row[0] == state), "") or _SPECIMENS.get(state, state[:2])
    return Issuer(InventedState(letters))
