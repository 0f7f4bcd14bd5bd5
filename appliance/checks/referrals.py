"""Was this traveller referred here, and has nobody settled it: what an officer decided counts at the next screening.

- The same traveller is the same document, or the same name, date of birth and nationality as read, at any lane and in
  any direction.
- An open referral is a CHECK. So is an earlier REFER on which nobody has decided: a scan that shows less, as without
  the code beside the zone, does not end it. Once it is settled the check says how, and raises nothing.
- CLEAR needs this answer: a journal that cannot be read must not make a referred traveller CLEAR.
"""

from datetime import datetime

from appliance.answer.settled_referrals import REFERRAL_SETTLED, STAYS_REFERRED
from appliance.screening.check_ports import ReferralsReader
from data.journal.referrals import Referral, ReferralOutcome
from data.screenings import Decision, Evidence, Finding, Screening, State
from data.text import Message, _

REFERRED_OPEN = "referred_open"
REFER_UNDECIDED = "refer_undecided"


class ReferralCheck:
    """Every traveller, against the kit's own memory of referrals."""

    name = "referrals"
    mandatory = True

    def __init__(self, referrals: ReferralsReader) -> None:
        self._referrals = referrals

    def run(self, screening: Screening) -> Finding:
        """PASS `not_referred`, `referral_settled`, `stays_referred`; NOTICE `referred_open`, `refer_undecided`.

        NOT_APPLICABLE `nobody_named`.
        """
        referral = self._referrals.find(screening)
        if referral is not None and referral.outcome is None:
            return self._describe(referral, screening)
        undecided = self._referrals.find_undecided(screening)
        if undecided is not None:
            says = _("REFER here {when}, without a decision", when=format_when(undecided, screening.at))
            facts = {"refer_at": undecided.isoformat()}
            return Finding(self.name, State.NOTICE, REFER_UNDECIDED, says, True, Evidence(facts=facts))
        return self._describe(referral, screening)

    def _describe(self, referral: Referral | None, screening: Screening) -> Finding:
        if referral is None:
            return self._find_none(screening)
        facts = {"referred_at": referral.at.isoformat(), "referred_by": ", ".join(referral.officers)}
        when = format_when(referral.at, screening.at)
        if referral.outcome is None:
            says = _("Referred here {when}, no outcome yet", when=when)
            return Finding(self.name, State.NOTICE, REFERRED_OPEN, says, True, Evidence(facts=facts))
        says = _describe_outcome(referral, referral.outcome, screening.at)
        reason = STAYS_REFERRED if referral.outcome.decision is Decision.REFER else REFERRAL_SETTLED
        return Finding(self.name, State.PASS, reason, says, True, Evidence(facts=facts))

    def _find_none(self, screening: Screening) -> Finding:
        if not screening.documents and not screening.people:
            says = _("Neither a document nor a name was presented")
            return Finding(self.name, State.NOT_APPLICABLE, "nobody_named", says)
        return Finding(self.name, State.PASS, "not_referred", _("Not referred here recently"))


def format_when(at: datetime, now: datetime) -> Message:
    """`at 21:43`, with the day where it is not today's (UTC)."""
    if at.date() == now.date():
        return _("at {time}", time=f"{at:%H:%M}")
    return _("on {day} at {time}", day=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}")


def _describe_outcome(referral: Referral, outcome: ReferralOutcome, now: datetime) -> Message:
    values = {
        "when": format_when(referral.at, now),
        "settled": format_when(outcome.at, now),
        "person": outcome.second or outcome.person,
    }
    match outcome.decision:
        case Decision.ADMIT:
            return _("Referred here {when}; settled {settled} by {person}: admitted", **values)
        case Decision.REFER:
            return _("Referred here {when}; settled {settled} by {person}: stays with the second line", **values)
        case Decision.REFUSE:
            return _("Referred here {when}; settled {settled} by {person}: refused", **values)
        case Decision.WITHDREW:
            return _("Referred here {when}; settled {settled} by {person}: withdrew", **values)
