"""Rows of a page of which one is chosen."""

from textual.widgets import OptionList


class ChoiceRows(OptionList):
    """Textual's list, which cannot be turned by pages where the terminal has no line for it."""

    DEFAULT_CSS = """
    ChoiceRows, ChoiceRows:focus { height: 1fr; border: none; padding: 0; background: $paper; color: $ink; }
    ChoiceRows > .option-list--option-highlighted { background: $status-paper; color: $ink; text-style: bold; }
    ChoiceRows:focus > .option-list--option-highlighted { background: $status-paper; color: $ink;
                                                          text-style: bold reverse; }
    """

    def action_page_up(self) -> None:
        """One page up."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """One page down."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]
