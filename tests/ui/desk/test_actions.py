"""One registry: every action has a key, help and a method; the footer fits; quiet words give nothing away."""

import pytest

from ui.desk.actions import (
    ACTIONS,
    FOOTER,
    FOOTER_WIDTH,
    HELP,
    LOCK,
    DeskAction,
    Privacy,
    action_for_digit,
    bindings,
    explanation,
    footer_places,
    key_name,
    label,
)
from ui.screens.app import DeskApp
from ui.screens.desk import Desk


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_key_help_and_something_it_does(action: DeskAction) -> None:
    assert action.key
    assert len(action.help) > 10
    owner = Desk if action in FOOTER else DeskApp
    assert callable(getattr(owner, f"action_{action.method}"))


def test_no_key_and_no_id_means_two_things() -> None:
    assert len({action.key for action in ACTIONS}) == len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_no_key_is_a_letter_or_a_digit_since_scanners_type_them() -> None:
    assert all(len(action.key) > 1 for action in ACTIONS)


@pytest.mark.parametrize("privacy", Privacy)
def test_the_whole_footer_fits_eighty_columns(privacy: Privacy) -> None:
    assert len(" ".join(f"{key} {word}" for key, word in footer_places(ACTIONS, privacy))) <= FOOTER_WIDTH


def test_a_key_that_does_nothing_leaves_its_place_empty() -> None:
    all_of_them = footer_places(ACTIONS, Privacy.OPEN)
    only_help = footer_places([HELP], Privacy.OPEN)
    assert only_help[0] == ("F1", "help")
    assert all(not (key + word).strip() for key, word in only_help[1:])
    assert [list(map(len, place)) for place in only_help] == [list(map(len, place)) for place in all_of_them]


def test_escape_and_a_digit_mean_the_function_keys() -> None:
    assert action_for_digit("1") is HELP
    assert action_for_digit("0") is LOCK
    assert action_for_digit("8") is None


def test_every_binding_has_the_id_it_is_rebound_by() -> None:
    assert [binding.id for binding in bindings(ACTIONS)] == [action.id for action in ACTIONS]
    assert key_name(HELP, {"desk.help": "f12"}) == "F12"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_quiet_words_never_name_a_decision(action: DeskAction) -> None:
    words = f"{label(action, Privacy.QUIET)} {explanation(action, Privacy.QUIET)}".casefold()
    assert not {"refer", "second line", "admit", "list", "hit"} & {*words.split(), words}
