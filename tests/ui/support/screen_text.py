"""What a Textual screen shows, widget by widget, and where texts in the invented language were cut."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.geometry import Region
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.widget import Widget
from textual.widgets import Static

from tests.support.pseudo_locale import CLOSING, OPENING

ELLIPSIS = "…"


@dataclass(frozen=True)
class ShownWidget:
    """One widget's text, also of rows to which one can scroll."""

    name: str
    top: int
    """Row of the screen on which it begins, from 1."""
    rows: tuple[str, ...]
    is_clipped: bool
    """Part of it is nowhere to be seen: it is outside the screen, or its text is higher than itself."""


@dataclass(frozen=True)
class Cut:
    """A text that ends too early."""

    row: int
    """Row of the screen on which it ends, from 1."""
    text: str
    """From its opening bracket to where it ends."""

    @property
    def is_marked(self) -> bool:
        return self.text.endswith(ELLIPSIS)

    @property
    def last_word(self) -> str:
        return self.text.removesuffix(ELLIPSIS).split()[-1] if self.text.removesuffix(ELLIPSIS).strip() else ""


def shown_widgets(screen: Screen[object]) -> Iterator[ShownWidget]:
    """Every widget of `screen` that has text of its own."""
    for widget in screen.walk_children(Widget):
        has_own_text = not widget.children or widget.border_title or widget.border_subtitle
        if widget.display and widget.region and has_own_text:
            yield _shown_widget(widget, screen)


def _shown_widget(widget: Widget, screen: Screen[object]) -> ShownWidget:
    width, height = widget.region.size
    if isinstance(widget, ScrollView):
        height = max(height, widget.virtual_size.height)
    rows = tuple(strip.text for strip in widget.render_lines(Region(0, 0, width, height)))
    scrolls = any(isinstance(parent, Widget) and parent.allow_vertical_scroll for parent in widget.ancestors)
    is_inside = scrolls or screen.region.contains_region(widget.region)
    return ShownWidget(type(widget).__name__, widget.region.y + 1, rows, not is_inside or _is_too_high(widget))


def _is_too_high(widget: Widget) -> bool:
    if not isinstance(widget, Static):
        return False
    room = widget.content_size
    return widget.get_content_height(room, widget.screen.size, room.width) > room.height


def find_cuts(widget: ShownWidget) -> Iterator[Cut]:
    """Texts with an opening bracket and no closing one, and rows that only say that something is left out."""
    text = "\n".join(row.rstrip() for row in widget.rows)
    unclosed: list[int] = []
    for place, character in enumerate(text):
        if character == OPENING:
            unclosed.append(place)
        elif character == CLOSING and unclosed:
            unclosed.pop()
    for place in unclosed:
        mark = text.find(ELLIPSIS, place)
        end = mark + 1 if mark >= 0 else len(text)
        yield Cut(widget.top + text.count("\n", 0, end), text[place:end])
    for row, line in enumerate(widget.rows):
        if line.strip() == ELLIPSIS:
            yield Cut(widget.top + row, ELLIPSIS)
