"""What a kit last said of its own standing, in words: in force or locked, and how long yet without our word.

A kit signs what it says but is not trusted in its shape: what does not fit is not said.
"""

from typing import Any

_STATES = {"good": "in force", "suspended": "suspended", "locked": "LOCKED", "erased": "ERASED"}
_MOST_WORDS = 120


def standing_told(health: dict[str, Any]) -> str:
    """`lists in force, 41 days left`; empty where the kit did not say."""
    facts = health.get("standing")
    state = facts.get("state") if isinstance(facts, dict) else None
    if not isinstance(facts, dict) or not isinstance(state, str) or state not in _STATES:
        return ""
    days, reason = facts.get("days_left"), facts.get("reason")
    left = f", {days} {'day' if days == 1 else 'days'} left" if type(days) is int else ""
    why = f" ({reason[:_MOST_WORDS]})" if isinstance(reason, str) and reason else ""
    return f"lists {_STATES[state]}{why}{left}"
