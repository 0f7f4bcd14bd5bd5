"""Bindings and the footer's text, made from the registry of actions.

Keys stay in their place: one that does nothing just now leaves its place empty, so the others never move.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum

from textual.binding import Binding, BindingType

from ui.actions import FOOTER, Action

WIDTH = 80


class Privacy(Enum):
    """Who may see the screen."""

    OPEN = "open"
    QUIET = "quiet"
    """Travellers may see it: no reason, no verdict in words."""


def bindings(actions: Sequence[Action]) -> list[BindingType]:
    """A binding with an id for each action, so that each can be rebound."""
    return [
        Binding(action.key, action.method, action.label, id=action.id, tooltip=action.help, show=False)
        for action in actions
    ]


def label(action: Action, privacy: Privacy) -> str:
    """The short word for the footer."""
    return action.quiet_label or action.label if privacy is Privacy.QUIET else action.label


def explained(action: Action, privacy: Privacy) -> str:
    """The sentence for help and palette."""
    return action.quiet_help or action.help if privacy is Privacy.QUIET else action.help


def key_name(action: Action, keymap: Mapping[str, str]) -> str:
    """`F1`, `^P`: the key that is bound now."""
    return keymap.get(action.id, action.key).split(",")[0].replace("ctrl+", "^").upper()


def footer(
    working: Collection[Action], privacy: Privacy, keymap: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Key and word of each place in the footer; both blank where the key does nothing just now. At most 80 columns."""
    places = []
    for action in FOOTER:
        key, word = key_name(action, keymap or {}), label(action, privacy)
        places.append((key, word) if action in working else (" " * len(key), " " * len(word)))
    return places
