"""What a check of the kit's own memory says after the journal was lost or replaced: one rule for all of them.

- Something to look at is looked at, as ever.
- Everything else is `memory_lost` until whatever was lost would be too old to count, also where something was found: an
  older copy of the journal has somebody's admission, and not the refusal after it. What was found is said, and
  that there may be more.
- What was seen since the loss was noticed changes nothing: it says nothing about the time before.
- It keeps nobody from CLEAR, or one deleted file would close the lane for days. So a mandatory check is
  NOT_APPLICABLE, another NOT_DONE; the verdict's second line names either.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from appliance.answer.referral_words import FOUND_FACT, MEMORY_LOST, describe_lost_memory, with_lost_memory
from data.screenings import Finding, State
from data.text import Message, _

NOT_REFERRED, NOT_SEEN = "not_referred", "not_seen"
"""Reasons: nothing was found."""
_UNKNOWN: Mapping[str, Callable[[Message], Message]] = {
    NOT_REFERRED: lambda lost: _("Who was referred here before is not known: {lost}", lost=lost),
    NOT_SEEN: lambda lost: _("Who was seen here before is not known: {lost}", lost=lost),
}


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
