"""The one registry of what an officer can do at the desk: bindings, footer, help and palette are made from it.

- One key always means one thing. No letters: keyboard-wedge readers type them.
- An action is here only when pressing its key does something.
- Where travellers may see the screen neutral words are shown, which give nothing away.
- Each key keeps its place in the footer. One that does nothing just now leaves its place empty, so that the others
  never move. Words too long for the footer together are shortened, the longest first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding, BindingType

from data.text import EMPTY, Message, _, in_context
from ui.text.translation import translate


@dataclass(frozen=True, slots=True)
class DeskAction:
    """Something the officer can do."""

    id: str
    """Name of the binding; `ui.screens.app` rebinds by it."""
    method: str
    """`action_<method>` of the desk screen (of the application, for the palette)."""
    key: str
    label: Message
    help: Message
    quiet_label: Message = EMPTY
    quiet_help: Message = EMPTY


HELP = DeskAction(
    "desk.help",
    "help",
    "f1",
    in_context("key of the desk", "help"),
    _("Show every key and what it does"),
    quiet_help=_("Show every key"),
)
NEW = DeskAction(
    "desk.new",
    "new",
    "f2",
    in_context("key of the desk", "new"),
    _("Next traveller; takes a document that was read in the meantime"),
)
QUIET = DeskAction(
    "desk.quiet",
    "quiet",
    "f3",
    in_context("key of the desk", "quiet"),
    _("Hide every reason where travellers may see the screen; press again to show them"),
)
WHY = DeskAction(
    "desk.why",
    "why",
    "f4",
    in_context("key of the desk", "why"),
    _("Show what was found, field by field, and the question that decides"),
)
REFER = DeskAction(
    "desk.refer",
    "refer",
    "f5",
    in_context("key of the desk", "refer"),
    _("Record that the traveller goes to the second line"),
    in_context("key of the desk", "desk 2"),
    _("Record: desk 2"),
)
ADMIT = DeskAction(
    "desk.admit",
    "admit",
    "f6",
    in_context("key of the desk", "admit"),
    _("Record that the traveller is admitted; asks for a second person where needed"),
    in_context("key of the desk", "pass"),
    _("Record: pass"),
)
TYPE_IN = DeskAction(
    "desk.type_in",
    "type_in",
    "f7",
    in_context("key of the desk", "type in"),
    _("Screen a document number or a person without a scan; or type the access number that opens the chip"),
)
LISTS = DeskAction(
    "desk.lists",
    "lists",
    "f9",
    in_context("key of the desk", "lists"),
    _("Age and state of every list, the link, and work opened under a condition"),
    in_context("key of the desk", "post"),
    _("State of the post"),
)
LOCK = DeskAction(
    "desk.lock",
    "lock",
    "f10",
    in_context("key of the desk", "lock"),
    _("Lock the desk; there the shift is ended or handed over"),
    quiet_help=_("Lock the desk"),
)
PALETTE = DeskAction(
    "desk.palette", "command_palette", "ctrl+p", in_context("key of the desk", "find"), _("Find an action by name")
)

FOOTER = (HELP, NEW, QUIET, WHY, REFER, ADMIT, TYPE_IN, LISTS, LOCK)
ACTIONS = (*FOOTER, PALETTE)


def action_for_digit(digit: str) -> DeskAction | None:
    """The action of Esc and then `digit`: 1 to 9 are F1 to F9, 0 is F10."""
    key = f"f{'10' if digit == '0' else digit}"
    return next((action for action in FOOTER if action.key == key), None)


FOOTER_WIDTH = 80


class Privacy(Enum):
    """Who may see the screen."""

    OPEN = "open"
    QUIET = "quiet"
    """Travellers may see it: no reason, no verdict word."""


class PostPage(Enum):
    """One of the pages behind F9, which arrows turn."""

    LISTS = "lists"
    TRAVELLERS = "travellers"
    PEOPLE = "people"


def bindings(actions: Sequence[DeskAction]) -> list[BindingType]:
    """A binding with an id for each action, so that each can be rebound."""
    return [
        Binding(action.key, action.method, action.label, id=action.id, tooltip=action.help, show=False)
        for action in actions
    ]


def label(action: DeskAction, privacy: Privacy) -> Message:
    """The short word for the footer."""
    return action.quiet_label or action.label if privacy is Privacy.QUIET else action.label


def explanation(action: DeskAction, privacy: Privacy) -> Message:
    """The sentence for help and palette."""
    return action.quiet_help or action.help if privacy is Privacy.QUIET else action.help


def key_name(action: DeskAction, keymap: Mapping[str, str]) -> str:
    """`F1`, `^P`: the key that is bound now."""
    return keymap.get(action.id, action.key).split(",")[0].replace("ctrl+", "^").upper()


def footer_places(
    working: Collection[DeskAction], privacy: Privacy, keymap: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Key and translated word of each place in the footer; both blank where the key does nothing just now.

    Joined by blanks they have at most 80 columns.
    """
    keys = [key_name(action, keymap or {}) for action in FOOTER]
    words = [translate(label(action, privacy)) for action in FOOTER]
    words = shorten_longest(words, FOOTER_WIDTH - sum(map(len, keys)) - 2 * len(FOOTER) + 1)
    return [
        (key, word) if action in working else (" " * len(key), " " * len(word))
        for action, key, word in zip(FOOTER, keys, words, strict=True)
    ]


def shorten_longest(words: Sequence[str], room: int) -> list[str]:
    """The words in at most `room` characters together: the longest are cut with `…`, to 2 characters at least."""
    most = max(map(len, words))
    while most > 2 and sum(min(len(word), most) for word in words) > room:
        most -= 1
    return [word if len(word) <= most else f"{word[: most - 1]}…" for word in words]
