"""How much a list may change: the rules, and that both ends of the line hold them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from data import policy as signed_policy
from data.errors import BoundsError, TrustError
from data.kit.home import KitHome
from data.lists.rows import Row, add_to_digest
from data.policy import VAULT_POLICY, Approval, Baseline, Bounds, Policy, policy_from_json
from sync.headquarters.publishing import publisher
from sync.headquarters.publishing.metadata import SignedMetadata
from sync.kit.list_sync import SyncMethod
from sync.trust.bounds import Drift, ListChange, must_be_within
from tests.support.deployment import PEOPLE, Deployment, names, sync

HALF = dict(list(PEOPLE.items())[:20])


def change(since: int = 5, to: int = 6, came: int = 0, went: int = 0, **more: Any) -> ListChange:
    rows = 100 + came - went
    return ListChange(**{"list": "un", "since": since, "rows_before": 100, "to": to, "rows": rows, "digest": 7,
                     "came": came, "went": went} | more)  # fmt: skip


BASE = Baseline(5, 100, 9)
TIGHT = Bounds(adds=10, removes=5, adds_total=15, removes_total=8, baseline=BASE)


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        (change(came=11), "`adds`"),
        (change(went=6), "`removes`"),
        (change(to=8, came=16), "`adds_total`"),
        (change(to=8, went=9), "`removes_total`"),
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


def test_a_jump_over_several_versions_may_be_so_many_times_as_large() -> None:
    free = Bounds(adds=10, removes=5)
    must_be_within(free, change(5, 8, came=30, went=15), None)
    with pytest.raises(BoundsError):
        must_be_within(free, change(5, 8, came=31), None)
    with pytest.raises(BoundsError):  # version numbers cost nothing to whoever has the online keys
        must_be_within(free, change(5, 1 << 30, came=1001), None)


def test_a_first_load_and_a_new_salt_are_held_by_their_row_count_alone() -> None:
    must_be_within(TIGHT, change(since=0, rows_before=0, came=0, rows=110), None)
    must_be_within(TIGHT, change(resealed=True, came=100, went=100, rows=100), None)


def policy(**lists: Any) -> Policy:
    entries = {name: {"old_after_h": 48, "expired_after_h": 168} | entry for name, entry in lists.items()}
    facts = {"format": 1, "lists": entries, "erase_within_hours": 24, "kits": "00" * 32}
    return policy_from_json(json.dumps(facts).encode())


def test_without_a_word_of_the_policy_bounds_are_generous() -> None:
    assert policy(default={}).of("un").bounds == Bounds()


def test_a_list_without_an_entry_has_the_bounds_of_all_and_an_entry_stands_alone() -> None:
    signed = policy(default={"bounds": {"removes": 5}}, other={"bounds": {"adds": 7}})
    assert signed.of("un").bounds == Bounds(removes=5)
    assert signed.of("other").bounds == Bounds(adds=7)


@pytest.mark.parametrize(
    "entry",
    [{"bounds": {"adds": -1}}, {"bounds": {"adds": "many"}}, {"bounds": {"baseline": {"version": 1}}},
     {"approvals": [{"version": 1, "digest": "xyz"}]}, {"approvals": {"version": 1}}, {"bounds": []}],
)  # fmt: skip
def test_bounds_that_are_none_are_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(TrustError, match="policy of headquarters cannot be used"):
        policy(default={}, un=entry)


# ── both ends ────────────────────────────────────────────────────────────────────────────────────────────


def policy_with(kit: KitHome, **entry: Any) -> Policy:
    facts = json.loads(kit.vault.get(VAULT_POLICY) or b"")
    facts["lists"]["un"] = facts["lists"]["default"] | entry
    return policy_from_json(json.dumps(facts).encode())


@pytest.fixture
def bounded(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A kit at version 1, whose policy lets five rows go; headquarters does not know of it."""
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    signed = policy_with(kit, bounds={"removes": 5})
    monkeypatch.setattr(signed_policy, "read_policy", lambda _: signed)
    return deployment


def test_a_kit_refuses_what_goes_beyond_its_bounds(bounded: Deployment) -> None:
    (kit,) = bounded.kits
    bounded.publish(HALF, allow_mass_removal=True)
    result = sync(kit)["un"]
    assert result.error is not None and "`removes`: 20 rows, 5 are allowed" in result.error.what
    assert "offline keys approve version 2" in result.error.do
    assert (result.way, result.after) == (SyncMethod.UNCHANGED, 1)
    assert names(kit) == PEOPLE


@pytest.mark.parametrize("right", [True, False])
def test_a_second_signature_lets_just_that_version_through(
    bounded: Deployment, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    (kit,) = bounded.kits
    bounded.publish(HALF, allow_mass_removal=True)
    other = bounded.kit("post-2")
    monkeypatch.undo()
    sync(other)
    edition = other.lists.open("un").edition()
    assert edition is not None
    approval = {"version": 2, "digest": f"{edition.digest + (not right):x}"}
    signed = policy_with(kit, bounds={"removes": 5}, approvals=[approval])
    monkeypatch.setattr(signed_policy, "read_policy", lambda _: signed)
    result = sync(kit)["un"]
    assert (result.after, result.error is None) == ((2, True) if right else (1, False))


def test_a_snapshot_is_no_way_around_the_bounds(bounded: Deployment) -> None:
    (kit,) = bounded.kits
    replica = kit.lists.open("un")
    edition = replica.edition()
    assert edition is not None
    with replica.read() as view:
        rows = list(view.rows())
    rows[0] = Row(rows[0].key, b"{}")
    replica.replace(replace(edition, digest=add_to_digest(0, rows)), rows)  # so that the delta does not add up
    bounded.publish(HALF, allow_mass_removal=True)
    result = sync(kit)["un"]
    assert result.error is not None and "`removes`" in result.error.what
    assert result.after == 1


def test_headquarters_does_not_publish_what_its_kits_would_refuse(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    signed = policy_with(kit, bounds={"removes": 5})
    monkeypatch.setattr(SignedMetadata, "policy", lambda _: signed)
    deployment.take(HALF, allow_mass_removal=True)
    deployment.take(PEOPLE, "other")
    report = publisher.publish(deployment.hq)
    (refused,) = report.refused
    assert (refused.name, refused.version, report.ok) == ("un", 2, False)
    assert "`removes`: 20 rows, 5 are allowed" in refused.what
    assert [entry.name for entry in report.lists] == ["other"]
    deployment.refresh_mirror()
    before = kit.lists.open("un").edition()
    assert sync(kit)["un"].way is SyncMethod.UNCHANGED
    assert names(kit) == PEOPLE
    after = kit.lists.open("un").edition()
    assert before is not None and after is not None
    assert after.as_of == before.as_of  # what was not published does not make the list younger

    approved = policy_with(kit, bounds={"removes": 5}, approvals=[{"version": 2, "digest": f"{refused.digest:x}"}])
    monkeypatch.setattr(SignedMetadata, "policy", lambda _: approved)
    again = publisher.publish(deployment.hq)
    assert again.ok and {entry.name: entry.version for entry in again.lists} == {"un": 2, "other": 1}
