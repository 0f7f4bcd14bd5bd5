"""Who signs a chip, rightly or wrongly: the document signers of an invented state, one for each fault of a signer."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from devices.simulated.chip.faults import Fault
from devices.simulated.chip.pki.certificates import Authority, Validity
from devices.simulated.chip.pki.state import InventedState
from devices.simulated.chip.profile import Profile

EXPIRED, REVOKED, NOT_YET = 102, 103, 104
"""Serial numbers of the signers that should not sign."""
_YEARS = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Issuer:
    """An invented state with its good signer and its bad ones."""

    state: InventedState

    def signer_for(self, profile: Profile, issued: date) -> Authority:
        """The signer that signs a chip of this profile; its validity fits, or misfits, the day of issue."""
        day = datetime.combine(issued, time(12), UTC)
        if profile.has(Fault.SIGNER_EXPIRED):
            over = Validity(day - timedelta(days=400), day - timedelta(days=30))
            return self.state.document_signer("DS expired", over, EXPIRED)
        if profile.has(Fault.SIGNER_NOT_YET_VALID):
            later = Validity(day + timedelta(days=30), day + _YEARS)
            return self.state.document_signer("DS not yet", later, NOT_YET)
        if profile.has(Fault.SIGNER_REVOKED):
            return self.state.document_signer("DS revoked", serial=REVOKED)
        if profile.has(Fault.UNKNOWN_CSCA):
            return self._unpublished.signer
        if profile.has(Fault.SIGNER_FORGED):
            return self._forged
        if profile.has(Fault.SIGNATURE_WRONG):
            return replace(self.state.signer, key=self.state.key("nobody's"))
        return self.state.signer

    def published(self, at: datetime) -> tuple[bytes, bytes]:
        """What the state makes known: its country signing certificate and its revocation list of that day."""
        return self.state.csca.der, self.state.revocations([REVOKED], at)

    @cached_property
    def _unpublished(self) -> InventedState:
        return replace(self.state, seed=f"{self.state.seed} unpublished")

    @cached_property
    def _forged(self) -> Authority:
        """Made by nobody's key in the state's name, pointing at the state's own key."""
        return self.state.forged_signer(self._unpublished)
