"""Applying what came: within the bounds of the policy, with its canary, into the overlay."""

from dataclasses import replace

import pytest

from data import policy as signed_policy
from data.lists.rows import Row, add_to_digest
from sync.formats.payload import Canary
from sync.headquarters.importer import import_list
from sync.headquarters.publishing import file_maker
from sync.headquarters.store.list_table import set_used_upto
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, sync, un_file
from tests.sync.support.kits import policy_with

HALF = dict(list(PEOPLE.items())[:20])


@pytest.fixture
def bounded(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A kit at version 1, whose policy lets five rows go; headquarters does not know of it."""
    deployment.allow_any_fall()
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    signed = policy_with(kit, bounds={"removes": 5, "max_fall": 1})
    monkeypatch.setattr(signed_policy, "read_policy", lambda _: signed)
    return deployment


def test_a_kit_refuses_what_goes_beyond_its_bounds(bounded: Deployment) -> None:
    (kit,) = bounded.kits
    bounded.publish(HALF, accept_incomplete="a test")
    result = sync(kit)["un"]
    assert result.error is not None and "`removes`: 20 rows, and 5 are allowed" in result.error.what
    assert "offline keys can approve version 2" in result.error.do
    assert (result.way, result.after) == (SyncMethod.UNCHANGED, 1)
    assert names(kit) == PEOPLE


@pytest.mark.parametrize("right", [True, False])
def test_a_second_signature_lets_just_that_version_through(
    bounded: Deployment, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    (kit,) = bounded.kits
    bounded.publish(HALF, accept_incomplete="a test")
    other = bounded.kit("post-2")
    monkeypatch.undo()
    sync(other)
    edition = other.lists.open("un").edition()
    assert edition is not None
    approval = {"version": 2, "digest": f"{edition.digest + (not right):x}"}
    signed = policy_with(kit, bounds={"removes": 5, "max_fall": 1}, approvals=[approval])
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
    bounded.publish(HALF, accept_incomplete="a test")
    result = sync(kit)["un"]
    assert result.error is not None and "`removes`" in result.error.what
    assert result.after == 1


WAYS = pytest.mark.parametrize("way", [SyncMethod.DELTA, SyncMethod.SNAPSHOT])


def leave_only(way: SyncMethod, deployment: Deployment) -> None:
    """A mirror that has lost the other kind of file."""
    letter = "s-" if way is SyncMethod.DELTA else "d-"
    for path in (deployment.mirror / "lists/un").glob(f"{letter}*"):
        path.unlink()


@WAYS
def test_a_kit_that_was_away_takes_what_each_version_was_allowed(bounded: Deployment, way: SyncMethod) -> None:
    (kit,) = bounded.kits
    people = list(PEOPLE.items())
    for count in (36, 31, 26):
        bounded.publish(dict(people[:count]), accept_incomplete="a test")
    leave_only(way, bounded)
    result = sync(kit)["un"]
    assert (result.error, result.after, result.way) == (None, 4, way)
    assert names(kit) == dict(people[:26])


@WAYS
def test_one_version_beyond_its_bound_does_not_hide_among_others(bounded: Deployment, way: SyncMethod) -> None:
    (kit,) = bounded.kits
    people = list(PEOPLE.items())
    for count in (39, 31, 30):
        bounded.publish(dict(people[:count]), accept_incomplete="a test")
    leave_only(way, bounded)
    result = sync(kit)["un"]
    assert result.error is not None and "`removes`: 10 rows, and 7 are allowed" in result.error.what
    assert names(kit) == PEOPLE


@WAYS
def test_numbers_that_headquarters_passes_over_allow_no_more(bounded: Deployment, way: SyncMethod) -> None:
    (kit,) = bounded.kits
    with bounded.hq.store.transaction() as connection:
        set_used_upto(connection, "un", 50)
    people = list(PEOPLE.items())
    assert bounded.publish(dict(people[:30]), accept_incomplete="a test").version == 51
    leave_only(way, bounded)
    result = sync(kit)["un"]
    assert result.error is not None and "`removes`: 10 rows, and 5 are allowed" in result.error.what


def test_a_kit_holds_back_a_version_that_falls_too_far(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the online keys cannot empty a list, by a delta or a snapshot, nor by passing over numbers."""
    deployment.allow_any_fall()
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    signed = policy_with(kit, bounds={"max_fall": 0.1})
    monkeypatch.setattr(signed_policy, "read_policy", lambda _: signed)
    deployment.publish(dict(list(PEOPLE.items())[:35]), accept_incomplete="a test")
    result = sync(kit)["un"]
    assert (
        result.error is not None and "`max_fall`: 40 rows become 35, and a fall of 10% is allowed" in result.error.what
    )
    assert "offline keys can approve version 2" in result.error.do
    assert names(kit) == PEOPLE
    for count in (34, 33, 32, 31, 30, 19):
        deployment.publish(dict(list(PEOPLE.items())[:count]), accept_incomplete="a test")
    result = sync(kit)["un"]
    assert result.error is not None and "a fall of 10% is allowed" in result.error.what, "however many it passes over"
    deployment.publish(dict(list(PEOPLE.items())[:36]), accept_incomplete="a test")
    assert sync(kit)["un"].error is None


def test_a_kit_holds_back_a_version_whose_persons_lost_their_names(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = un_file(deployment.folder / "named.xml", PEOPLE)
    alias = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Alia</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL>"
    path.write_text(path.read_text().replace("</INDIVIDUAL>", alias))
    deployment.allow_any_fall()
    import_list(deployment.hq, "un", "un-xml", [path])
    deployment.publish_again()
    kit = deployment.kit()
    sync(kit)
    signed = policy_with(kit, bounds={"max_fall": 0.1})
    monkeypatch.setattr(signed_policy, "read_policy", lambda _: signed)
    deployment.publish(PEOPLE)
    result = sync(kit)["un"]
    assert result.error is not None and "`max_fall`: 80 names become 40" in result.error.what
    assert (result.after, len(names(kit))) == (1, 40)


def test_additions_alone_wait_in_the_overlay(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    deployment.publish(PEOPLE | {"XXi.900": "Altera Persona"})
    sync(kit)
    assert kit.lists.open("un").overlay_rows() == 1


@pytest.mark.parametrize("canary", [Row(b"XXi.nobody", b"{}"), Row(b"XXi.001", b"{}")], ids=["absent", "another body"])
@pytest.mark.parametrize("way", ["delta", "snapshot"])
def test_a_list_without_its_canary_is_not_taken(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, canary: Row, way: str
) -> None:
    kit = deployment.kit()
    if way == "delta":
        deployment.publish(PEOPLE)
        sync(kit)
    monkeypatch.setattr(file_maker.FileMaker, "_canaries", lambda *_: iter([Canary.of(canary)]))
    deployment.publish(FEWER)
    result = sync(kit)["un"]
    assert result.error is not None and "lacks a row that headquarters knows" in result.error.what
    assert result.after == (1 if way == "delta" else 0)
