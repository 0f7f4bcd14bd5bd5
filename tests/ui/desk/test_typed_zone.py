"""A scanner is told from a hand by its speed."""

from ui.desk.typed_zone import Burst


def _typed(characters: int, every_s: float) -> Burst:
    burst = Burst()
    for number in range(characters):
        burst.key(100 + number * every_s)
    return burst


def test_a_scanner_is_a_machine_and_the_fastest_hand_is_none() -> None:
    assert _typed(88, 0.02).by_machine
    assert not _typed(88, 0.06).by_machine


def test_a_few_quick_characters_say_nothing() -> None:
    assert not _typed(20, 0.001).by_machine


def test_a_hand_that_finishes_fast_stays_a_hand() -> None:
    burst = _typed(40, 0.2)
    for number in range(20):
        burst.key(108 + number * 0.005)
    assert not burst.by_machine


def test_pasted_lines_came_from_a_machine() -> None:
    burst = Burst()
    burst.paste(89, 5.0)
    assert burst.by_machine


def test_a_pasted_number_among_typed_characters_does_not_make_a_machine() -> None:
    burst = _typed(30, 0.2)
    burst.paste(9, 110)
    assert not burst.by_machine


def test_a_hand_that_types_on_after_a_paste_makes_it_typed() -> None:
    burst = Burst()
    burst.paste(44, 5.0)
    for number in range(44):
        burst.key(6 + number * 0.2)
    assert not burst.by_machine
