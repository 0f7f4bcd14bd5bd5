"""An earlier referral in words: how sure it is that it was the traveller's, how it ended, and what to do now.

One table for every front end.

- Only of the same traveller is it said as a fact ("Referred here at 21:43"). Of anybody else the words name what agrees
  ("A traveller of this name and birth date was referred here at 21:43") and what argues against it.
- What counts as the same is said in `data.journal.same_traveller`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from appliance.answer.advice import TO_SECOND_LINE, Advice
from data.journal.same_traveller import DocumentIdentity, Extent, IdentityMatch
from data.screenings import Finding
from data.text import EMPTY, Message, _, join

REFERRED_OPEN, REFER_UNDECIDED = "referred_open", "refer_undecided"
"""Reasons of a finding."""
REFERRAL_SETTLED, STAYS_REFERRED = "referral_settled", "stays_referred"
"""Reasons: an earlier referral has an outcome; the outcome is that the traveller stays with the second line."""
MEMORY_LOST = "memory_lost"
"""Reason: the journal may lack travellers from before (`appliance.checks.referrals`)."""
FOUND_FACT = "found"
"""The fact of a finding whose reason is `memory_lost` that has the reason it would have otherwise."""
MATCH_FACT = "match"
"""The fact of a finding that says how sure it is."""
CERTAIN, POSSIBLE = "certain", "possible"
"""Its values."""

_ASK_SECOND_LINE = _("Ask the second line how it ended")
_FIND_OUT_WHO = _("Find out whether it was this traveller")
_CALL_BACK = _("Call the earlier screening back and decide on that")
_REFERRED_ADVICE: Mapping[str, Advice] = {
    CERTAIN: Advice(_("Referred here before"), (_ASK_SECOND_LINE,)),
    POSSIBLE: Advice(_("May have been referred here before"), (_FIND_OUT_WHO, _ASK_SECOND_LINE)),
}
_UNDECIDED_ADVICE: Mapping[str, Advice] = {
    CERTAIN: Advice(_("Not decided here before"), (_CALL_BACK,)),
    POSSIBLE: Advice(_("May be somebody not decided here before"), (_FIND_OUT_WHO, _CALL_BACK)),
}

_STAYS_ADVICE = Advice(_("Stays with the second line"), (TO_SECOND_LINE,))
_MAY_STAY_ADVICE = Advice(_("May be somebody who stays with the second line"), (_FIND_OUT_WHO, TO_SECOND_LINE))

_WITH_THIS_DOCUMENT = _("Another traveller with this document")
_WITH_THIS_NUMBER = _("A traveller with this document number")
_WHO: Mapping[tuple[Extent, Extent, bool], Message] = {
    (Extent.WHOLE, Extent.WHOLE, True): _("A traveller of this name, birth date and nationality"),
    (Extent.WHOLE, Extent.WHOLE, False): _("A traveller of this name and birth date"),
    (Extent.WHOLE, Extent.PART, True): _("A traveller of this name, nationality and part of this birth date"),
    (Extent.WHOLE, Extent.PART, False): _("A traveller of this name and part of this birth date"),
    (Extent.WHOLE, Extent.UNKNOWN, True): _("A traveller of this name and nationality"),
    (Extent.WHOLE, Extent.UNKNOWN, False): _("A traveller of this name"),
    (Extent.PART, Extent.WHOLE, True): _("A traveller of part of this name, this birth date and nationality"),
    (Extent.PART, Extent.WHOLE, False): _("A traveller of part of this name and this birth date"),
    (Extent.PART, Extent.PART, True): _("A traveller of this nationality, and part of this name and birth date"),
    (Extent.PART, Extent.PART, False): _("A traveller of part of this name and birth date"),
    (Extent.PART, Extent.UNKNOWN, True): _("A traveller of part of this name and this nationality"),
    (Extent.PART, Extent.UNKNOWN, False): _("A traveller of part of this name"),
}
"""By what agrees of name, date of birth and nationality, where that is not enough to be the same traveller."""
_SOMEBODY = _("Somebody who may be this traveller")
"""Where details were purged, so that nobody can say what agrees."""


def state_match(match: IdentityMatch) -> str:
    """`certain` or `possible`."""
    return CERTAIN if match.is_certain else POSSIBLE


def describe_referral(match: IdentityMatch, when: Message) -> Message:
    """`Referred here at 21:43`; or who was, and what agrees."""
    if match.is_certain:
        return _("Referred here {when}", when=when)
    return _("{who} was referred here {when}", who=_describe_who(match), when=when)


def describe_refer(match: IdentityMatch, when: Message) -> Message:
    """`REFER here at 21:43`, the verdict; or whose it was, and what agrees."""
    if match.is_certain:
        return _("REFER here {when}", when=when)
    return _("{who} was REFER here {when}", who=_describe_who(match), when=when)


def with_doubts(match: IdentityMatch, sentence: Message) -> Message:
    """The sentence, and what else an officer must know to tell whether it is this traveller."""
    doubts = []
    if not match.is_certain and match.name is Extent.WHOLE and not match.is_spelled_alike:
        doubts.append(_("the name is not spelled the same"))
    if not match.is_certain and match.name and not match.is_as_read:
        doubts.append(_("characters of a misread zone were put right"))
    if match.document is DocumentIdentity.OTHER:
        doubts.append(_("another document"))
    return join([sentence, *doubts], "; ") if doubts else sentence


def advise_on_referral(finding: Finding) -> Advice:
    """What to do about an open referral, or an undecided REFER, as sure as the finding is."""
    advice = _UNDECIDED_ADVICE if finding.reason == REFER_UNDECIDED else _REFERRED_ADVICE
    return advice[CERTAIN if is_certain_match(finding) else POSSIBLE]


def is_certain_match(finding: Finding) -> bool:
    """Whether the referral was certainly that of the traveller on the screen."""
    return finding.evidence.facts.get(MATCH_FACT) == CERTAIN


def _describe_who(match: IdentityMatch) -> Message:
    if match.document is DocumentIdentity.SAME:
        return _WITH_THIS_DOCUMENT
    if match.document is DocumentIdentity.SAME_NUMBER:
        return _WITH_THIS_NUMBER
    return _WHO.get((match.name, match.birth, match.is_nationality_same), _SOMEBODY)


def find_settled_referral(findings: Iterable[Finding]) -> Message:
    """How an earlier referral of the traveller was settled; empty where there is none."""
    return next((each.says for each in findings if _find_reason(each) in (REFERRAL_SETTLED, STAYS_REFERRED)), EMPTY)


def stays_with_second_line(findings: Iterable[Finding]) -> bool:
    """Whether two people agreed that the second line keeps the traveller."""
    return any(_find_reason(finding) == STAYS_REFERRED for finding in findings)


def _find_reason(finding: Finding) -> str:
    """What was found, also where more may have been lost."""
    return finding.evidence.facts.get(FOUND_FACT, finding.reason)


def advise_on_stay(findings: Iterable[Finding]) -> Advice:
    """CLEAR, where two people agreed that the second line keeps the traveller, or somebody who may be the traveller."""
    is_certain = any(_find_reason(each) == STAYS_REFERRED and is_certain_match(each) for each in findings)
    return _STAYS_ADVICE if is_certain else _MAY_STAY_ADVICE


def describe_no_match(age: Message, *, is_partial: bool) -> Message:
    """Instead of "Nothing found", of a traveller who stays with the second line; `is_partial`: a list was missed."""
    if is_partial:
        return _("No match on other lists, updated {age}", age=age)
    return _("No match; lists updated {age}", age=age)


def describe_lost_memory(noticed: datetime, now: datetime) -> Message:
    """Why the journal does not know of a traveller from before."""
    return _("the journal from before was missing {when}", when=format_when(noticed, now))


def with_lost_memory(sentence: Message, noticed: datetime, now: datetime) -> Message:
    """What was found, and that it may not be all."""
    return _("{sentence}; there may be more: {lost}", sentence=sentence, lost=describe_lost_memory(noticed, now))


def format_when(at: datetime, now: datetime) -> Message:
    """`at 21:43`, with the day where it is not today's (UTC)."""
    if at.date() == now.date():
        return _("at {time}", time=f"{at:%H:%M}")
    return _("on {day} at {time}", day=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}")
