"""The policy that a new headquarters begins with."""

from data.enrolment import ERASE_WITHIN_H
from sync.trust.policy import DEFAULT, ListPolicy, Policy

OLD_AFTER_H = 48.0
"""MIND posts refreshed every 24 to 48 hours (domain.md)."""
EXPIRED_AFTER_H = 168.0


def first_policy(kits: str) -> Policy:
    """One band for every list, one time for erasures, the key of envelopes (hexadecimal)."""
    return Policy({DEFAULT: ListPolicy(OLD_AFTER_H, EXPIRED_AFTER_H)}, ERASE_WITHIN_H, kits)
