"""The policy: what it says is kept to the letter, what is wrong in it is refused, what is new is passed over."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Damaged, TrustError
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.lists.edition import AgePolicy, Edition
from data.lists.kinds import KINDS, load_kind, persons
from data.policy import (
    DEFAULT_ERASE_WITHIN_H,
    VAULT_POLICY,
    Approval,
    Baseline,
    Bounds,
    ListPolicy,
    Policy,
    needs_approval,
    policy_from_json,
    policy_to_json,
    read_age_policy,
    read_bounds,
    read_erase_within_h,
    read_policy,
    save_policy,
)

SIGNER = Ed25519PrivateKey.generate().public_key()
BOUNDS = Bounds(100, 10, 1000, 50, Baseline(7, 4000, 0xAB12), (Approval(9, 0xCD34), Approval(11, 0)))
POLICY = Policy(
    {
        "default": ListPolicy(48.0, 168.0),
        "un": ListPolicy(24.0, 72.0, 12.0, BOUNDS),
    },
    24.0,
    SIGNER.public_bytes_raw().hex(),
)
counts = st.none() | st.integers(0, 1 << 32)
digests = st.integers(0, 2**256 - 1)
baselines = st.none() | st.builds(Baseline, st.integers(0, 10**6), st.integers(0, 10**9), digests)
approvals = st.lists(st.builds(Approval, st.integers(0, 10**6), digests), max_size=5).map(tuple)
policies = st.builds(
    ListPolicy,
    st.floats(0.1, 100),
    st.floats(100, 87_600),
    st.none() | st.floats(0.1, 1000),
    st.builds(Bounds, counts, counts, counts, counts, baselines, approvals, st.none() | st.floats(0, 1)),
)


@given(st.dictionaries(st.sampled_from(["un", "ofac", "sltd"]), policies), policies)
def test_a_policy_reads_as_it_was_written(lists: dict[str, ListPolicy], default: ListPolicy) -> None:
    policy = Policy({**lists, "default": default}, 24.0, POLICY.kits)
    assert policy_from_json(policy_to_json(policy)) == policy


def test_a_list_has_its_own_entry_or_the_default_one_and_no_mixture() -> None:
    assert POLICY.of("un").bounds == BOUNDS
    assert POLICY.of("sltd") == POLICY.lists["default"]
    assert POLICY.of("sltd").bounds == Bounds()
    assert POLICY.kits_key().public_bytes_raw() == SIGNER.public_bytes_raw()


def test_what_a_kit_does_not_know_is_passed_over() -> None:
    facts = json.loads(policy_to_json(POLICY))
    facts["drills"] = {"every_h": 3}
    facts["lists"]["un"]["colour"] = "blue"
    facts["lists"]["un"]["bounds"]["moves"] = 3
    assert policy_from_json(json.dumps(facts).encode()) == POLICY


def test_kits_of_the_first_version_read_what_they_know() -> None:
    facts = json.loads(policy_to_json(replace(POLICY, lists={"default": ListPolicy(48.0, 168.0)})))
    assert facts["lists"] == {"default": {"old_after_h": 48.0, "expired_after_h": 168.0}}
    assert (facts["format"], facts["erase_within_hours"], facts["kits"]) == (1, 24.0, POLICY.kits)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], 2),
        (["kits"], "ab"),
        (["lists"], {}),
        (["lists", "../un"], {"old_after_h": 1, "expired_after_h": 2}),
        (["lists", "un", "old_after_h"], 73),
        (["lists", "un", "old_after_h"], True),
        (["lists", "un", "expired_after_h"], float("inf")),
        (["lists", "un", "erase_within_hours"], -1),
        (["lists", "un", "bounds", "adds"], -1),
        (["lists", "un", "bounds", "adds"], 2.5),
        (["lists", "un", "bounds", "removes"], "10"),
        (["lists", "un", "bounds", "max_fall"], "10%"),
        (["lists", "un", "bounds", "max_fall"], 10),
        (["lists", "un", "bounds", "max_fall"], -0.1),
        (["lists", "un", "bounds", "baseline", "digest"], "XY"),
        (["lists", "un", "bounds", "baseline"], [1]),
        (["lists", "un", "approvals"], [{"version": 1, "digest": "a"}] * 65),
        (["lists", "un", "approvals"], {"version": 1}),
        (["lists"], {f"list-{number}": {"old_after_h": 1, "expired_after_h": 2} for number in range(400)}),
    ],
)
def test_a_policy_that_says_what_cannot_be_is_refused(path: list[str], value: Any) -> None:
    facts = json.loads(policy_to_json(POLICY))
    part = facts
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    with pytest.raises(TrustError, match="policy of headquarters"):
        policy_from_json(json.dumps(facts).encode())


def test_a_policy_larger_than_any_is_refused_unread() -> None:
    with pytest.raises(TrustError, match="too large"):
        policy_from_json(policy_to_json(POLICY) + b" " * 70_000)


# ── in the vault of a kit ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kit(tmp_path: Path) -> KitHome:
    return KitHome.create(
        tmp_path / "kit", "a passphrase that is long", Settings(kit="post-1", source="https://hq.example")
    )


def test_before_the_policy_came_a_kit_has_the_built_in_one(kit: KitHome) -> None:
    assert read_policy(kit) is None
    assert read_age_policy(kit, "un") == AgePolicy()
    assert read_erase_within_h(kit, "un") == DEFAULT_ERASE_WITHIN_H
    assert read_bounds(kit, "un") == Bounds()


def test_a_kit_obeys_the_policy_that_it_keeps(kit: KitHome) -> None:
    save_policy(kit, policy_to_json(POLICY))
    assert read_policy(kit) == POLICY
    assert (read_age_policy(kit, "un"), read_age_policy(kit, "sltd")) == (AgePolicy(24, 72), AgePolicy(48, 168))
    assert (read_erase_within_h(kit, "un"), read_erase_within_h(kit, "sltd")) == (12, 24)
    assert (read_bounds(kit, "un"), read_bounds(kit, "sltd")) == (BOUNDS, Bounds())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", policy_to_json(POLICY)[:-1]])
def test_a_kept_policy_that_cannot_be_read_is_damage(kit: KitHome, content: bytes) -> None:
    kit.vault.put({VAULT_POLICY: content})
    for read in (read_age_policy, read_erase_within_h, read_bounds):
        with pytest.raises(Damaged, match="policy in the vault"):
            read(kit, "un")


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


def test_a_list_loses_a_tenth_at_once_where_nothing_is_said() -> None:
    assert Bounds().share == 0.1
    assert policy(default={}, other={"bounds": {"max_fall": 1}}).of("other").bounds.share == 1
    assert policy(default={}, other={"bounds": {"max_fall": 0}}).of("other").bounds.share == 0


EMPTIED = Edition("un", "persons", 9, datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


def test_a_list_that_may_be_empty_needs_no_approval() -> None:
    assert not needs_approval(Bounds(), replace(EMPTIED, kind="operations"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not load_kind(kind).MAY_BE_EMPTY])
def test_a_list_without_a_row_needs_an_approval_of_that_very_version(kind: str) -> None:
    emptied = replace(EMPTIED, kind=kind)
    assert needs_approval(Bounds(), emptied)
    assert needs_approval(Bounds(approvals=(Approval(8, 0), Approval(10, 0), Approval(9, 5))), emptied)
    assert needs_approval(Bounds(baseline=Baseline(9, 1, 0)), emptied)
    assert not needs_approval(Bounds(approvals=(Approval(9, 0),)), emptied)
    assert not needs_approval(Bounds(baseline=Baseline(9, 0, 0)), emptied)
    assert not needs_approval(Bounds(), replace(emptied, count=1, digest=5))


def test_a_kind_that_may_be_empty_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "MAY_BE_EMPTY", True)
    assert not needs_approval(Bounds(), EMPTIED)
