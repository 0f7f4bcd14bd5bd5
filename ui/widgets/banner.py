"""The banner: one word that can be read from a metre away, one sentence, the next step; its text in each state.

- Word, shape and the position of the word tell the verdicts apart; colour only helps.
- Where there is no room for the large word only the sentences are shown: the first begins with the same shape and word.
- The large word is drawn in half blocks, which every console font has (code page 437 had them), so it needs no special
  font and no colour. Glyphs are six pixels high, two pixels a cell. A translated word that is too wide, or that has a
  letter without a glyph, is not drawn large: only its shape is, with the word in bold next to it.
- In quiet mode the banner is neutral and shows a digit: no verdict word, no reason.
"""

from collections.abc import Collection
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from appliance.answer.referral_words import find_settled_referral, stays_with_second_line
from appliance.counter.decisions import SupervisorOverride
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import Condition, find_conditions
from data.screenings import Verdict
from data.text import EMPTY, Message, _
from devices.ports import DeviceHealth, DeviceState
from ui.desk.actions import Privacy
from ui.desk.traveller_session import SessionStage, TravellerSession
from ui.text.sanitize import safe, shorten
from ui.text.translation import translate
from ui.verdict_style import PHASE_STYLES, STYLES, VERDICT_STYLES, Phase, VerdictStyle
from ui.widgets import has_another_height
from ui.widgets.tables.glyphs import GLYPHS, HEIGHT

_CELLS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
ROOMY_COLUMNS, ROOMY_ROWS = 118, 34
"""The word is twice as large on screens of at least this size."""
LEAST_COLUMNS, LEAST_ROWS = 68, 20
"""Smaller screens have no large word."""
LEAST_HEIGHT = 7
"""Of the banner with the large word."""
SENTENCE = 150
WORD_COLUMN = 10
"""Column of the banner in which a word stands that cannot be drawn large."""

_KEYS = {
    Verdict.CLEAR: _("Enter admits"),
    Verdict.CHECK: _("F6 admits once it is settled, F5 refers"),
    Verdict.CANNOT_SAY: _("F5 refers"),
    Verdict.REFER: _("F5 refers"),
}
_KEYS_AFTER_TYPING = _("F6 admits once it is compared, F5 refers")
"""On CLEAR, where the answer rests on typing."""
_KEYS_OF_SECOND_LINE = _("F6 admits once the second line agrees")
"""On CLEAR, where the traveller stays with the second line."""
_KEYS_WITH_SECOND_PERSON = _("F5 refers, F6 admits with a second person")
"""On CANNOT SAY, where no standing condition is in the way."""


def draw_large(text: str, scale: int = 1) -> list[str]:
    """`text` as three rows of half blocks, `scale` times as large; a character without a glyph is left out."""
    glyphs = [GLYPHS[character] for character in text if character in GLYPHS]
    rows = [" ".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]
    pixels = ["".join(pixel * scale for pixel in row) for row in rows for _copy in range(scale)]
    return [_row_of_cells(upper, lower) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)]


def _row_of_cells(upper: str, lower: str) -> str:
    return "".join(_CELLS[above == "#", below == "#"] for above, below in zip(upper, lower, strict=True))


@dataclass(frozen=True, slots=True)
class BannerText:
    """What the banner says."""

    style: VerdictStyle
    word: str
    """Drawn large, after the style's shape."""
    says: Message
    """The one sentence. It begins with shape and word, so that it can be read without the large word too."""
    second: Message = EMPTY
    settled: Message = EMPTY
    """How an earlier referral was settled: on a line of its own, so that nothing is cut for it."""
    next: Message = EMPTY


