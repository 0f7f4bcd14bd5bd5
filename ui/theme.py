"""The desk's own Textual theme, made from `ui.look`. The terminal's palette is never asked: it may be anything."""

from textual.theme import Theme

from ui import look


def desk_theme() -> Theme:
    """`$<name>-ink` and `$<name>-paper` for every look, and the colours between."""
    variables = {f"{one.name}-ink": one.ink for one in look.LOOKS}
    variables |= {f"{one.name}-paper": one.paper for one in look.LOOKS}
    variables |= {
        "ink": look.INK,
        "paper": look.PAPER,
        "soft-ink": look.SOFT_INK,
        "warn-ink": look.WARN_INK,
        "status-paper": look.STATUS_PAPER,
        "input-cursor-background": look.INK,
        "input-cursor-foreground": look.PAPER,
        "input-selection-background": "#3a5068",
    }
    return Theme(
        name="waypost",
        primary="#40e0d0",
        warning=look.WARN_INK,
        error="#a00000",
        foreground=look.INK,
        background=look.PAPER,
        surface=look.PAPER,
        panel=look.STATUS_PAPER,
        dark=True,
        text_alpha=1.0,
        variables=variables,
    )
