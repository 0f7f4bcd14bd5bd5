"""Whether a chip offered all that its issuer signed: EF.CardAccess, which nothing signs, against DG14, which is signed.

Who stands between reader and chip may take an offer away so that a weaker protocol is used (Doc 9303-11, 4.4.3.6).
"""

from collections.abc import Sequence

from devices.chip.authenticity import Answer, Check, Reason
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import PACE, SecurityInfo

_NAME = "offers"


def judge_offers(offered: Sequence[SecurityInfo], dg14: Dg14 | None) -> Check:
    """The offers of PACE in EF.CardAccess (`offered`, empty where there is none) against those that were signed."""
    signed = {(info.protocol, info.parameter) for info in dg14.offers(PACE)} if dg14 else set()
    if not signed:
        return Check(
            _NAME, Answer.NOT_DONE, Reason.NOT_OFFERED, "The issuer did not sign which protocols the chip offers."
        )
    hidden = signed - {(info.protocol, info.parameter) for info in offered}
    if hidden:
        says = "The issuer signed a way of opening the chip that the chip did not offer."
        return Check(_NAME, Answer.FAIL, Reason.OFFERS_HIDDEN, says)
    return Check(_NAME, Answer.PASS, Reason.OFFERS_AGREE, "The chip offers what its issuer signed.")
