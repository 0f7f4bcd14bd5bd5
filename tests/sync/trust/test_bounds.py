"""How much a list may change: each bound is held and named."""

from typing import Any

import pytest

from data.errors import BoundsError
from data.lists.contents import Amount, ListContents
from data.policy import Approval, Baseline, Bounds
from sync.trust.bounds import Drift, ListChange, VersionStep, must_be_within


def change(since: int = 5, to: int = 6, came: int = 0, went: int = 0, **more: Any) -> ListChange:
    rows = 100 + came - went
    return ListChange(**{"list": "un", "since": since, "rows_before": 100, "to": to, "rows": rows, "digest": 7,
                     "came": came, "went": went} | more)  # fmt: skip


def each(*versions: int, came: int = 0, went: int = 0) -> tuple[VersionStep, ...]:
    """What versions 6, 7 and 8, or those named, say that each of them did."""
    return tuple(VersionStep(version, came, went) for version in versions or (6, 7, 8))


BASE = Baseline(5, 100, 9)
TIGHT = Bounds(adds=10, removes=5, adds_total=15, removes_total=8, baseline=BASE)


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        (change(came=11), "`adds`"),
        (change(went=6), "`removes`"),
        (change(to=8, came=16, steps=each(came=8)), "`adds_total`"),
        (change(to=8, went=9, steps=each(went=3)), "`removes_total`"),
        (change(since=0, rows_before=0, came=116, went=0, rows=116), "`adds_total`"),
        (change(since=3, to=6, rows=80), "`removes_total`"),
        (change(since=4, to=5), "baseline"),
        (change(resealed=True, came=200, went=100, rows=200), "`adds_total`"),
    ],
)
def test_each_bound_is_held_and_named(told: ListChange, rule: str) -> None:
    with pytest.raises(BoundsError, match=rule):
        must_be_within(TIGHT, told, None)
    approved = Bounds(10, 5, 15, 8, BASE, (Approval(told.to, told.digest),))
    must_be_within(approved, told, None)
    with pytest.raises(BoundsError):
        must_be_within(Bounds(10, 5, 15, 8, BASE, (Approval(told.to, 8), Approval(told.to + 1, 7))), told, None)


def test_what_came_before_counts_for_the_totals() -> None:
    drift = must_be_within(TIGHT, change(came=10, went=4), None)
    assert drift == Drift(5, 10, 4)
    assert must_be_within(TIGHT, change(6, 7, came=5, went=4), drift) == Drift(5, 15, 8)
    with pytest.raises(BoundsError, match="adds_total"):
        must_be_within(TIGHT, change(6, 7, came=6), drift)


def test_a_new_baseline_begins_anew_with_the_difference_in_rows() -> None:
    later = Bounds(10, 5, 15, 8, Baseline(7, 97, 9))
    assert must_be_within(later, change(8, 9, came=2, went=1), Drift(5, 15, 8)) == Drift(7, 3 + 2, 1)


FREE = Bounds(adds=10, removes=5, max_fall=1.0)


def test_a_jump_may_be_as_large_as_its_versions_were_together() -> None:
    must_be_within(FREE, change(5, 8, came=30, went=15, steps=each(came=10, went=5)), None)
    must_be_within(FREE, change(5, 8, came=12, steps=(*each(6, came=2), *each(8, came=10))), None)
    with pytest.raises(BoundsError, match="`adds`: 31 rows, and 30 are allowed"):
        must_be_within(FREE, change(5, 8, came=31, steps=each(came=10)), None)
    with pytest.raises(BoundsError, match="`adds`: 13 rows, and 12 are allowed"):
        must_be_within(FREE, change(5, 8, came=13, steps=(*each(6, came=2), *each(8, came=10))), None)
    with pytest.raises(BoundsError, match="`removes`: 7 rows, and 6 are allowed"):
        must_be_within(FREE, change(5, 8, went=7, steps=each(went=2)), None)


@pytest.mark.parametrize("to", [6, 8, 105, 1 << 30])
def test_numbers_that_are_passed_over_allow_no_more_rows(to: int) -> None:
    must_be_within(FREE, change(5, to, came=10, went=5), None)
    for steps in ((), each(to, came=99, went=99)):
        with pytest.raises(BoundsError, match="`adds`: 11 rows, and 10 are allowed"):
            must_be_within(FREE, change(5, to, came=11, steps=steps), None)
        with pytest.raises(BoundsError, match="`removes`: 6 rows, and 5 are allowed"):
            must_be_within(FREE, change(5, to, went=6, steps=steps), None)


