"""The answers of a chip's checks (PASS, FAIL or NOT_DONE, a reason code, a sentence), and their overall result."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.text import Message


class AuthenticityAnswer(StrEnum):
    """How one check ended."""

    PASS = "pass"  # noqa: S105  (no password)
    FAIL = "fail"
    NOT_DONE = "not_done"


class Authenticity(StrEnum):
    """The overall result of all checks."""

    GENUINE = "genuine"
    """Everything is in order, up to a country signing certificate that the kit trusts."""
    NOT_GENUINE = "not_genuine"
    """Something is wrong."""
    NO_CSCA = "no_csca"
    """Nothing is wrong, but no country signing certificate here vouches for the signer."""
    INCOMPLETE = "incomplete"
    """Nothing is wrong, but something that matters could not be checked."""


class AuthenticityReason(StrEnum):
    """Why a check has its answer."""

    SOUND = "sound"
    MALFORMED = "malformed"
    STRUCTURE = "structure"
    NOT_REACHED = "not_reached"
    DIGESTS_MATCH = "digests_match"
    CONTENT_ALTERED = "content_altered"
    GROUP_ALTERED = "group_altered"
    GROUP_UNSIGNED = "group_unsigned"
    NO_GROUPS = "no_groups"
    SIGNED = "signed"
    SIGNATURE_WRONG = "signature_wrong"
    NO_SIGNER = "no_signer"
    KEY_UNUSABLE = "key_unusable"
    STATE_MATCHES = "state_matches"
    STATE_DIFFERS = "state_differs"
    STATE_UNKNOWN = "state_unknown"
    VALID_AT_ISSUE = "valid_at_issue"
    VALID_NOW = "valid_now"
    NOT_VALID_AT_ISSUE = "not_valid_at_issue"
    CSCA_NOT_VALID_AT_ISSUE = "csca_not_valid_at_issue"
    ISSUE_UNKNOWN = "issue_unknown"
    CHAINED = "chained"
    CHAINED_UNVOUCHED = "chained_unvouched"
    """Up to a certificate for which only the list that brought it vouches; headquarters accepted that list."""
    SIGNER_FORGED = "signer_forged"
    OTHER_STATE = "other_state"
    NO_CSCA_KEY = "no_csca_key"
    NO_CSCA_STATE = "no_csca_state"
    NOT_REVOKED = "not_revoked"
    REVOKED = "revoked"
    NO_CRL = "no_crl"
    CRL_EXPIRED = "crl_expired"
    NOT_OFFERED = "not_offered"
    PROVED = "proved"
    """The chip showed that it has a key that cannot be copied."""
    UNPROVED = "unproved"
    """It tried, and does not have the key."""
    PROOF_WITHHELD = "proof_withheld"
    """The issuer signed that it can prove itself; it does not."""
    PROOF_INCOMPLETE = "proof_incomplete"
    """It answered, but no answer is a whole proof, right or wrong."""
    OFFERS_AGREE = "offers_agree"
    OFFERS_HIDDEN = "offers_hidden"
    """The issuer signed an offer that the chip did not make: somebody may have removed it."""
    UNREAD = "unread"
    FORBIDDEN = "forbidden"
    """The chip opened, but gives it only to terminals that its issuer authorised."""
    NOT_UNDERSTOOD = "not_understood"
    """It was read, but this kit cannot make out what it says."""
    KNOWN_DEVIATION = "known_deviation"
    """Not as the standard asks, but as this issuer is known to make its documents, and the document is the issuer's."""
    DEVIATION_UNPROVED = "deviation_unproved"
    """The same, but nothing here proves that the document is the issuer's."""


@dataclass(frozen=True, slots=True)
class AuthenticityCheck:
    """One check's answer."""

    name: str
    """Of passive authentication `structure`, `digests`, `signature`, `state`, `validity`, `chain`, `revocation`;
    of the chip itself `complete`, `offers`, `mapping` (PACE-CAM), `active` and `chip` authentication."""
    answer: AuthenticityAnswer
    reason: AuthenticityReason
    says: Message
    """One sentence for the officer, without a full stop."""


_NO_CSCA = frozenset({AuthenticityReason.NO_CSCA_KEY, AuthenticityReason.NO_CSCA_STATE})
_UNREAD = frozenset(
    {
        AuthenticityReason.NOT_REACHED,
        AuthenticityReason.NO_SIGNER,
        AuthenticityReason.KEY_UNUSABLE,
        AuthenticityReason.PROOF_INCOMPLETE,
        AuthenticityReason.UNREAD,
        AuthenticityReason.FORBIDDEN,
        AuthenticityReason.NOT_UNDERSTOOD,
    }
)
TOLERATED = frozenset(
    {
        AuthenticityReason.NO_CRL,
        AuthenticityReason.CRL_EXPIRED,
        AuthenticityReason.STATE_UNKNOWN,
        AuthenticityReason.NOT_OFFERED,
    }
)
"""Reasons that do not change the outcome of GENUINE: most states' revocation lists reach no kit, and a chip need not be
able to prove itself."""


def overall_authenticity(checks: Sequence[AuthenticityCheck]) -> Authenticity:
    """The overall result: any FAIL decides, then a missing country signing certificate, then what was not done."""
    if any(check.answer is AuthenticityAnswer.FAIL for check in checks):
        return Authenticity.NOT_GENUINE
    undone = {check.reason for check in checks if check.answer is AuthenticityAnswer.NOT_DONE}
    if undone & _NO_CSCA and not undone & _UNREAD:
        return Authenticity.NO_CSCA
    return Authenticity.INCOMPLETE if undone - TOLERATED else Authenticity.GENUINE
