"""Thresholds for a tolerable rate of alerts: what they promise on the crossings they come from, and their bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.matching.tuning import (
    HIGHEST_POSSIBLE,
    HIGHEST_STRONG,
    Crossing,
    ReplayResult,
    assess_thresholds,
    replay_crossing,
    tune_thresholds,
    tuning_in_words,
)
from appliance.matching.weights import DEFAULT_THRESHOLDS
from data.kit.settings import Settings
from tests.appliance.support.people import INDEX, TODAY, ask

SCORES = st.lists(st.floats(-20, 10), min_size=300, max_size=600)


def crossings(scores: list[float]) -> list[ReplayResult]:
    return [ReplayResult(score, always_alerts=False) for score in scores]


@given(SCORES, st.sampled_from([0.01, 0.02, 0.05]))
def test_no_more_alerts_than_asked_for_unless_a_bound_holds(scores: list[float], rate: float) -> None:
    tuned = tune_thresholds(crossings(scores), 10, rate)
    chosen = tuned.thresholds
    assert chosen.weak <= chosen.possible <= chosen.strong
    assert chosen.possible <= HIGHEST_POSSIBLE and chosen.strong <= HIGHEST_STRONG
    rounding = sum(abs(score - chosen.possible) <= 0.01 for score in scores)
    assert tuned.alerts <= rate * len(scores) + rounding or chosen.possible == HIGHEST_POSSIBLE


def test_too_few_crossings_leave_the_defaults() -> None:
    tuned = tune_thresholds(crossings([0.0] * 299), 10, 0.01)
    assert (tuned.thresholds, tuned.measured) == (DEFAULT_THRESHOLDS, False)
    assert tune_thresholds(crossings([0.0] * 300), 10, 0.01).measured


def test_a_floor_counts_as_an_alert_whatever_the_thresholds() -> None:
    assert (
        assess_thresholds(
            [ReplayResult(-30, always_alerts=True), ReplayResult(-30, always_alerts=False)], 1, DEFAULT_THRESHOLDS
        ).alerts
        == 1
    )


def test_replay_tells_scores_and_floors() -> None:
    lists = [(INDEX, lambda keys: {})]
    full_name = replay_crossing(Crossing(ask("DOST", "MOHAMMAD", "1990-01-02"), TODAY), lists)
    assert full_name.always_alerts and full_name.best < DEFAULT_THRESHOLDS.possible
    nobody = replay_crossing(Crossing(ask("NOBODY", "KNOWN", "1990-01-02"), TODAY), lists)
    assert (nobody.best, nobody.always_alerts) == (float("-inf"), False)
    past = replay_crossing(Crossing(ask("HARKAVENNY", "ZEBULON", "1971-01-09"), TODAY), lists)
    assert past.best == float("-inf")


@pytest.mark.parametrize(
    ("alerts", "strong", "words"),
    [
        (0, 0, "0 name alerts, none expected; 0 of them strong, none expected."),
        (1, 0, "1 name alert, about one every 10 days; 0 of them strong, none expected."),
        (10, 1, "10 name alerts, about 1 a day; 1 of them strong, about one every 10 days."),
        (9, 9, "9 name alerts, about one a day; 9 of them strong, about one a day."),
    ],
)
def test_in_words(alerts: int, strong: int, words: str) -> None:
    seen = crossings([1.0] * strong + [0.0] * (alerts - strong) + [-9.0] * (400 - alerts))
    assert (
        tuning_in_words(assess_thresholds(seen, 10, DEFAULT_THRESHOLDS))
        == f"400 crossings in 10 days (40 a day): {words}"
    )


def test_the_settings_begin_with_the_tables_thresholds() -> None:
    fields = Settings.model_fields
    assert (fields["name_strong"].default, fields["name_possible"].default) == (
        DEFAULT_THRESHOLDS.strong,
        DEFAULT_THRESHOLDS.possible,
    )
