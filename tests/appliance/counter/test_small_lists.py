"""What a kit's small lists answer: always with the state of the list, and never empty where a list cannot be asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.counter.kit_lists import KitLists
from appliance.counter.small_lists import SmallLists
from appliance.standing_conditions import ConditionKind
from data.clock import Clock, read_system_time
from data.errors import InputError
from data.kit.headquarters_word import KitStatus, read_clock
from data.kit.home import KitHome
from data.lists.edition import AgeBand
from data.lists.kinds import load_small_list_kind
from data.lists.small_lists.row_search import RowQuestion
from sync.headquarters.importer import import_list
from sync.kit import courier
from tests.support.deployment import Deployment
from tests.support.kit_status import save_status

PLATE = RowQuestion("plate", "ab-123 cd", "F")
CARS = "reference,plate,country,make,review\nV-1,AB 123 CD,FRA,Testa,\nV-2,XY 9,FRA,Testa,2026-01-31\n"
OPERATIONS = (
    "reference,post,title,who,from,until\n"
    f"OP-1,Harbour,Watch,Team Zolta,2026-01-01T06:00Z,{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT%H:%MZ}\n"
)


@pytest.fixture
def take(deployment: Deployment) -> Callable[..., None]:
    def take(kind: str, text: str, **options: object) -> None:
        path = deployment.folder / f"{kind}.csv"
        path.write_text(text)
        import_list(deployment.hq, kind, kind, [path], **options)  # type: ignore[arg-type]

    return take


@pytest.fixture
def kit(deployment: Deployment, take: Callable[..., None]) -> KitHome:
    take("vehicles", CARS)
    take("operations", OPERATIONS)
    deployment.publish_again()
    kit = deployment.kit()
    courier.run(kit)
    return kit


def small_lists(kit: KitHome, clock: Callable[[], Clock] | None = None) -> SmallLists:
    return SmallLists(KitLists(kit, clock or (lambda: read_clock(kit))))


def test_a_row_is_found_with_the_age_of_its_list(kit: KitHome) -> None:
    (answer,) = small_lists(kit).find("vehicles", PLATE)
    assert answer.records is not None
    assert [record.identity for record in answer.records] == ["V-1"]
    assert (answer.state.name, answer.state.age, answer.state.words) == ("vehicles", AgeBand.FRESH, "just now")
    assert answer.state.edition is not None and answer.state.edition.count == 2
    (other,) = small_lists(kit).find("vehicles", RowQuestion("plate", "QQ 1"))
    assert other.records == () and other.state.condition is None


def test_a_row_past_its_review_date_is_not_found(kit: KitHome) -> None:
    (answer,) = small_lists(kit).find("vehicles", RowQuestion("plate", "XY 9"))
    assert answer.records == ()


def test_all_rows_can_be_read(kit: KitHome) -> None:
    (answer,) = small_lists(kit).read_all("operations")
    assert answer.records is not None and [record.text("who") for record in answer.records] == ["Team Zolta"]


def test_a_kind_that_the_kit_does_not_carry_has_no_answer(deployment: Deployment) -> None:
    assert small_lists(deployment.kit()).find("vehicles", PLATE) == ()


def test_an_expired_list_says_so_with_what_it_has(kit: KitHome) -> None:
    later = read_clock(kit)
    (answer,) = small_lists(kit, lambda: Clock(later.floor, read=lambda: read_system_time() + timedelta(days=8))).find(
        "vehicles", PLATE
    )
    assert answer.state.age is AgeBand.EXPIRED and answer.records
    assert answer.state.condition is not None and answer.state.condition.kind is ConditionKind.LIST_EXPIRED


def test_a_list_that_never_came_is_no_empty_answer(deployment: Deployment, take: Callable[..., None]) -> None:
    take("vehicles", CARS)
    deployment.publish_again()
    kit = deployment.kit()
    for payload in (deployment.mirror / "lists" / "vehicles").glob("s-*"):
        payload.unlink()
    courier.run(kit)
    (answer,) = small_lists(kit).find("vehicles", PLATE)
    assert answer.records is None
    assert answer.state.condition is not None and answer.state.condition.kind is ConditionKind.LIST_MISSING


def test_an_emptied_list_answers_only_if_its_kind_may_be_empty(
    kit: KitHome, deployment: Deployment, take: Callable[..., None]
) -> None:
    deployment.allow_any_fall()
    take("vehicles", CARS.splitlines()[0] + "\n", accept_incomplete="all were found")
    take("operations", OPERATIONS.splitlines()[0] + "\n")
    deployment.publish_again()
    courier.run(kit)
    (vehicles,) = small_lists(kit).find("vehicles", PLATE)
    assert vehicles.records is None
    assert vehicles.state.condition is not None and vehicles.state.condition.kind is ConditionKind.LIST_EMPTY
    (operations,) = small_lists(kit).read_all("operations")
    assert operations.records == () and operations.state.condition is None


def test_locked_lists_say_why_and_give_no_row(kit: KitHome) -> None:
    save_status(kit, KitStatus("suspended", "being repaired"))
    (answer,) = small_lists(kit).find("vehicles", PLATE)
    assert answer.records is None and "being repaired" in answer.fault


def test_a_damaged_list_gives_no_row(kit: KitHome) -> None:
    kit.close_lists()
    (base,) = (kit.path / "lists" / "vehicles").glob("base-*.db")
    Path(base).write_bytes(b"")
    (answer,) = small_lists(kit).find("vehicles", PLATE)
    assert answer.records is None
    assert answer.state.condition is not None and answer.state.condition.kind is ConditionKind.LIST_DAMAGED


def test_a_list_of_a_later_schema_gives_no_row_and_says_what_to_do(
    kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_small_list_kind("vehicles"), "SCHEMA_VERSION", 0)
    (answer,) = small_lists(kit).find("vehicles", PLATE)
    assert answer.records is None and "Update Waypost on this machine" in answer.state.words


def test_personal_data_is_left_out_while_details_are_locked(kit: KitHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.counter.kit_lists.read_erase_within_h", lambda _home, _name: -1.0)
    (answer,) = small_lists(kit).read_all("operations")
    assert answer.withheld and answer.records is not None
    assert [dict(record.values).keys() for record in answer.records] == [
        {"reference", "post", "title", "from", "until"}
    ]
    state = next(state for state in KitLists(kit, lambda: read_clock(kit)).states() if state.name == "operations")
    assert "details locked" in state.words


def test_a_question_without_anything_to_search_by_is_refused(kit: KitHome) -> None:
    with pytest.raises(InputError, match="plate is empty, or has a character"):
        small_lists(kit).find("vehicles", RowQuestion("plate", " - "))


def test_erased_lists_leave_nothing_and_come_back_with_the_next_word(kit: KitHome) -> None:
    lists = KitLists(kit, lambda: read_clock(kit))
    save_status(kit, KitStatus("wiped", "stolen"))
    lists.refresh_access()
    (answer,) = SmallLists(lists).find("vehicles", PLATE)
    assert answer.records is None and answer.state.words == "erased"
    assert not (kit.path / "lists" / "vehicles").exists()
