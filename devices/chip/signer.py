"""What vouches for the signer of a document: its state, its validity, its chain, its revocation list."""

from datetime import UTC, date, datetime, time

from data.certificates.certificate import Certificate
from data.certificates.chain import Link, chain
from data.certificates.trust_store import Anchor, TrustStore, state_of
from data.documents.countries import name_of
from devices.chip.authenticity import Answer, Check, Reason

_MAY_SIGN_FOR = {
    "HKG": frozenset({"CHN"}),
    "MAC": frozenset({"CHN"}),
    "BMU": frozenset({"GBR"}),
    "UNO": frozenset({"UNA"}),
    "ZZ": frozenset({"UNO", "UNA"}),
}
"""Authorities that sign documents naming another issuer: regions for their state, the UN for its agencies (Doc 9303-3,
section 5; the UN's certificates say UN or ZZ)."""


def judge_state(signer: Certificate, issuer: str) -> Check:
    """Whether the signer belongs to the state that the document names (Doc 9303-12, 7.1.1)."""
    theirs, ours = state_of(signer.country), state_of(issuer)
    if not (theirs and ours):
        return Check(
            "state", Answer.NOT_DONE, Reason.STATE_UNKNOWN, "The signer's or the document's state is not known."
        )
    if ours == theirs or ours in _MAY_SIGN_FOR.get(theirs, ()):
        return Check("state", Answer.PASS, Reason.STATE_MATCHES, f"Signed for {name_of(ours)}.")
    says = f"A signer of {_state(signer.country)} cannot sign a document of {_state(issuer)}."
    return Check("state", Answer.FAIL, Reason.STATE_DIFFERS, says)


def judge_validity(
    signer: Certificate, anchor: Anchor | None, signed: datetime | None, issued: date | None, now: datetime
) -> Check:
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
        return Check(name, Answer.FAIL, Reason.CSCA_NOT_VALID_AT_ISSUE, says)
    moment = signed or (datetime.combine(issued, time(12), UTC) if issued else None)
    span = f"{signer.not_before:%Y-%m-%d} to {signer.not_after:%Y-%m-%d}"
    if moment is None:
        if signer.covers(now):
            return Check(name, Answer.PASS, Reason.VALID_NOW, f"The signer is valid today ({span}).")
        says = f"When the document was signed is not known, and today its signer is not valid ({span})."
        return Check(name, Answer.NOT_DONE, Reason.ISSUE_UNKNOWN, says)
    valid = signer.covers(moment) if signed else signer.not_before.date() <= moment.date() <= signer.not_after.date()
    if valid:
        return Check(name, Answer.PASS, Reason.VALID_AT_ISSUE, f"The signer was valid on {moment:%Y-%m-%d} ({span}).")
    says = f"The document was signed on {moment:%Y-%m-%d}, outside the signer's validity ({span})."
    return Check(name, Answer.FAIL, Reason.NOT_VALID_AT_ISSUE, says)


def judge_chain(signer: Certificate, store: TrustStore) -> tuple[Check, Anchor | None]:
    """Whether a country signing certificate of the kit issued the signer, and which."""
    state = _state(signer.country)
    found = chain(signer, store)
    answers = {
        Link.ISSUED: (Answer.PASS, Reason.CHAINED, f"The signer was issued by {state}"),
        Link.FORGED: (Answer.FAIL, Reason.SIGNER_FORGED, f"The signer claims a key of {state} that did not issue it"),
        Link.OTHER_STATE: (Answer.FAIL, Reason.OTHER_STATE, f"The signer says {state}, but another state issued it"),
        Link.NO_KEY: (Answer.NOT_DONE, Reason.NO_CSCA_KEY, f"No certificate of {state} here issued the signer"),
        Link.NO_STATE: (Answer.NOT_DONE, Reason.NO_CSCA_STATE, f"This kit has no signing certificate of {state}"),
    }  # fmt: skip
    answer, reason, says = answers[found.link]
    return Check("chain", answer, reason, f"{says}."), found.anchor if found.link is Link.ISSUED else None


def judge_revocation(signer: Certificate, store: TrustStore, now: datetime) -> Check:
    """Whether the state took the signer back. A list that is out of date still counts where it names the signer."""
    name = "revocation"
    revocations = store.revocations_for(signer)
    if revocations is None:
        says = f"This kit has no revocation list of {_state(signer.country)} for this signer."
        return Check(name, Answer.NOT_DONE, Reason.NO_CRL, says)
    if revoked := revocations.revoked.get(signer.serial):
        says = f"The signer was revoked on {revoked.at:%Y-%m-%d} ({revoked.reason})."
        return Check(name, Answer.FAIL, Reason.REVOKED, says)
    day = f"{revocations.this_update:%Y-%m-%d}"
    if not revocations.is_current(now):
        says = f"The signer is not on the revocation list of {day}, but that list is out of date."
        return Check(name, Answer.NOT_DONE, Reason.CRL_EXPIRED, says)
    return Check(name, Answer.PASS, Reason.NOT_REVOKED, f"The signer is not on the revocation list of {day}.")


def _state(country: str) -> str:
    return name_of(country) if country else "a state it does not name"
