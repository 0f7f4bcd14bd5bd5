"""Who sealed a paper: the signature, the signer's certificate, what vouches for it; each answered by itself.

- PASS, FAIL or NOT DONE: a signer's certificate that this kit lacks is not the same as a wrong signature.
- A certificate in a seal or in a list vouches for nothing without a country signing certificate above it.
- Imported only where there is a seal: it loads all that reads certificates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.malformed import Malformed
from data.certificates.trust_store import TrustStore
from data.documents.code_tables import country_name
from data.documents.seals.open_seal import OpenSeal
from data.documents.seals.seal import Seal
from data.documents.seals.signature import verify_seal_signature
from data.text import Message, _
from devices.chip.authentication.document_signer import judge_chain, judge_revocation, judge_state, judge_validity
from devices.chip.authenticity import (
    TOLERATED,
    Authenticity,
    AuthenticityAnswer,
    AuthenticityCheck,
    AuthenticityReason,
    overall_authenticity,
)


@dataclass(frozen=True, slots=True)
class SealJudgement:
    """What is known of a seal's signer."""

    checks: tuple[AuthenticityCheck, ...]

    @property
    def outcome(self) -> Authenticity:
        """The overall answer of all checks."""
        return overall_authenticity(self.checks)

    @property
    def deciding_check(self) -> AuthenticityCheck:
        """The check that the outcome rests on: the first that failed, else the first not done, else the signature."""
        order = (AuthenticityAnswer.FAIL, AuthenticityAnswer.NOT_DONE)
        ranked = [
            check
            for answer in order
            for check in self.checks
            if check.answer is answer and check.reason not in TOLERATED
        ]
        return ranked[0] if ranked else self.checks[0]


def judge_seal(seal: Seal, store: TrustStore, now: datetime) -> SealJudgement:
    """The judgement of a seal in binary form, whose signer's certificate must be in the kit's trust lists."""
    header = seal.header
    serials = {int(reference, 16) for reference in header.references}
    signers = store.seal_signers(header.signer_state, header.signer, serials)
    if not signers:
        name = f"{header.signer_state}{header.signer} {header.references[0]}"
        says = _("This kit has no certificate for the signer {signer}", signer=name)
        return SealJudgement(
            (AuthenticityCheck("signature", AuthenticityAnswer.NOT_DONE, AuthenticityReason.NO_SIGNER, says),)
        )
    signature, signer = _signature(signers, seal.signature, seal.covered)
    return _judge_signer(signature, signer, header.issuer, header.signed, store, now)


def judge_open_seal(seal: OpenSeal, store: TrustStore, now: datetime) -> SealJudgement:
    """The judgement of a seal in JSON, which brings its signer's certificate along."""
    try:
        signer = read_certificate(seal.certificate)
    except Malformed:
        says = _("The certificate in the seal cannot be read")
        return SealJudgement(
            (AuthenticityCheck("signature", AuthenticityAnswer.FAIL, AuthenticityReason.MALFORMED, says),)
        )
    signature = _signature((signer,), seal.signature, seal.covered)[0]
    return _judge_signer(signature, signer, seal.issuer, None, store, now)


def _signature(
    signers: tuple[Certificate, ...], signature: bytes, covered: bytes
) -> tuple[AuthenticityCheck, Certificate]:
    """The answer, and the certificate whose key made the signature; the first if none did."""
    unusable = None
    for signer in signers:
        try:
            if verify_seal_signature(signer, signature, covered):
                says = _("The signature is the signer's own")
                return AuthenticityCheck("signature", AuthenticityAnswer.PASS, AuthenticityReason.SIGNED, says), signer
        except Malformed as problem:
            unusable = problem
    if unusable is not None:
        says = _("The signer's key cannot be used: {problem}", problem=unusable.what)
        check = AuthenticityCheck("signature", AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE, says)
        return check, signers[0]
    says = _("The signature is wrong: the seal was changed, or was not made by the issuer")
    return AuthenticityCheck("signature", AuthenticityAnswer.FAIL, AuthenticityReason.SIGNATURE_WRONG, says), signers[0]


def _judge_signer(
    signature: AuthenticityCheck,
    signer: Certificate,
    issuer: str,
    signed: date | None,
    store: TrustStore,
    now: datetime,
) -> SealJudgement:
    return SealJudgement(tuple(_checks(signature, signer, issuer, signed, store, now)))


def _checks(
    signature: AuthenticityCheck,
    signer: Certificate,
    issuer: str,
    signed: date | None,
    store: TrustStore,
    now: datetime,
) -> Iterator[AuthenticityCheck]:
    yield signature
    chain, anchor = judge_chain(signer, store)
    yield chain
    yield judge_state(signer, issuer)
    yield judge_validity(signer, anchor, None, signed, now)
    if signed is not None and datetime.combine(signed, time(), UTC) > now:
        says = _("The seal says that it was made on {date}, which is in the future", date=str(signed))
        yield AuthenticityCheck("validity", AuthenticityAnswer.FAIL, AuthenticityReason.NOT_VALID_AT_ISSUE, says)
    yield judge_revocation(signer, store, now)


def issuer_name(code: str) -> Message:
    """The name of the state in a seal."""
    return country_name(code) if code else _("a state that it does not name")
