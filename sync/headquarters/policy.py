"""The policy that a new headquarters begins with."""

from sync.headquarters.keyring import Keyring
from sync.policy import policy_to_json

OLD_AFTER_H = 48
"""MIND posts refreshed every 24 to 48 hours (domain.md)."""
EXPIRED_AFTER_H = 168
ERASE_WITHIN_H = 24


def first_policy(keyring: Keyring) -> bytes:
    """One band for every list, one time for erasures, the key of envelopes."""
    lists = {"default": {"old_after_h": float(OLD_AFTER_H), "expired_after_h": float(EXPIRED_AFTER_H)}}
    return policy_to_json(lists, ERASE_WITHIN_H, keyring.envelope_signer().public_key())
