"""Was this traveller referred here, and has nobody settled it: what an officer decided counts at the next screening.

- The same traveller is the same document, or the same name, date of birth and nationality as read, at any lane and in
  any direction. Whoever may be the same by less is CHECK too, in words that say what agrees and no more
  (`appliance.answer.referral_words`).
- An open referral is a CHECK. So is an earlier REFER on which nobody has decided: a scan that shows less, as without
  the code beside the zone, does not end it. Once it is settled the check says how, and raises nothing.
- CLEAR needs this answer: a journal that cannot be read must not make a referred traveller CLEAR. Where the journal was
  lost or replaced, whatever raises nothing is `memory_lost` (`appliance.checks.lost_memory`).
"""

from datetime import datetime

from appliance.answer.referral_words import (
    MATCH_FACT,
    REFER_UNDECIDED,
    REFERRAL_SETTLED,
    REFERRED_OPEN,
    STAYS_REFERRED,
    describe_refer,
    describe_referral,
    format_when,
    state_match,
    with_doubts,
)
from appliance.checks.lost_memory import NOT_REFERRED, consider_lost_memory
from appliance.screening.check_ports import ReferralsReader
from data.journal.referrals import Referral, ReferralOutcome
from data.screenings import Decision, Evidence, Finding, Screening, State
from data.text import Message, _


class ReferralCheck:
    """Every traveller, against the kit's own memory of referrals."""

    name = "referrals"
    mandatory = True

    def __init__(self, referrals: ReferralsReader) -> None:
        self._referrals = referrals

    def run(self, screening: Screening) -> Finding:
        """PASS `not_referred`, `referral_settled`, `stays_referred`; NOTICE `referred_open`, `refer_undecided`.

        NOT_APPLICABLE `nobody_named`, `memory_lost`.
        """
        finding = self._find(screening)
        return consider_lost_memory(finding, self._referrals.read_lost_memory(screening.at), screening.at)

    def _find(self, screening: Screening) -> Finding:
        """What the journal that is here says."""
        referral = self._referrals.find(screening)
        if referral is not None and referral.outcome is None:
            return self._describe(referral, screening)
        undecided = self._referrals.find_undecided(screening)
        if undecided is not None:
            when = format_when(undecided.at, screening.at)
            says = _("{refer}, without a decision", refer=describe_refer(undecided.match, when))
            says = with_doubts(undecided.match, says)
            facts = {"refer_at": undecided.at.isoformat(), MATCH_FACT: state_match(undecided.match)}
            return Finding(self.name, State.NOTICE, REFER_UNDECIDED, says, True, Evidence(facts=facts))
        return self._describe(referral, screening)

    def _describe(self, referral: Referral | None, screening: Screening) -> Finding:
        if referral is None:
            return self._find_none(screening)
        facts = {
            "referred_at": referral.at.isoformat(),
            "referred_by": ", ".join(referral.officers),
            MATCH_FACT: state_match(referral.match),
        }
        if referral.outcome is None:
            says = _("{referred}, no outcome yet", referred=_describe_referral(referral, screening.at))
            says = with_doubts(referral.match, says)
            return Finding(self.name, State.NOTICE, REFERRED_OPEN, says, True, Evidence(facts=facts))
        says = with_doubts(referral.match, _describe_outcome(referral, referral.outcome, screening.at))
        reason = STAYS_REFERRED if referral.outcome.decision is Decision.REFER else REFERRAL_SETTLED
        return Finding(self.name, State.PASS, reason, says, True, Evidence(facts=facts))

    def _find_none(self, screening: Screening) -> Finding:
        if not screening.documents and not screening.people:
            says = _("Neither a document nor a name was presented")
            return Finding(self.name, State.NOT_APPLICABLE, "nobody_named", says)
        return Finding(self.name, State.PASS, NOT_REFERRED, _("Not referred here recently"))


def _describe_referral(referral: Referral, now: datetime) -> Message:
    return describe_referral(referral.match, format_when(referral.at, now))


def _describe_outcome(referral: Referral, outcome: ReferralOutcome, now: datetime) -> Message:
    values = {
        "referred": _describe_referral(referral, now),
        "settled": format_when(outcome.at, now),
        "person": outcome.second or outcome.person,
    }
    match outcome.decision:
        case Decision.ADMIT:
            return _("{referred}; settled {settled} by {person}: admitted", **values)
        case Decision.REFER:
            return _("{referred}; settled {settled} by {person}: stays with the second line", **values)
        case Decision.REFUSE:
            return _("{referred}; settled {settled} by {person}: refused", **values)
        case Decision.WITHDREW:
            return _("{referred}; settled {settled} by {person}: withdrew", **values)
