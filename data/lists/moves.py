"""What a change of a list is made of, and who may still refuse it."""

from collections.abc import Callable
from typing import NamedTuple

from data.lists.row import Row
from data.lists.tally import Moves
from data.lists.view import View


class Change(NamedTuple):
    """Keys that go and rows that come, as a delta tells them."""

    removals: list[bytes]
    additions: list[Row]


Accept = Callable[[View, Moves], str]
"""Sees the list as it will be before it comes into force; raises to keep it out, returns what to remember with it."""


def accept_all(view: View, moves: Moves) -> str:
    """Takes whatever adds up."""
    return ""
