"""One record of a stolen-document list (SLTD), as the issuing country reports it.

Identity: cleaned number + issuing country + document type. SLTD holds no personal data (domain.md).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Fraud(StrEnum):
    """Why a document is on the list. Never updated: a record is deleted and created anew."""

    STOLEN = "stolen"
    LOST = "lost"
    STOLEN_BLANK = "stolen_blank"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A stolen, lost or revoked document, or a range of stolen blanks."""

    number: str
    """Cleaned: [A-Z0-9], 5 to 25 characters."""
    country: str
    """Canonical three-letter code of the issuing country."""
    type: str
    """Type code: PAS, DIP, IDC, VSA … (`data.documents.types`)."""
    fraud: Fraud
    theft_date: date | None = None
    theft_country: str = ""
    """Mandatory except for stolen blanks."""
    issued: date | None = None
    expires: date | None = None
    review: date | None = None
    batch: str = ""
    reference: str = ""
    note: str = ""
    number_to: str = ""
    """Last number of a range of stolen blanks that begins with `number`; empty for a single document."""

    @property
    def record(self) -> str:
        """Identity of the record within its list."""
        return "-".join(filter(None, (self.country, self.type, self.number, self.number_to)))
