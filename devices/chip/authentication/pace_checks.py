"""Checks of PACE that need the chip's files (Doc 9303-11, 4.4.3.5 and 4.4.3.6; Doc 9303-10, 3.11.4).

- Whether the chip offered all that its issuer signed: EF.CardAccess, which is not signed, against DG14, which is.
  Somebody between reader and chip may remove an offer so that a weaker protocol is used.
- Whether PACE-CAM proved the chip: its factor must fit its own key, which the issuer signed in EF.CardSecurity.
"""

from collections.abc import Sequence
from datetime import datetime

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey
from data.certificates.trust_store import TrustStore
from data.text import EMPTY, Message, _, join
from devices.chip.authentication.document_signer import judge_chain, judge_revocation, judge_validity
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.lds.card_security import CardSecurity, read_card_security
from devices.chip.lds.chip_keys import ChipKey, read_chip_key
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION_KEY, PACE, SecurityInfo
from devices.chip.pace.protocol import MappingProof

_OFFERS = "offers"

_MAPPING = "mapping"


def judge_pace_offers(offered: Sequence[SecurityInfo], dg14: Dg14 | None, unread: Message = EMPTY) -> AuthenticityCheck:
    """The offers of PACE in EF.CardAccess (`offered`, empty if there is none) against those that were signed.

    `unread` says why EF.CardAccess is unknown: then nothing shows that an offer was removed.
    """
    signed = {(info.protocol, info.parameter) for info in dg14.offers(PACE)} if dg14 else set()
    if not signed:
        return AuthenticityCheck(
            _OFFERS,
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NOT_OFFERED,
            _("The issuer did not sign which protocols the chip offers"),
        )
    hidden = signed - {(info.protocol, info.parameter) for info in offered}
    if hidden and unread:
        says = _("It is unknown what the chip offers: EF.CardAccess cannot be read: {problem}", problem=unread)
        return AuthenticityCheck(_OFFERS, AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD, says)
    if hidden:
        says = _("The issuer signed a protocol that the chip did not offer")
        return AuthenticityCheck(_OFFERS, AuthenticityAnswer.FAIL, AuthenticityReason.OFFERS_HIDDEN, says)
    return AuthenticityCheck(
        _OFFERS, AuthenticityAnswer.PASS, AuthenticityReason.OFFERS_AGREE, _("The chip offers what its issuer signed")
    )


def judge_pace_mapping(
    proof: MappingProof | None, card_security: bytes, trust: TrustStore, now: datetime, unread: Message = EMPTY
) -> AuthenticityCheck:
    """Whether the chip of a PACE-CAM session is the one that its issuer signed; never raises for the chip's bytes.

    `unread` says why there is no EF.CardSecurity.
    """
    if proof is None:
        says = _("The chip used PACE-CAM, but did not give the proof that belongs to it")
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD, says)
    if not card_security:
        says = _("The chip's proof cannot be checked: it does not give EF.CardSecurity")
        if unread:
            says = _("The chip's proof cannot be checked: {problem}", problem=unread)
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD, says)
    try:
        security = read_card_security(card_security)
        keys = [_read_key(info) for info in security.infos if info.is_of(CHIP_AUTHENTICATION_KEY)]
        if not any(_holds(proof, key) for key in keys if key is not None):
            if None in keys:
                says = _("The chip's own key in EF.CardSecurity cannot be used")
                return AuthenticityCheck(_MAPPING, AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE, says)
            says = _("The chip does not have the key that it was issued with: it is a copy")
            return AuthenticityCheck(_MAPPING, AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED, says)
        return _judge_issuer_signature(security, trust, now)
    except Malformed as problem:
        says = problem.what
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.FAIL, AuthenticityReason.MALFORMED, says)


def _read_key(info: SecurityInfo) -> ChipKey | None:
    """The key; None if it is of a kind that this kit cannot use, so that it shows nothing."""
    try:
        return read_chip_key(info.key_info)
    except Malformed:
        return None


def _holds(proof: MappingProof, key: ChipKey) -> bool:
    try:
        return isinstance(key, EcKey) and proof.holds(key)
    except Malformed:
        return False  # a key on another curve is not that of this session


def _judge_issuer_signature(security: CardSecurity, trust: TrustStore, now: datetime) -> AuthenticityCheck:
    """Whether the key itself is the issuer's: the signature, and what vouches for its signer."""
    signed = security.signed
    signer = signed.signer_certificate
    if signed.faults:
        return AuthenticityCheck(
            _MAPPING,
            AuthenticityAnswer.FAIL,
            AuthenticityReason.STRUCTURE,
            _("EF.CardSecurity: {problems}", problems=join([fault.says for fault in signed.faults], "; ")),
        )
    if signer is None:
        says = _("EF.CardSecurity does not include its signer's certificate")
        return AuthenticityCheck(_MAPPING, AuthenticityAnswer.NOT_DONE, AuthenticityReason.NO_SIGNER, says)
    if not (signed.digest_holds and signed.signature_holds(signer)):
        says = _("EF.CardSecurity is not what the issuer signed")
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
        _("The chip proved itself when it was opened (PACE-CAM): it is not a copy"),
    )
