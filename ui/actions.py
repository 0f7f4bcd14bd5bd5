"""The one registry of what an officer can do at the desk: keys, footer, help and palette are made from it.

- The same key always means the same; letters belong to keyboard-wedge readers.
- An action is here only when pressing its key really does something.
- Where travellers may see the screen the quiet words are used, which give nothing away.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something the officer can do."""

    id: str
    """Name of the binding; `ui.app` rebinds by it."""
    method: str
    """`action_<method>` of the desk screen (of the application, for the palette)."""
    key: str
    label: str
    help: str
    quiet_label: str = ""
    quiet_help: str = ""


HELP = Action("desk.help", "help", "f1", "help", "Show every key and what it does", "", "Show every key")
NEW = Action("desk.new", "new", "f2", "new", "Next traveller; takes a document that was read meanwhile")
QUIET = Action(
    "desk.quiet", "quiet", "f3", "quiet", "Hide every reason where travellers may see the screen; again shows them"
)
WHY = Action("desk.why", "why", "f4", "why", "Show what was found, field by field, and the question that decides")
REFER = Action(
    "desk.refer",
    "refer",
    "f5",
    "refer",
    "Record that the traveller goes to the second line",
    "desk 2",
    "Record: desk 2",
)
ADMIT = Action(
    "desk.admit",
    "admit",
    "f6",
    "admit",
    "Record that the traveller is admitted; asks for a second person where needed",
    "pass",
    "Record: pass",
)
TYPE_IN = Action(
    "desk.type_in",
    "type_in",
    "f7",
    "type in",
    "Screen a document number or a person without a scan; or type the access number that opens the chip",
)
LISTS = Action(
    "desk.lists",
    "lists",
    "f9",
    "lists",
    "Age and state of every list, the link, and work opened under a condition",
    "post",
    "State of the post",
)
LEAVE = Action("desk.leave", "leave", "f10", "leave", "Leave the desk")
PALETTE = Action("desk.palette", "command_palette", "ctrl+p", "find", "Find an action by its name")

FOOTER = (HELP, NEW, QUIET, WHY, REFER, ADMIT, TYPE_IN, LISTS, LEAVE)
ACTIONS = (*FOOTER, PALETTE)


def for_digit(digit: str) -> Action | None:
    """The action that Esc and then `digit` means: 1 to 9 are F1 to F9, 0 is F10."""
    key = f"f{'10' if digit == '0' else digit}"
    return next((action for action in FOOTER if action.key == key), None)
