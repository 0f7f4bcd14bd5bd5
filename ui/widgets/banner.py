"""The banner: one word large enough for a metre's distance, one sentence, the next step; what it says in each state.

- Word, shape and the word's place tell the verdicts apart; colour comes on top.
- Where the large word has no room the sentence stands alone: it begins with the same shape and word.
- The large word is drawn in half blocks, which every console font has (code page 437 had them): it needs no font and
  no colour. Glyphs are six pixels high, two pixels a cell.
- In quiet mode the banner is neutral and shows a digit: no verdict in words, no reason.
"""

from collections.abc import Collection
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from appliance.counter.decisions import SupervisorOverride
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import find_conditions
from data.screenings import Verdict
from devices.ports import DeviceHealth, DeviceState
from ui.desk.actions import Privacy
from ui.desk.traveller_session import SessionStage, TravellerSession
from ui.text.sanitize import safe
from ui.verdict_style import PHASE_STYLES, STYLES, VERDICT_STYLES, Phase, VerdictStyle
from ui.widgets.tables.glyphs import GLYPHS, HEIGHT

_CELLS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
ROOMY_COLUMNS, ROOMY_ROWS = 118, 34
"""From this size of the screen on, the word is twice as large."""
LEAST_COLUMNS, LEAST_ROWS = 68, 20
"""Below this size of the screen there is no large word."""
SENTENCE = 150
QUIET_REASON = "F4 shows more for 8 seconds"

_ENTER = {
    Verdict.CLEAR: "Enter admits",
    Verdict.CHECK: "F6 admits once it is settled, F5 refers",
    Verdict.CANNOT_SAY: "F5 refers",
    Verdict.REFER: "F5 refers",
}


def draw_large(text: str, scale: int = 1) -> list[str]:
    """`text` as three rows of half blocks, `scale` times as large; a character without a glyph is left out."""
    glyphs = [GLYPHS[character] for character in text if character in GLYPHS]
    rows = [" ".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]
    pixels = ["".join(pixel * scale for pixel in row) for row in rows for _ in range(scale)]
    return [_row_of_cells(upper, lower) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)]


def _row_of_cells(upper: str, lower: str) -> str:
    return "".join(_CELLS[above == "#", below == "#"] for above, below in zip(upper, lower, strict=True))


@dataclass(frozen=True, slots=True)
class BannerText:
    """What the banner says."""

    style: VerdictStyle
    word: str
    """Drawn large, with the style's shape before it."""
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
        f"Banner.{style.name} {{ background: ${style.name}-paper; color: ${style.name}-ink; }}" for style in STYLES
    )

    def __init__(self, text: BannerText) -> None:
        super().__init__()
        self._text = text

    def show(self, text: BannerText) -> None:
        """Draw another text."""
        if text == self._text:
            return
        self.set_class(False, *(style.name for style in STYLES))
        self.set_class(True, text.style.name)
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
        rows = draw_large(f"{self._text.style.shape} {self._text.word}", 2 if roomy else 1)
        room = self.content_size.width - len(rows[0])
        indent = " " * max(0, round(room * self._text.style.place))
        return [indent + row for row in rows]


def banner_text(
    session: TravellerSession | None,
    device: DeviceState | None,
    device_what: str,
    privacy: Privacy,
    overrides: Collection[SupervisorOverride] = (),
) -> BannerText:
    """The banner for this session, or for the desk when nobody stands there."""
    if session is None:
        return _device_text(device, device_what) if _is_bad(device) else _ready_text(device)
    if session.result is None and session.failure is None:
        return _working_text(session)
    if privacy is Privacy.QUIET:
        return _quiet_text(session.result.verdict if session.result else Verdict.CANNOT_SAY, session.stage)
    return _verdict_text(session, session.result, overrides) if session.result else _failed_text(session)


def _is_bad(device: DeviceState | None) -> bool:
    return device is not None and device.health in (DeviceHealth.ABSENT, DeviceHealth.FAULTED)


def _ready_text(device: DeviceState | None) -> BannerText:
    if device is not None and device.health is DeviceHealth.CONNECTING:
        says = "○ READY: the reader is connecting; type meanwhile"
    elif device is not None:
        says = "○ READY: lay a document on the reader, or type its machine-readable lines"
    else:
        says = "○ READY: type or scan the machine-readable lines"
    return BannerText(PHASE_STYLES[Phase.READY], "READY", says, "F7 screens a number or a name without a scan")


def _device_text(device: DeviceState | None, what: str) -> BannerText:
    hint = device.hint if device else ""
    return BannerText(
        PHASE_STYLES[Phase.DEVICE],
        "DEVICE",
        f"✚ DEVICE: {safe(what, SENTENCE) or 'the reader does not work'}",
        safe(hint, SENTENCE),
        "Meanwhile type the machine-readable lines, or F7. It is used again by itself when it works",
    )


def _working_text(session: TravellerSession) -> BannerText:
    progress = session.progress
    word = f"WORKING {progress.ended}/{progress.total}" if progress else "WORKING"
    chip = session.chip.says if session.chip else ""
    return BannerText(PHASE_STYLES[Phase.WORKING], word, f"… {word}: no verdict yet", chip)


def _failed_text(session: TravellerSession) -> BannerText:
    cannot = VERDICT_STYLES[Verdict.CANNOT_SAY]
    return BannerText(cannot, cannot.word, f"◆ {cannot.word}: {safe(str(session.failure), SENTENCE)}", "", "Scan again")


def _quiet_text(verdict: Verdict, stage: SessionStage) -> BannerText:
    neutral = PHASE_STYLES[Phase.READY]
    digit = VERDICT_STYLES[verdict].digit
    status = "recorded" if stage is SessionStage.DECIDED else QUIET_REASON
    blank = VerdictStyle(neutral.name, "", "", neutral.ink, neutral.paper, 0.0)
    return BannerText(blank, digit, f"{digit}  {status}")


def _verdict_text(
    session: TravellerSession, result: ScreeningResult, overrides: Collection[SupervisorOverride]
) -> BannerText:
    style = VERDICT_STYLES[result.verdict]
    says = f"{style.shape} {style.word}: {safe(result.says, SENTENCE)}"
    return BannerText(
        style, style.word, says, safe(result.second_line, SENTENCE), _next_step(session, result, overrides)
    )


def _next_step(session: TravellerSession, result: ScreeningResult, overrides: Collection[SupervisorOverride]) -> str:
    if session.stage is SessionStage.DECIDED:
        return "Recorded. Enter: next traveller"
    if session.stage is SessionStage.DECIDING:
        return "Writing it down …"
    if result.verdict is Verdict.CANNOT_SAY and (under := _under_condition(result, overrides)):
        return under
    steps = result.advice.steps
    first = f"{safe(steps[0], SENTENCE)}. " if steps else ""
    return f"Next: {first}{_ENTER[result.verdict]}"


def _under_condition(result: ScreeningResult, overrides: Collection[SupervisorOverride]) -> str:
    """What to do where only standing conditions kept the answer back: scanning again would not help."""
    conditions, others = find_conditions(result.findings)
    if others or not conditions:
        return ""
    overridden = {override.condition for override in overrides}
    if all(condition in overridden for condition in conditions):
        return "Next: work is opened under this condition: F6 admits, F5 refers"
    return "Next: F5 refers. To admit, a supervisor opens work: F9"
