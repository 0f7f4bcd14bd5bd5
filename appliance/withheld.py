"""A listed person without what the record says of him: what is left where details are locked (`data.details`).

Enough to act on (how well, which list, which record, what it asks for), so that no hit is weaker for it; a fact that
candidates get later is left out until somebody decides that it is none of the person's.
"""

from appliance.matching.matcher import PAST_REVIEW
from data.findings import PersonCandidate


def without_details(candidate: PersonCandidate, why: str) -> PersonCandidate:
    """The candidate as it may be told while details are locked, and `why` they are."""
    return PersonCandidate(
        list=candidate.list,
        record=candidate.record,
        band=candidate.band,
        score=candidate.score,
        name="",
        primary_name="",
        quality="",
        action=candidate.action,
        colour=candidate.colour,
        owner=candidate.owner,
        reason="",
        against=tuple(one for one in candidate.against if one == PAST_REVIEW),
        withheld=why,
    )