def test_one_version_beyond_its_bound_is_no_smaller_in_a_jump() -> None:
    """A kit that saw it alone refused it; so does one that was away."""
    steps = (*each(6, came=1), *each(7, came=25), *each(8, came=1))
    with pytest.raises(BoundsError, match="`adds`: 27 rows, and 12 are allowed"):
        must_be_within(FREE, change(5, 8, came=27, steps=steps), None)
    approved = Bounds(adds=10, removes=5, approvals=(Approval(7, 1),))
    must_be_within(approved, change(5, 8, came=27, steps=steps), None)
    with pytest.raises(BoundsError, match="`adds`: 28 rows, and 27 are allowed"):
        must_be_within(approved, change(5, 8, came=28, steps=steps), None)


def test_an_approval_of_another_content_of_the_same_version_lets_nothing_pass() -> None:
    other = Bounds(adds=10, removes=5, approvals=(Approval(8, 6),))
    with pytest.raises(BoundsError, match="`max_fall`"):
        must_be_within(other, change(5, 8, went=50, steps=each(8, went=50)), None)
    with pytest.raises(BoundsError, match="`adds`"):
        must_be_within(other, change(5, 8, came=50, steps=each(8, came=50)), None)


def test_versions_that_the_kit_has_and_later_ones_allow_nothing() -> None:
    with pytest.raises(BoundsError, match="and 10 are allowed"):
        must_be_within(FREE, change(7, 8, came=11, steps=each(6, 7, 8, 9, came=10)), None)


def test_a_file_that_claims_ever_more_versions_allows_no_more_than_the_newest_hundred() -> None:
    """Whoever has the online keys could publish as many; the totals hold against that."""
    claimed = tuple(VersionStep(version, 10, 5) for version in range(6, 1006))
    must_be_within(FREE, change(5, 1005, came=1000, steps=claimed), None)
    with pytest.raises(BoundsError, match="`adds`: 1001 rows, and 1000 are allowed"):
        must_be_within(FREE, change(5, 1005, came=1001, steps=claimed), None)
    with pytest.raises(BoundsError, match="`adds_total`"):
        must_be_within(TIGHT, change(5, 1005, came=16, steps=claimed), None)


def test_a_first_load_and_a_new_salt_are_held_by_their_row_count_alone() -> None:
    must_be_within(TIGHT, change(since=0, rows_before=0, came=0, rows=110), None)
    must_be_within(TIGHT, change(resealed=True, came=100, went=100, rows=100), None)


def test_a_list_falls_no_further_than_its_share() -> None:
    tenth = Bounds()
    must_be_within(tenth, change(went=10), None)
    with pytest.raises(BoundsError, match="`max_fall`: 100 rows become 89, and a fall of 10% is allowed"):
        must_be_within(tenth, change(went=11), None)
    must_be_within(tenth, change(since=0, rows_before=0, rows=1), None)
    must_be_within(Bounds(max_fall=1.0), change(went=100), None)
    with pytest.raises(BoundsError, match="`max_fall`"):
        must_be_within(Bounds(max_fall=0.0), change(went=2), None)


def test_a_new_salt_is_no_way_around_the_share() -> None:
    with pytest.raises(BoundsError, match="`max_fall`"):
        must_be_within(Bounds(), change(resealed=True, came=50, went=100, rows=50), None)


def test_a_share_holds_for_names_where_they_are_counted() -> None:
    before = ListContents(Amount(100, 1), Amount(400, 9))
    after = ListContents(Amount(100, 1), Amount(300, 9))
    with pytest.raises(BoundsError, match="400 names become 300"):
        must_be_within(Bounds(), change(contents=(before, after)), None)


@pytest.mark.parametrize("to", [6, 7, 12, 1000, 218_213_493])
def test_numbers_that_are_passed_over_make_no_larger_fall_right(to: int) -> None:
    """Whoever has the online keys passes over as many as he likes, and so does a recovery of headquarters."""
    must_be_within(Bounds(), change(5, to, went=10), None)
    with pytest.raises(BoundsError, match="a fall of 10% is allowed"):
        must_be_within(Bounds(), change(5, to, went=11), None)


def test_a_jump_over_an_approved_version_or_a_baseline_contains_what_was_signed() -> None:
    approved = Bounds(approvals=(Approval(6, 1),))
    must_be_within(approved, change(5, 8, went=90), None)
    with pytest.raises(BoundsError, match="`max_fall`"):
        must_be_within(approved, change(6, 8, went=90), None)
    must_be_within(Bounds(baseline=Baseline(7, 10, 7)), change(5, 8, went=90), None)
