"""What PACE-CAM proved: the chip's factor held against its own key, which the issuer signed in EF.CardSecurity.

Doc 9303-11, 4.4.3.5 and 4.4.3.6; Doc 9303-10, 3.11.4.
"""

from datetime import datetime

from data.certificates.keys import EcKey
from data.certificates.malformed import Malformed
from data.certificates.trust_store import TrustStore
from devices.chip.authenticity import Answer, Check, Reason
from devices.chip.lds.card_security import CardSecurity, read_card_security
from devices.chip.lds.chip_keys import read_chip_key
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION_KEY, SecurityInfo
from devices.chip.pace.proof import ChipProof
from devices.chip.signer import judge_chain, judge_revocation, judge_validity

_NAME = "mapping"


def judge_mapping(proof: ChipProof | None, card_security: bytes, trust: TrustStore, now: datetime) -> Check:
    """Whether the chip of a PACE-CAM session is the one that its issuer signed; never raises over the chip's bytes."""
    if proof is None:
        says = "The chip spoke PACE-CAM and did not bring the proof that belongs to it."
        return Check(_NAME, Answer.FAIL, Reason.PROOF_WITHHELD, says)
    if not card_security:
        says = "The chip's proof cannot be judged: it does not give EF.CardSecurity."
        return Check(_NAME, Answer.NOT_DONE, Reason.UNREAD, says)
    try:
        security = read_card_security(card_security)
        if not any(_holds(proof, info) for info in security.infos if info.is_of(CHIP_AUTHENTICATION_KEY)):
            says = "The chip does not hold the key it was issued with: it is a copy."
            return Check(_NAME, Answer.FAIL, Reason.UNPROVED, says)
        return _signed(security, trust, now)
    except Malformed as problem:
        return Check(_NAME, Answer.FAIL, Reason.MALFORMED, f"{problem.what}.")


def _holds(proof: ChipProof, info: SecurityInfo) -> bool:
    try:
        key = read_chip_key(info.key_info)
        return isinstance(key, EcKey) and proof.holds(key)
    except Malformed:
        return False  # a key over another curve is not the one of this session


def _signed(security: CardSecurity, trust: TrustStore, now: datetime) -> Check:
    """The key itself must be the issuer's: the signature and all that vouches for its signer."""
    signed = security.signed
    signer = signed.signer_certificate
    if signed.faults:
        return Check(_NAME, Answer.FAIL, Reason.STRUCTURE, f"EF.CardSecurity: {'; '.join(signed.faults)}.")
    if signer is None:
        says = "EF.CardSecurity does not bring its signer's certificate."
        return Check(_NAME, Answer.NOT_DONE, Reason.NO_SIGNER, says)
    if not (signed.digest_holds and signed.signature_holds(signer)):
        says = "EF.CardSecurity is not what the issuer signed."
        return Check(_NAME, Answer.FAIL, Reason.SIGNATURE_WRONG, says)
    chained, anchor = judge_chain(signer, trust)
    vouching = (
        chained,
        judge_validity(signer, anchor, signed.signer.signing_time, None, now),
        judge_revocation(signer, trust, now),
    )
    for wanted, reasons in ((Answer.FAIL, ()), (Answer.NOT_DONE, (Reason.NO_CRL, Reason.CRL_EXPIRED))):
        for check in vouching:
            if check.answer is wanted and check.reason not in reasons:
                return Check(_NAME, check.answer, check.reason, check.says)
    return Check(_NAME, Answer.PASS, Reason.PROVED, "The chip proved itself in opening (PACE-CAM): it is no copy.")
