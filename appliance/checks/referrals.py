"""Was this traveller referred here, and has nobody settled it: what an officer decided counts at the next screening.

- The same traveller is the same document, or the same name, date of birth and nationality as read, at any lane and in
  any direction. Whoever may be the same by less is CHECK too, in words that say what agrees and no more
  (`appliance.answer.referral_words`).
- An open referral is a CHECK. So is an earlier REFER on which nobody has decided: a scan that shows less, as without
  the code beside the zone, does not end it. Once it is settled the check says how, and raises nothing.
- CLEAR needs this answer: a journal that cannot be read must not make a referred traveller CLEAR.

After the journal was lost or replaced one rule holds for this check and for `appliance.checks.seen_again`.

- Something to look at is looked at, as ever.
- Everything else is `memory_lost` until whatever was lost would be too old to count, also where something was found: an
  older copy of the journal has somebody's admission, and not the refusal after it. What was found is said, and that
  there may be more.
- What was seen since the loss was noticed changes nothing: it says nothing about the time before.
- It keeps nobody from CLEAR, or one deleted file would close the lane for days. So a mandatory check is
  NOT_APPLICABLE, another NOT_DONE; the verdict's second line names either.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from appliance.answer.referral_words import (
    FOUND_FACT,
    MATCH_FACT,
    MEMORY_LOST,
    REFER_UNDECIDED,
    REFERRAL_SETTLED,
    REFERRED_OPEN,
    STAYS_REFERRED,
    describe_lost_memory,
    describe_refer,
    describe_referral,
    format_when,
    state_match,
    with_doubts,
    with_lost_memory,
)
from appliance.screening.check_ports import ReferralsReader
from data.journal.referrals import Referral, ReferralOutcome
from data.screenings import Decision, Evidence, Finding, Screening, State
from data.text import Message, _

NOT_REFERRED, NOT_SEEN = "not_referred", "not_seen"
"""Reasons: nothing was found."""
_UNKNOWN: Mapping[str, Callable[[Message], Message]] = {
    NOT_REFERRED: lambda lost: _("Who was referred here before is not known: {lost}", lost=lost),
    NOT_SEEN: lambda lost: _("Who was seen here before is not known: {lost}", lost=lost),
}


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
            "referred_by": ", ".join(officer.name for officer in referral.officers),
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


def consider_lost_memory(finding: Finding, noticed: datetime | None, now: datetime) -> Finding:
    """The finding after a loss that was noticed then and still counts; None: there is no such loss."""
    if noticed is None or finding.state is not State.PASS:
        return finding
    state = State.NOT_APPLICABLE if finding.mandatory else State.NOT_DONE
    if finding.reason in _UNKNOWN:
        says = _UNKNOWN[finding.reason](describe_lost_memory(noticed, now))
        return replace(finding, state=state, reason=MEMORY_LOST, says=says)
    says = with_lost_memory(finding.says, noticed, now)
    evidence = replace(finding.evidence, facts={**finding.evidence.facts, FOUND_FACT: finding.reason})
    return replace(finding, state=state, reason=MEMORY_LOST, says=says, evidence=evidence)


def _describe_referral(referral: Referral, now: datetime) -> Message:
    return describe_referral(referral.match, format_when(referral.at, now))


def _describe_outcome(referral: Referral, outcome: ReferralOutcome, now: datetime) -> Message:
    values = {
        "referred": _describe_referral(referral, now),
        "settled": format_when(outcome.at, now),
        "person": (outcome.second or outcome.person).name,
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
