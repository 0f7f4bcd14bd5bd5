"""The profile of the digital seal on a simulated paper: `seal = { passport = "L898902C3", faults = ["changed"] }`."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from data.documents.barcodes import Symbology


class SealFault(StrEnum):
    """What may be wrong with a seal."""

    CHANGED = "changed"
    """A feature was changed after it was signed."""
    OF_ANOTHER = "of_another"
    """Genuine, but of a paper with another number."""
    SIGNATURE_WRONG = "signature_wrong"
    """Another key than the signer's signed."""
    SIGNER_EXPIRED = "signer_expired"
    """The signer's certificate was no longer valid on the day of sealing."""
    SIGNER_REVOKED = "signer_revoked"
    """The signer's certificate is on its state's revocation list."""
    SIGNER_FORGED = "signer_forged"
    """The signer's certificate names the state's key, which did not issue it."""
    SIGNER_UNKNOWN = "signer_unknown"
    """The state never made this signer's certificate known."""


class SealProfile(BaseModel):
    """One seal; it repeats the zone of the paper that it is printed on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    passport: str = Field("", pattern="^[A-Z0-9]{0,15}$")
    """Number of the passport that a visa or a residence permit belongs to; left out where empty."""
    faults: frozenset[SealFault] = frozenset()
    symbology: Symbology = Symbology.QR
    """The symbology in which it is printed for a camera."""
