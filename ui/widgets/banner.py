"""The banner: one word large enough for a metre's distance, one sentence, the next step.

- Word, shape and the word's place tell the verdicts apart; colour comes on top.
- Where the large word has no room the sentence stands alone: it begins with the same shape and word.
"""

from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from ui.look import LOOKS, Look
from ui.widgets.large import large

ROOMY_COLUMNS, ROOMY_ROWS = 118, 34
"""From this size of the screen on, the word is twice as large."""
LEAST_COLUMNS, LEAST_ROWS = 68, 20
"""Below this size of the screen there is no large word."""


@dataclass(frozen=True, slots=True)
class BannerText:
    """What the banner says."""

    look: Look
    word: str
    """Drawn large, with the look's shape before it."""
    says: str
    """The one sentence, beginning with shape and word so that it reads without the large word too."""
    second: str = ""
    next: str = ""


class Banner(Widget):
    """Draws a `BannerText`."""

    DEFAULT_CSS = """
    Banner { height: auto; min-height: 7; padding: 0 2; background: $ready-paper; color: $ready-ink; }
    Banner.small { min-height: 1; }
    """ + "\n".join(
        f"Banner.{look.name} {{ background: ${look.name}-paper; color: ${look.name}-ink; }}" for look in LOOKS
    )

    def __init__(self, text: BannerText) -> None:
        super().__init__()
        self._text = text

    def show(self, text: BannerText) -> None:
        """Draw another text."""
        if text == self._text:
            return
        self.set_class(False, *(look.name for look in LOOKS))
        self.set_class(True, text.look.name)
        self._text = text
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """A terminal may shrink while the desk runs."""
        self.set_class(self._small, "small")
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Large word in its place, then up to three sentences."""
        text = self._text
        rest = [Content(line) for line in (text.second, text.next) if line]
        return Content("\n").join([*map(Content, self._large()), Content.styled(text.says, "bold"), *rest])

    @property
    def _small(self) -> bool:
        return self.screen.size.width < LEAST_COLUMNS or self.screen.size.height < LEAST_ROWS

    def _large(self) -> list[str]:
        if self._small:
            return []
        roomy = self.screen.size.width >= ROOMY_COLUMNS and self.screen.size.height >= ROOMY_ROWS
        rows = large(f"{self._text.look.shape} {self._text.word}", 2 if roomy else 1)
        room = self.content_size.width - len(rows[0])
        indent = " " * max(0, round(room * self._text.look.place))
        return [indent + row for row in rows]
