"""What vouches for the signer of a document: its state, its validity, its chain, its revocation list."""

from datetime import UTC, date, datetime, time

from data.certificates.certificate import Certificate
from data.certificates.trust_store import ChainStatus, TrustAnchor, TrustStore, find_chain, state_of
from data.documents.code_tables import country_name
from data.text import Message, _
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason

_MAY_SIGN_FOR = {
    "HKG": frozenset({"CHN"}),
    "MAC": frozenset({"CHN"}),
    "BMU": frozenset({"GBR"}),
    "UNO": frozenset({"UNA"}),
    "ZZ": frozenset({"UNO", "UNA"}),
}
"""Authorities whose documents name another issuer: regions for their state, the UN for its agencies (Doc 9303-3,
section 5; the UN's certificates say UN or ZZ)."""


def judge_state(signer: Certificate, issuer: str) -> AuthenticityCheck:
    """Whether the signer belongs to the state that the document names (Doc 9303-12, 7.1.1)."""
    theirs, ours = state_of(signer.country), state_of(issuer)
    if not (theirs and ours):
        return AuthenticityCheck(
            "state",
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.STATE_UNKNOWN,
            _("The signer's or the document's state is not known"),
        )
    if ours == theirs or ours in _MAY_SIGN_FOR.get(theirs, ()):
        return AuthenticityCheck(
            "state",
            AuthenticityAnswer.PASS,
            AuthenticityReason.STATE_MATCHES,
            _("Signed for {state}", state=country_name(ours)),
        )
    says = _(
        "A signer of {signer} cannot sign a document of {issuer}", signer=_state(signer.country), issuer=_state(issuer)
    )
    return AuthenticityCheck("state", AuthenticityAnswer.FAIL, AuthenticityReason.STATE_DIFFERS, says)


def judge_validity(
    signer: Certificate, anchor: TrustAnchor | None, signed: datetime | None, issued: date | None, now: datetime
) -> AuthenticityCheck:
    """Whether the signer was valid when the document was made, and its own issuer when it was certified.

    The moment is the signed time, or else the date of issue. Without either, a signer that is valid today was valid
    when it signed; one that has expired cannot be judged.
    """
    name = "validity"
    csca = anchor.certificate if anchor else None
    if csca is not None and not csca.covers(signer.not_before):
        says = _(
            "The country signing certificate was not valid on {date}, when the signer was certified",
            date=f"{signer.not_before:%Y-%m-%d}",
        )
        return AuthenticityCheck(name, AuthenticityAnswer.FAIL, AuthenticityReason.CSCA_NOT_VALID_AT_ISSUE, says)
    moment = signed or (datetime.combine(issued, time(12), UTC) if issued else None)
    span = _("{first} to {last}", first=f"{signer.not_before:%Y-%m-%d}", last=f"{signer.not_after:%Y-%m-%d}")
    if moment is None:
        if signer.covers(now):
            return AuthenticityCheck(
                name,
                AuthenticityAnswer.PASS,
                AuthenticityReason.VALID_NOW,
                _("The signer is valid today ({dates})", dates=span),
            )
        says = _("The date of signing is not known, and the signer is not valid today ({dates})", dates=span)
        return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.ISSUE_UNKNOWN, says)
    valid = signer.covers(moment) if signed else signer.not_before.date() <= moment.date() <= signer.not_after.date()
    if valid:
        return AuthenticityCheck(
            name,
            AuthenticityAnswer.PASS,
            AuthenticityReason.VALID_AT_ISSUE,
            _("The signer was valid on {date} ({dates})", date=f"{moment:%Y-%m-%d}", dates=span),
        )
    says = _(
        "The document was signed on {date}, outside the signer's validity ({dates})",
        date=f"{moment:%Y-%m-%d}",
        dates=span,
    )
    return AuthenticityCheck(name, AuthenticityAnswer.FAIL, AuthenticityReason.NOT_VALID_AT_ISSUE, says)


def judge_chain(signer: Certificate, store: TrustStore) -> tuple[AuthenticityCheck, TrustAnchor | None]:
    """Whether a country signing certificate of the kit issued the signer, and which."""
    state = _state(signer.country)
    chain = find_chain(signer, store)
    answer, reason, says = {
        ChainStatus.ISSUED: (
            AuthenticityAnswer.PASS,
            AuthenticityReason.CHAINED,
            _("The signer was issued by {state}", state=state),
        ),
        ChainStatus.FORGED: (
            AuthenticityAnswer.FAIL,
            AuthenticityReason.SIGNER_FORGED,
            _("The signer names a key of {state} that did not issue it", state=state),
        ),
        ChainStatus.OTHER_STATE: (
            AuthenticityAnswer.FAIL,
            AuthenticityReason.OTHER_STATE,
            _("The signer names {state}, but another state issued it", state=state),
        ),
        ChainStatus.NO_KEY: (
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NO_CSCA_KEY,
            _("No certificate of {state} in this kit issued the signer", state=state),
        ),
        ChainStatus.NO_STATE: (
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NO_CSCA_STATE,
            _("This kit has no signing certificate of {state}", state=state),
        ),
    }[chain.status]
    anchor = chain.anchor if chain.status is ChainStatus.ISSUED else None
    if anchor is not None and not anchor.vouched:
        reason = AuthenticityReason.CHAINED_UNVOUCHED
        says = _("The signer was issued by {state}, by a certificate that only its own list vouches for", state=state)
    return AuthenticityCheck("chain", answer, reason, says), anchor


def judge_revocation(signer: Certificate, store: TrustStore, now: datetime) -> AuthenticityCheck:
    """Whether the state revoked the signer. A list that is out of date still counts if it names the signer."""
    name = "revocation"
    revocations = store.revocations_for(signer)
    if revocations is None:
        says = _("This kit has no revocation list of {state} for this signer", state=_state(signer.country))
        return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.NO_CRL, says)
    if revoked := revocations.revoked.get(signer.serial):
        says = _("The signer was revoked on {date} ({reason})", date=f"{revoked.at:%Y-%m-%d}", reason=revoked.reason)
        return AuthenticityCheck(name, AuthenticityAnswer.FAIL, AuthenticityReason.REVOKED, says)
    day = f"{revocations.this_update:%Y-%m-%d}"
    if not revocations.is_current(now):
        says = _("The signer is not on the revocation list of {date}, but that list is out of date", date=day)
        return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.CRL_EXPIRED, says)
    return AuthenticityCheck(
        name,
        AuthenticityAnswer.PASS,
        AuthenticityReason.NOT_REVOKED,
        _("The signer is not on the revocation list of {date}", date=day),
    )


def _state(country: str) -> Message:
    return country_name(country) if country else _("a state that it does not name")
