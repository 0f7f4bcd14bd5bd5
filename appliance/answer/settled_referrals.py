"""What the findings say about an earlier referral that has an outcome."""

from collections.abc import Iterable

from appliance.answer.advice import TO_SECOND_LINE, Advice
from appliance.answer.referral_words import FIND_OUT_WHO, is_certain_match
from data.screenings import Finding
from data.text import EMPTY, Message, _

REFERRAL_SETTLED, STAYS_REFERRED = "referral_settled", "stays_referred"
"""Reasons: an earlier referral has an outcome; the outcome is that the traveller stays with the second line."""
_STAYS_ADVICE = Advice(_("Stays with the second line"), (TO_SECOND_LINE,))
_MAY_STAY_ADVICE = Advice(_("May be somebody who stays with the second line"), (FIND_OUT_WHO, TO_SECOND_LINE))


def find_settled_referral(findings: Iterable[Finding]) -> Message:
    """How an earlier referral of the traveller was settled; empty where there is none."""
    return next((each.says for each in findings if each.reason in (REFERRAL_SETTLED, STAYS_REFERRED)), EMPTY)


def stays_with_second_line(findings: Iterable[Finding]) -> bool:
    """Whether two people agreed that the second line keeps the traveller."""
    return any(finding.reason == STAYS_REFERRED for finding in findings)


def advise_on_stay(findings: Iterable[Finding]) -> Advice:
    """CLEAR, where two people agreed that the second line keeps the traveller, or somebody who may be the traveller."""
    is_certain = any(each.reason == STAYS_REFERRED and is_certain_match(each) for each in findings)
    return _STAYS_ADVICE if is_certain else _MAY_STAY_ADVICE


def describe_no_match(age: Message, *, is_partial: bool) -> Message:
    """Instead of "Nothing found", of a traveller who stays with the second line; `is_partial`: a list was missed."""
    if is_partial:
        return _("No match on other lists, updated {age}", age=age)
    return _("No match; lists updated {age}", age=age)
