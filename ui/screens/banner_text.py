"""What the banner says in each state of the desk, openly and in quiet mode.

Quiet: a neutral banner with a digit, no verdict in words, no reason.
"""

from collections.abc import Collection

from appliance.openings import Opening
from appliance.result import Result
from appliance.standing import conditions_of
from data.findings import Verdict
from devices.states import DeviceState, Health
from ui import look
from ui.keys import Privacy
from ui.look import PHASES, VERDICTS, Phase
from ui.say import safe
from ui.screens.turn import Stage, Turn
from ui.widgets.banner import BannerText

SENTENCE = 150
QUIET_REASON = "F4 shows more for 8 seconds"

_ENTER = {
    Verdict.CLEAR: "Enter admits",
    Verdict.CHECK: "F6 admits once it is settled, F5 refers",
    Verdict.CANNOT_SAY: "F5 refers",
    Verdict.REFER: "F5 refers",
}


def banner_text(
    turn: Turn | None,
    device: DeviceState | None,
    device_what: str,
    privacy: Privacy,
    openings: Collection[Opening] = (),
) -> BannerText:
    """The banner for this turn, or for the desk when nobody stands there."""
    if turn is None:
        return _device(device, device_what) if _is_bad(device) else _ready(device)
    if turn.result is None and turn.failure is None:
        return _working(turn)
    if privacy is Privacy.QUIET:
        return _quiet(turn.result.verdict if turn.result else Verdict.CANNOT_SAY, turn.stage)
    return _verdict(turn, turn.result, openings) if turn.result else _failed(turn)


def _is_bad(device: DeviceState | None) -> bool:
    return device is not None and device.health in (Health.ABSENT, Health.FAULTED)


def _ready(device: DeviceState | None) -> BannerText:
    if device is not None and device.health is Health.CONNECTING:
        says = "○ READY: the reader is connecting; type meanwhile"
    elif device is not None:
        says = "○ READY: lay a document on the reader, or type its machine-readable lines"
    else:
        says = "○ READY: type or scan the machine-readable lines"
    return BannerText(PHASES[Phase.READY], "READY", says, "F7 screens a number or a name without a scan")


def _device(device: DeviceState | None, what: str) -> BannerText:
    hint = device.hint if device else ""
    return BannerText(
        PHASES[Phase.DEVICE],
        "DEVICE",
        f"✚ DEVICE: {safe(what, SENTENCE) or 'the reader does not work'}",
        safe(hint, SENTENCE),
        "Meanwhile type the machine-readable lines, or F7. It is used again by itself when it works",
    )


def _working(turn: Turn) -> BannerText:
    progress = turn.progress
    word = f"WORKING {progress.ended}/{progress.total}" if progress else "WORKING"
    chip = turn.chip.says if turn.chip else ""
    return BannerText(PHASES[Phase.WORKING], word, f"… {word}: no verdict yet", chip)


def _failed(turn: Turn) -> BannerText:
    cannot = VERDICTS[Verdict.CANNOT_SAY]
    return BannerText(cannot, cannot.word, f"◆ {cannot.word}: {safe(str(turn.failure), SENTENCE)}", "", "Scan again")


def _quiet(verdict: Verdict, stage: Stage) -> BannerText:
    neutral = PHASES[Phase.READY]
    digit = VERDICTS[verdict].digit
    done = "recorded" if stage is Stage.DECIDED else QUIET_REASON
    blank = look.Look(neutral.name, "", "", neutral.ink, neutral.paper, 0.0)
    return BannerText(blank, digit, f"{digit}  {done}")


def _verdict(turn: Turn, result: Result, openings: Collection[Opening]) -> BannerText:
    found = VERDICTS[result.verdict]
    says = f"{found.shape} {found.word}: {safe(result.says, SENTENCE)}"
    return BannerText(found, found.word, says, safe(result.second_line, SENTENCE), _next(turn, result, openings))


def _next(turn: Turn, result: Result, openings: Collection[Opening]) -> str:
    if turn.stage is Stage.DECIDED:
        return "Recorded. Enter: next traveller"
    if turn.stage is Stage.DECIDING:
        return "Writing it down …"
    if result.verdict is Verdict.CANNOT_SAY and (under := _under_condition(result, openings)):
        return under
    steps = result.advice.steps
    first = f"{safe(steps[0], SENTENCE)}. " if steps else ""
    return f"Next: {first}{_ENTER[result.verdict]}"


def _under_condition(result: Result, openings: Collection[Opening]) -> str:
    """What to do where only standing conditions kept the answer back: scanning again would not help."""
    conditions, others = conditions_of(result.findings)
    if others or not conditions:
        return ""
    opened = {opening.condition for opening in openings}
    if all(condition in opened for condition in conditions):
        return "Next: work is opened under this condition: F6 admits, F5 refers"
    return "Next: F5 refers. To admit, a supervisor opens work: F9"
