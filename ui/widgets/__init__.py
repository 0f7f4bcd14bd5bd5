"""The parts of the desk's screen, each with the words it shows. How they draw:

- A part that is told what it shows already draws nothing.
- Each draws itself in place. The screen is laid out anew, which draws every part again, only where a part gets another
  height. `Static.update` does so at every call unless it is told not to.
"""

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static


def draw_in_place(part: Static, content: Content, least: int, most: int) -> None:
    """Draw a text as high as it needs to be, between these rows."""
    part.update(content, layout=False)
    if has_another_height(part, least, most):
        part.refresh(layout=True)


def has_another_height(part: Widget, least: int, most: int) -> bool:
    """Whether what `part` shows now needs other rows than it has; also if that is not known yet."""
    width, height = part.content_size
    needs = part.get_content_height(part.container_size, part.screen.size, width)
    return not width or height != min(max(needs, least), most)
