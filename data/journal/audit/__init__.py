"""Signed checkpoints of the audit chains, and how auditors use a journal."""
