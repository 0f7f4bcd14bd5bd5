"""Every screen and dialog of the desk in an invented language, 40 % longer: all is translated, nothing is cut.

- A text that does not fit ends with `…` after a whole word, and only on rows that have to stay one row high: 1 to 3,
  7 to 9, and the keys, whose words are shortened (docs/screens.md).
- In tables a cell may be cut.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from tests.support.pseudo_locale import CLOSING, CODE, OPENING, pseudo_locale, untranslated, write_pseudo_locale
from tests.ui.support import desk_kit, desk_scenes
from tests.ui.support.desk_scenes import SCENES, SIZE, staged
from tests.ui.support.screen_text import Cut, ShownWidget, find_cuts, shown_widgets
from ui.text.translation import DOMAIN

VALUES = (
    "North Gate, officer-1, Page reader, Chip tray, sltd, wanted, vehicles, ofac, un, signers, UTC, EST, NOR, UTO, "
    "XOM, PAS, SAMPLE, ADA, ANNA, MARIA, SAMPLER ADDA, SAMPLER Adda Marie, SAMPLER, ADDA, NCB Norland, Old Harbour, "
    "birth place, Forgery of invented papers, Robin, Kim, KIND, OF, zzzz, PACE, ECDH, GM, ECDSA, EC, Norway"
).split(", ")
"""Names, codes and what a hand typed: nobody translates them."""
AS_READ = re.compile(r"\S*<\S*|with (?:AES-|SHA)\d+")
"""Lines of a zone, and names of algorithms."""
DRAWN = re.compile("[─-▟]")
"""Borders, scroll bars, half blocks."""
KEYS = SIZE[1]
ROWS_THAT_MAY_BE_CUT = {1, 2, 3, 7, 8, 9, KEYS}
AROUND_WORDS = ".,:;·()!?⟦⟧{}"
NO_ROOM = dict.fromkeys(
    (
        "clear, with a boarding pass",
        "check",
        "check, Enter",
        "refer",
        "refer, under an expired list",
        "cannot say, admission refused",
        "cannot say, work opened",
        "cannot say, internal error",
        "cannot say, an error in three sentences",
        "too soon",
        "admitted, with a second person",
        "admitted, under a condition",
        "referred",
        "nothing recorded",
        "documents wait",
        "too many documents wait",
    ),
    "rows 2 and 7 to 9 wrap and push the document out; in the Desk's redesign they are one row each (issue 17)",
)
"""Scenes for which the present layout has no room in a longer language, with the rule that it breaks."""
NOT_MARKED_YET = {"no machine-readable lines typed": "what is wrong with a zone is not marked yet"}


@pytest.fixture(scope="module")
def whole_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[str]]:
    """Speaks the invented language; gives all of its words."""
    folder = tmp_path_factory.mktemp("locale")
    write_pseudo_locale(folder, *(Path(str(module.__file__)) for module in (desk_kit, desk_scenes)))
    with (folder / CODE / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        texts = [str(form) for message in read_mo(file) for form in _forms(message)]
    with pseudo_locale(folder):
        yield {word.strip(AROUND_WORDS) for text in [*texts, *VALUES] for word in text.split()}


def _forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def faults(lines: list[str], widgets: list[ShownWidget], whole_words: Collection[str]) -> Iterator[str]:
    """What is wrong with a screen."""
    text = AS_READ.sub(" ", " ".join(DRAWN.sub(" ", " ".join(lines)).split()))
    if english := untranslated(text, VALUES):
        yield f"not translated: {' '.join(english)}"
    for widget in widgets:
        if widget.is_clipped:
            yield f"{widget.name} on row {widget.top} does not fit on the screen"
        for cut in find_cuts(widget):
            yield from (f"{widget.name}: {fault}" for fault in _faults_of_cut(cut, whole_words))


def _faults_of_cut(cut: Cut, whole_words: Collection[str]) -> Iterator[str]:
    if not cut.is_marked:
        yield f"cut without … on row {cut.row}: {cut.text}"
    elif cut.row not in ROWS_THAT_MAY_BE_CUT:
        yield f"cut on row {cut.row}: {cut.text}"
    elif cut.row != KEYS and cut.last_word.strip(AROUND_WORDS) not in whole_words:
        yield f"cut inside a word on row {cut.row}: {cut.text}"


def _scenes() -> Iterator[object]:
    for name in SCENES:
        marks = []
        if name in NO_ROOM:
            marks.append(pytest.mark.xfail(strict=True, reason=NO_ROOM[name]))
        if name in NOT_MARKED_YET:
            marks.append(pytest.mark.xfail(strict=False, reason=NOT_MARKED_YET[name]))
        yield pytest.param(name, marks=marks, id=name)


@pytest.mark.parametrize("scene", list(_scenes()))
async def test_every_state_of_the_desk(scene: str, whole_words: set[str]) -> None:
    async with staged(SCENES[scene]) as officer:
        found = list(faults(officer.lines, list(shown_widgets(officer.top)), whole_words))
        assert not found, "\n".join([*found, *officer.lines])


@pytest.mark.usefixtures("whole_words")
async def test_a_verdict_that_cannot_be_drawn_large_is_its_shape_and_its_word() -> None:
    async with staged(SCENES["clear"]) as officer:
        assert any(line.startswith("  ██████    ⟦ÇĻÉÁŔ⟧ ") for line in officer.lines)


def test_no_scene_without_its_name() -> None:
    assert NO_ROOM.keys() <= SCENES.keys()


def test_english_a_silent_cut_a_cut_on_a_wrong_row_and_one_inside_a_word_are_found() -> None:
    silent = ShownWidget("Static", 11, (f"{OPENING}áƀç", f"{OPENING}ðéƒ{CLOSING}"), is_clipped=False)
    good = ShownWidget("Static", 8, (f"{OPENING}áƀç …", f"{OPENING}ðéƒ, ĝĥí…"), is_clipped=False)
    bad = ShownWidget("Static", 9, (f"{OPENING}áƀç, ðé…",), is_clipped=False)
    left_out = ShownWidget("Static", 12, ("…",), is_clipped=True)
    words = {"áƀç", "ðéƒ", "ĝĥí"}
    assert list(faults(["English"], [], words)) == ["not translated: English"]
    assert list(faults([], [silent], words)) == ["Static: cut without … on row 12: ⟦áƀç\n⟦ðéƒ⟧"]
    assert list(faults([], [good], words)) == []
    assert list(faults([], [bad], words)) == ["Static: cut inside a word on row 9: ⟦áƀç, ðé…"]
    assert list(faults([], [left_out], words)) == [
        "Static on row 12 does not fit on the screen",
        "Static: cut on row 12: …",
    ]
