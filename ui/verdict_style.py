"""What each verdict and each other state of the desk looks like: word, shape, place and colours.

- Word, shape and place carry the meaning; colour only helps (docs/screens.md, "One verdict").
- Every pair of foreground and background has a contrast of at least 7:1, and is legible in 16 colours and in grey.
- Nothing here draws: `waypost check` uses the same words and symbols, and imports no screen.
"""

from dataclasses import dataclass
from enum import StrEnum

from data.screenings import Agreement, State, Verdict
from data.text import Message, in_context


@dataclass(frozen=True, slots=True)
class VerdictStyle:
    """One state of the banner."""

    name: str
    """Name of the theme's variables: `clear` gives `$clear-ink` on `$clear-paper`."""
    word: Message
    shape: str
    ink: str
    paper: str
    place: float
    """Position of the large word: 0 is the left edge, 1 the right."""
    digit: str = ""
    """Shown for the verdict in quiet mode."""


class Phase(StrEnum):
    """What the desk shows when there is no verdict."""

    READY = "ready"
    WORKING = "working"
    DEVICE = "device"


INK, PAPER = "#f2f4f7", "#0b0f14"
STATUS_PAPER = "#1b2530"
SOFT_INK = "#b8c4d0"
WARN_INK = "#ffc040"

VERDICT_STYLES = {
    Verdict.CLEAR: VerdictStyle("clear", in_context("verdict", "CLEAR"), "●", "#000000", "#40e0d0", 0.0, "1"),
    Verdict.CHECK: VerdictStyle("check", in_context("verdict", "CHECK"), "▲", "#000000", "#ffb000", 1 / 3, "2"),
    Verdict.CANNOT_SAY: VerdictStyle(
        "cannot", in_context("verdict", "CANNOT SAY"), "◆", "#000000", "#b8c0c8", 2 / 3, "3"
    ),
    Verdict.REFER: VerdictStyle("refer", in_context("verdict", "REFER"), "■", "#ffffff", "#a00000", 1.0, "4"),
}
PHASE_STYLES = {
    Phase.READY: VerdictStyle("ready", in_context("state of the desk", "READY"), "○", INK, STATUS_PAPER, 0.0),
    Phase.WORKING: VerdictStyle("working", in_context("state of the desk", "WORKING"), "…", INK, STATUS_PAPER, 0.0),
    Phase.DEVICE: VerdictStyle("device", in_context("state of the desk", "DEVICE"), "✚", "#000000", "#ffc040", 0.5),
}

STYLES = (*VERDICT_STYLES.values(), *PHASE_STYLES.values())

COLOUR_PAIRS = (
    *((style.ink, style.paper) for style in STYLES),
    (INK, PAPER),
    (SOFT_INK, PAPER),
    (WARN_INK, PAPER),
    (INK, STATUS_PAPER),
    (SOFT_INK, STATUS_PAPER),
    (WARN_INK, STATUS_PAPER),
)
"""Every foreground and background that are drawn together."""

STATE_SYMBOLS = {
    State.PASS: "✓",
    State.NOTICE: "!",
    State.HIT: "■",
    State.NOT_DONE: "?",
    State.NOT_APPLICABLE: "–",
}
WORKING_SYMBOL = "…"
SERIOUS_FIRST = (State.HIT, State.NOT_DONE, State.NOTICE, State.PASS, State.NOT_APPLICABLE)
"""The order in which findings are shown: a check that was not done comes before one that passed."""

AGREEMENT_SYMBOLS = {Agreement.SAME: "=", Agreement.CLOSE: "~", Agreement.DIFFERS: "#", Agreement.MISSING: " "}
AGREEMENT_WORDS = {
    Agreement.SAME: in_context("comparison of a field", "same"),
    Agreement.CLOSE: in_context("comparison of a field", "close"),
    Agreement.DIFFERS: in_context("comparison of a field", "differs"),
    Agreement.MISSING: in_context("comparison of a field", "missing"),
}


def contrast(ink: str, paper: str) -> float:
    """Contrast of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