class Banner(Widget):
    """Draws a `BannerText`."""

    DEFAULT_CSS = f"""
    Banner {{ height: auto; min-height: {LEAST_HEIGHT}; padding: 0 2; background: $ready-paper; color: $ready-ink; }}
    Banner.small {{ min-height: 1; }}
    """ + "\n".join(
        f"Banner.{style.name} {{ background: ${style.name}-paper; color: ${style.name}-ink; }}" for style in STYLES
    )

    def __init__(self, text: BannerText) -> None:
        super().__init__()
        self._text = text
        self._room: tuple[Size, int] | None = None

    def show(self, text: BannerText) -> None:
        """Draw another text."""
        if text == self._text:
            return
        self.update_classes({style.name: style.name == text.style.name for style in STYLES})
        self._text = text
        self.refresh()
        if has_another_height(self, 1 if self._small else LEAST_HEIGHT, self.screen.size.height):
            self.refresh(layout=True)

    def on_resize(self) -> None:
        """A terminal may shrink while the desk runs; a height that only the text changed was drawn with it."""
        room = (self.screen.size, self.content_size.width)
        if room != self._room:
            self._room = room
            self.set_class(self._small, "small")
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Large word in its place, then up to four sentences."""
        text = self._text
        rest = [Content(safe(line, SENTENCE)) for line in (text.second, text.settled, text.next) if line]
        return Content("\n").join([*self._large(), Content.styled(safe(text.says, SENTENCE), "bold"), *rest])

    @property
    def _small(self) -> bool:
        return self.screen.size.width < LEAST_COLUMNS or self.screen.size.height < LEAST_ROWS

    def _large(self) -> list[Content]:
        if self._small:
            return []
        shape, word = self._text.style.shape, translate(self._text.word)
        roomy = self.screen.size.width >= ROOMY_COLUMNS and self.screen.size.height >= ROOMY_ROWS
        width = self.content_size.width
        for scale in (2, 1) if roomy else (1,):
            rows = draw_large(f"{shape} {word}", scale)
            if len(rows[0]) <= width and GLYPHS.keys() >= set(word):
                indent = " " * round((width - len(rows[0])) * self._text.style.place)
                return [Content(indent + row) for row in rows]
        return _shape_with_word(shape, shorten(word, width - WORD_COLUMN))


def _shape_with_word(shape: str, word: str) -> list[Content]:
    upper, middle, lower = draw_large(shape)
    return [Content(upper), Content.assemble(middle.ljust(WORD_COLUMN), (word, "bold")), Content(lower)]


def banner_text(
    session: TravellerSession | None,
    device: DeviceState | None,
    device_what: Message,
    privacy: Privacy,
    overrides: Collection[SupervisorOverride] = (),
) -> BannerText:
    """The banner for this session, or for the desk while there is no traveller."""
    if session is None:
        return _device_text(device, device_what) if _is_bad(device) else _ready_text(device)
    if session.result is None and session.failure is None:
        return _working_text(session)
    if privacy is Privacy.QUIET:
        return _quiet_text(session.result.verdict if session.result else Verdict.CANNOT_SAY, session.stage)
    return _verdict_text(session, session.result, overrides) if session.result else _failed_text(session)


def _is_bad(device: DeviceState | None) -> bool:
    return device is not None and device.health in (DeviceHealth.ABSENT, DeviceHealth.FAULTED)


def _sentence(style: VerdictStyle, word: Message, sentence: Message) -> Message:
    return _("{shape} {word}: {sentence}", shape=style.shape, word=word, sentence=sentence)


def _ready_text(device: DeviceState | None) -> BannerText:
    if device is not None and device.health is DeviceHealth.CONNECTING:
        says = _("the reader is connecting; type meanwhile")
    elif device is not None:
        says = _("place a document on the reader, or type its machine-readable lines")
    else:
        says = _("type or scan the machine-readable lines")
    style = PHASE_STYLES[Phase.READY]
    second = _("F7 screens a number or a name without a scan")
    return BannerText(style, style.word, _sentence(style, style.word, says), second)


def _device_text(device: DeviceState | None, what: Message) -> BannerText:
    style = PHASE_STYLES[Phase.DEVICE]
    says = what or _("the reader does not work")
    hint = device.hint if device else EMPTY
    meanwhile = _("Meanwhile, type the machine-readable lines or press F7. The desk keeps trying the reader")
    return BannerText(style, style.word, _sentence(style, style.word, says), hint, meanwhile)


def _working_text(session: TravellerSession) -> BannerText:
    style, progress = PHASE_STYLES[Phase.WORKING], session.progress
    word = _("WORKING {ended}/{total}", ended=progress.ended, total=progress.total) if progress else style.word
    chip = session.chip.says if session.chip else EMPTY
    return BannerText(style, word, _sentence(style, word, _("no verdict yet")), chip)


def _failed_text(session: TravellerSession) -> BannerText:
    style = VERDICT_STYLES[Verdict.CANNOT_SAY]
    reason = session.failure.message if session.failure else EMPTY
    return BannerText(style, style.word, _sentence(style, style.word, reason), next=_("Scan again"))


def _quiet_text(verdict: Verdict, stage: SessionStage) -> BannerText:
    neutral = PHASE_STYLES[Phase.READY]
    digit = VERDICT_STYLES[verdict].digit
    if stage is SessionStage.DECIDED:
        says = _("{digit} recorded", digit=digit)
    else:
        says = _("{digit} F4 shows more for 8 seconds", digit=digit)
    blank = VerdictStyle(neutral.name, EMPTY, "", neutral.ink, neutral.paper, 0.0)
    return BannerText(blank, digit, says)


def _verdict_text(
    session: TravellerSession, result: ScreeningResult, overrides: Collection[SupervisorOverride]
) -> BannerText:
    style = VERDICT_STYLES[result.verdict]
    says = _sentence(style, style.word, result.says)
    settled = find_settled_referral(result.findings)
    return BannerText(style, style.word, says, result.second_line, settled, _next_step(session, result, overrides))


def _next_step(
    session: TravellerSession, result: ScreeningResult, overrides: Collection[SupervisorOverride]
) -> Message:
    if session.stage is SessionStage.DECIDED:
        return _("Recorded. Enter: next traveller")
    if session.stage is SessionStage.DECIDING:
        return _("Writing it to the journal …")
    if not result.is_recorded:
        return _("Next: write traveller and decision down on paper. Nothing can be recorded: tell the technician")
    if result.verdict is Verdict.CANNOT_SAY and (under := _under_condition(result, overrides)):
        return under
    steps, keys = result.advice.steps, _decision_keys(result, overrides)
    return _("Next: {step}. {keys}", step=steps[0], keys=keys) if steps else _("Next: {keys}", keys=keys)


def _decision_keys(result: ScreeningResult, overrides: Collection[SupervisorOverride]) -> Message:
    if result.verdict is Verdict.CANNOT_SAY and _is_open(find_conditions(result.findings)[0], overrides):
        return _KEYS_WITH_SECOND_PERSON
    if result.verdict is Verdict.CLEAR and stays_with_second_line(result.findings):
        return _KEYS_OF_SECOND_LINE
    if result.verdict is Verdict.CLEAR and result.screening.rests_on_typing:
        return _KEYS_AFTER_TYPING
    return _KEYS[result.verdict]


def _is_open(conditions: Collection[Condition], overrides: Collection[SupervisorOverride]) -> bool:
    """Whether work is open under every one of these conditions."""
    return {override.condition for override in overrides}.issuperset(conditions)


def _under_condition(result: ScreeningResult, overrides: Collection[SupervisorOverride]) -> Message:
    """What to do where only standing conditions prevented an answer: scanning again would not help."""
    conditions, others = find_conditions(result.findings)
    if others or not conditions:
        return EMPTY
    if _is_open(conditions, overrides):
        return _("Next: work is open under this condition: F6 admits, F5 refers")
    return _("Next: F5 refers. To admit, a supervisor must open work: F9")
