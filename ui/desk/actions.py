"""The one registry of what an officer can do at the desk: bindings, footer, help and palette are made from it.

- The same key always means the same; letters belong to keyboard-wedge readers.
- An action is here only when pressing its key really does something.
- Where travellers may see the screen the quiet words are used, which give nothing away.
- Keys stay in their place in the footer: one that does nothing just now leaves its place empty, so that the others
  never move.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class DeskAction:
    """Something the officer can do."""

    id: str
    """Name of the binding; `ui.screens.app` rebinds by it."""
    method: str
    """`action_<method>` of the desk screen (of the application, for the palette)."""
    key: str
    label: str
    help: str
    quiet_label: str = ""
    quiet_help: str = ""


HELP = DeskAction("desk.help", "help", "f1", "help", "Show every key and what it does", "", "Show every key")
NEW = DeskAction("desk.new", "new", "f2", "new", "Next traveller; takes a document that was read meanwhile")
QUIET = DeskAction(
    "desk.quiet", "quiet", "f3", "quiet", "Hide every reason where travellers may see the screen; again shows them"
)
WHY = DeskAction("desk.why", "why", "f4", "why", "Show what was found, field by field, and the question that decides")
REFER = DeskAction(
    "desk.refer",
    "refer",
    "f5",
    "refer",
    "Record that the traveller goes to the second line",
    "desk 2",
    "Record: desk 2",
)
ADMIT = DeskAction(
    "desk.admit",
    "admit",
    "f6",
    "admit",
    "Record that the traveller is admitted; asks for a second person where needed",
    "pass",
    "Record: pass",
)
TYPE_IN = DeskAction(
    "desk.type_in",
    "type_in",
    "f7",
    "type in",
    "Screen a document number or a person without a scan; or type the access number that opens the chip",
)
LISTS = DeskAction(
    "desk.lists",
    "lists",
    "f9",
    "lists",
    "Age and state of every list, the link, and work opened under a condition",
    "post",
    "State of the post",
)
LEAVE = DeskAction("desk.leave", "leave", "f10", "leave", "Leave the desk")
PALETTE = DeskAction("desk.palette", "command_palette", "ctrl+p", "find", "Find an action by its name")

FOOTER = (HELP, NEW, QUIET, WHY, REFER, ADMIT, TYPE_IN, LISTS, LEAVE)
ACTIONS = (*FOOTER, PALETTE)


def action_for_digit(digit: str) -> DeskAction | None:
    """The action that Esc and then `digit` means: 1 to 9 are F1 to F9, 0 is F10."""
    key = f"f{'10' if digit == '0' else digit}"
    return next((action for action in FOOTER if action.key == key), None)


FOOTER_WIDTH = 80


class Privacy(Enum):
    """Who may see the screen."""

    OPEN = "open"
    QUIET = "quiet"
    """Travellers may see it: no reason, no verdict in words."""


def bindings(actions: Sequence[DeskAction]) -> list[BindingType]:
    """A binding with an id for each action, so that each can be rebound."""
    return [
        Binding(action.key, action.method, action.label, id=action.id, tooltip=action.help, show=False)
        for action in actions
    ]


def label(action: DeskAction, privacy: Privacy) -> str:
    """The short word for the footer."""
    return action.quiet_label or action.label if privacy is Privacy.QUIET else action.label


def explanation(action: DeskAction, privacy: Privacy) -> str:
    """The sentence for help and palette."""
    return action.quiet_help or action.help if privacy is Privacy.QUIET else action.help


def key_name(action: DeskAction, keymap: Mapping[str, str]) -> str:
    """`F1`, `^P`: the key that is bound now."""
    return keymap.get(action.id, action.key).split(",")[0].replace("ctrl+", "^").upper()


def footer_places(
    working: Collection[DeskAction], privacy: Privacy, keymap: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Key and word of each place in the footer; both blank where the key does nothing just now. At most 80 columns."""
    places = []
    for action in FOOTER:
        key, word = key_name(action, keymap or {}), label(action, privacy)
        places.append((key, word) if action in working else (" " * len(key), " " * len(word)))
    return places
