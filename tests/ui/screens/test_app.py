"""The theme is our own and never the terminal's."""

from ui.screens.app import desk_theme


def test_the_theme_is_our_own_and_never_the_terminals() -> None:
    theme = desk_theme()
    assert not theme.ansi
    assert all(value.startswith("#") for value in theme.variables.values())
