"""What a traveller must not read on a quiet screen."""

import re

from ui.verdict_style import VERDICT_STYLES

FORBIDDEN = (
    "sltd, wanted, list, lists, listed, stolen, lost, revoked, hit, match, refer, refers, clear, check, "
    "checks, cannot, say, admit, admits, refuse, detain, suspect, alert, warning, notice:, interpol, "
    "police, second line, expired, sampler, wrong, red, possible, strong, weak"
)
"""Words that a traveller must not read on a quiet screen."""


def forbidden_in(text: str) -> set[str]:
    """Words and shapes in `text` that tell what was found."""
    found = {word for word in FORBIDDEN.split(", ") if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.casefold())}
    shapes = {style.shape for style in VERDICT_STYLES.values() if style.shape in text}
    return found | shapes
