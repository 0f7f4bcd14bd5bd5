"""What vouches for the signer of a document: its state, its validity, its chain, its revocation list."""

from datetime import UTC, date, datetime, time

from data.certificates.certificate import Certificate
from data.certificates.trust_store import ChainStatus, TrustAnchor, TrustStore, find_chain, state_of
from data.documents.code_tables import country_name
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason

_MAY_SIGN_FOR = {
    "HKG": frozenset({"CHN"}),
    "MAC": frozenset({"CHN"}),
    "BMU": frozenset({"GBR"}),
    "UNO": frozenset({"UNA"}),
    "ZZ": frozenset({"UNO", "UNA"}),
}
"""Authorities that sign documents naming another issuer: regions for their state, the UN for its agencies (Doc 9303-3,
section 5; the UN's certificates say UN or ZZ)."""


def judge_state(signer: Certificate, issuer: str) -> AuthenticityCheck:
    """Whether the signer belongs to the state that the document names (Doc 9303-12, 7.1.1)."""
    theirs, ours = state_of(signer.country), state_of(issuer)
    if not (theirs and ours):
        return AuthenticityCheck(
            "state",
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.STATE_UNKNOWN,
            "The signer's or the document's state is not known.",
        )
    if ours == theirs or ours in _MAY_SIGN_FOR.get(theirs, ()):
        return AuthenticityCheck(
            "state", AuthenticityAnswer.PASS, AuthenticityReason.STATE_MATCHES, f"Signed for {country_name(ours)}."
        )
    says = f"A signer of {_state(signer.country)} cannot sign a document of {_state(issuer)}."
    return AuthenticityCheck("state", AuthenticityAnswer.FAIL, AuthenticityReason.STATE_DIFFERS, says)


def judge_validity(
    signer: Certificate, anchor: TrustAnchor | None, signed: datetime | None, issued: date | None, now: datetime
) -> AuthenticityCheck:
    """Whether the signer was valid when the document was made, and its own issuer when it was certified.

    The moment is the signed time, else the date of issue. Without either a signer that is valid today has been so ever
    since it signed; one that has expired since cannot be judged.
    """
    name = "validity"
    csca = anchor.certificate if anchor else None
    if csca is not None and not csca.covers(signer.not_before):
        says = (
            f"The country signing certificate was not valid on {signer.not_before:%Y-%m-%d}, when the signer was made."
        )
        return AuthenticityCheck(name, AuthenticityAnswer.FAIL, AuthenticityReason.CSCA_NOT_VALID_AT_ISSUE, says)
    moment = signed or (datetime.combine(issued, time(12), UTC) if issued else None)
    span = f"{signer.not_before:%Y-%m-%d} to {signer.not_after:%Y-%m-%d}"
    if moment is None:
        if signer.covers(now):
            return AuthenticityCheck(
                name, AuthenticityAnswer.PASS, AuthenticityReason.VALID_NOW, f"The signer is valid today ({span})."
            )
        says = f"When the document was signed is not known, and today its signer is not valid ({span})."
        return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.ISSUE_UNKNOWN, says)
    valid = signer.covers(moment) if signed else signer.not_before.date() <= moment.date() <= signer.not_after.date()
    if valid:
        return AuthenticityCheck(
            name,
            AuthenticityAnswer.PASS,
            AuthenticityReason.VALID_AT_ISSUE,
            f"The signer was valid on {moment:%Y-%m-%d} ({span}).",
        )
    says = f"The document was signed on {moment:%Y-%m-%d}, outside the signer's validity ({span})."
    return AuthenticityCheck(name, AuthenticityAnswer.FAIL, AuthenticityReason.NOT_VALID_AT_ISSUE, says)


def judge_chain(signer: Certificate, store: TrustStore) -> tuple[AuthenticityCheck, TrustAnchor | None]:
    """Whether a country signing certificate of the kit issued the signer, and which."""
    state = _state(signer.country)
    chain = find_chain(signer, store)
    answer, reason, says = {
        ChainStatus.ISSUED: (AuthenticityAnswer.PASS, AuthenticityReason.CHAINED, f"The signer was issued by {state}"),
        ChainStatus.FORGED: (
            AuthenticityAnswer.FAIL,
            AuthenticityReason.SIGNER_FORGED,
            f"The signer claims a key of {state} that did not issue it",
        ),
        ChainStatus.OTHER_STATE: (
            AuthenticityAnswer.FAIL,
            AuthenticityReason.OTHER_STATE,
            f"The signer says {state}, but another state issued it",
        ),
        ChainStatus.NO_KEY: (
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NO_CSCA_KEY,
            f"No certificate of {state} here issued the signer",
        ),
        ChainStatus.NO_STATE: (
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NO_CSCA_STATE,
            f"This kit has no signing certificate of {state}",
        ),
    }[chain.status]
    anchor = chain.anchor if chain.status is ChainStatus.ISSUED else None
    return AuthenticityCheck("chain", answer, reason, f"{says}."), anchor


def judge_revocation(signer: Certificate, store: TrustStore, now: datetime) -> AuthenticityCheck:
    """Whether the state took the signer back. A list that is out of date still counts where it names the signer."""
    name = "revocation"
    revocations = store.revocations_for(signer)
    if revocations is None:
        says = f"This kit has no revocation list of {_state(signer.country)} for this signer."
        return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.NO_CRL, says)
    if revoked := revocations.revoked.get(signer.serial):
        says = f"The signer was revoked on {revoked.at:%Y-%m-%d} ({revoked.reason})."
        return AuthenticityCheck(name, AuthenticityAnswer.FAIL, AuthenticityReason.REVOKED, says)
    day = f"{revocations.this_update:%Y-%m-%d}"
    if not revocations.is_current(now):
        says = f"The signer is not on the revocation list of {day}, but that list is out of date."
        return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.CRL_EXPIRED, says)
    return AuthenticityCheck(
        name,
        AuthenticityAnswer.PASS,
        AuthenticityReason.NOT_REVOKED,
        f"The signer is not on the revocation list of {day}.",
    )


def _state(country: str) -> str:
    return country_name(country) if country else "a state it does not name"
