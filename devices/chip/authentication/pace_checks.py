"""What of PACE can be judged once the chip is read (Doc 9303-11, 4.4.3.5 and 4.4.3.6; Doc 9303-10, 3.11.4).

- Whether the chip offered all that its issuer signed: EF.CardAccess, which nothing signs, against DG14, which is
  signed. Who stands between reader and chip may take an offer away so that a weaker protocol is used.
- What PACE-CAM proved: the chip's factor is held against its own key, which the issuer signed in EF.CardSecurity.
"""

from collections.abc import Sequence
from datetime import datetime

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey
from data.certificates.trust_store import TrustStore
from devices.chip.authentication.document_signer import judge_chain, judge_revocation, judge_validity
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.lds.card_security import CardSecurity, read_card_security
from devices.chip.lds.chip_keys import read_chip_key
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION_KEY, PACE, SecurityInfo
from devices.chip.pace.protocol import MappingProof

_OFFERS = "offers"

_MAPPING = "mapping"


def judge_pace_offers(offered: Sequence[SecurityInfo], dg14: Dg14 | None) -> AuthenticityCheck:
    """The offers of PACE in EF.CardAccess (`offered`, empty where there is none) against those that were signed."""
    signed = {(info.protocol, info.parameter) for info in dg14.offers(PACE)} if dg14 else set()
    if not signed:
        return AuthenticityCheck(
            _OFFERS,
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NOT_OFFERED,
            "The issuer did not sign which protocols the chip offers.",
        )
    hidden = signed - {(info.protocol, info.parameter) for info in offered}
    if hidden:
        says = "The issuer signed a way of opening the chip that the chip did not offer."
        return AuthenticityCheck(_OFFERS, AuthenticityAnswer.FAIL, AuthenticityReason.OFFERS_HIDDEN, says)
    return AuthenticityCheck(
        _OFFERS, AuthenticityAnswer.PASS, AuthenticityReason.OFFERS_AGREE, "The chip offers what its issuer signed."
    )


def judge_pace_mapping(
    proof: MappingProof | None, card_security: bytes, trust: TrustStore, now: datetime
) -> AuthenticityCheck:
    """Whether the chip of a PACE-CAM session is the one that its issuer signed; never raises over the chip's bytes."""
    if proof is None:
        says = "The chip spoke PACE-CAM and did not bring the proof that belongs to it."
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD, says)
    if not card_security:
        says = "The chip's proof cannot be judged: it does not give EF.CardSecurity."
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD, says)
    try:
        security = read_card_security(card_security)
        if not any(_holds(proof, info) for info in security.infos if info.is_of(CHIP_AUTHENTICATION_KEY)):
            says = "The chip does not hold the key it was issued with: it is a copy."
            return AuthenticityCheck(_MAPPING, AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED, says)
        return _judge_issuer_signature(security, trust, now)
    except Malformed as problem:
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.FAIL, AuthenticityReason.MALFORMED, f"{problem.what}.")


def _holds(proof: MappingProof, info: SecurityInfo) -> bool:
    try:
        key = read_chip_key(info.key_info)
        return isinstance(key, EcKey) and proof.holds(key)
    except Malformed:
        return False  # a key over another curve is not the one of this session


def _judge_issuer_signature(security: CardSecurity, trust: TrustStore, now: datetime) -> AuthenticityCheck:
    """The key itself must be the issuer's: the signature and all that vouches for its signer."""
    signed = security.signed
    signer = signed.signer_certificate
    if signed.faults:
        return AuthenticityCheck(
            _MAPPING,
            AuthenticityAnswer.FAIL,
            AuthenticityReason.STRUCTURE,
            f"EF.CardSecurity: {'; '.join(signed.faults)}.",
        )
    if signer is None:
        says = "EF.CardSecurity does not bring its signer's certificate."
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.NOT_DONE, AuthenticityReason.NO_SIGNER, says)
    if not (signed.digest_holds and signed.signature_holds(signer)):
        says = "EF.CardSecurity is not what the issuer signed."
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.FAIL, AuthenticityReason.SIGNATURE_WRONG, says)
    chain_check, anchor = judge_chain(signer, trust)
    vouching = (
        chain_check,
        judge_validity(signer, anchor, signed.signer.signing_time, None, now),
        judge_revocation(signer, trust, now),
    )
    for wanted, reasons in (
        (AuthenticityAnswer.FAIL, ()),
        (AuthenticityAnswer.NOT_DONE, (AuthenticityReason.NO_CRL, AuthenticityReason.CRL_EXPIRED)),
    ):
        for check in vouching:
            if check.answer is wanted and check.reason not in reasons:
                return AuthenticityCheck(_MAPPING, check.answer, check.reason, check.says)
    return AuthenticityCheck(
        _MAPPING,
        AuthenticityAnswer.PASS,
        AuthenticityReason.PROVED,
        "The chip proved itself in opening (PACE-CAM): it is no copy.",
    )
