"""Small lists from the import to the kit: vehicles and operations, their refusals, and their withdrawal."""

from pathlib import Path
from typing import Any

import pytest

from data.lists.kinds import load_small_list_kind
from tests.journeys.support.travellers import HONEST
from tests.support.command_line import Done, Waypost, enrolled

VEHICLES = [
    "reference,plate,country,vin,make,colour,year,type",
    "V-1,AB 123-CD,FRA,,Testa,red,2019,car",
    "V-2,,,1M8GDM9AXKP042788,Testa,blue,,lorry",
    "V-3,МК 12,UTO,,,,,",
]
OPERATION = (
    '{"reference":"OP-1","post":"Harbour","title":"Watch the ferries","who":"Team Testa",'
    '"from":"2026-11-30T06:00Z","until":"2026-12-20T18:00+01:00"}'
)


class Scene:
    """A headquarters and a kit of it that carries every list."""

    def __init__(self, waypost: Waypost, hq: Path, folder: Path) -> None:
        self.waypost, self.hq, self.folder = waypost, hq, folder

    def take(self, kind: str, name: str, *lines: str, options: tuple[object, ...] = ()) -> Done:
        """Import a file with these lines as the list of this kind."""
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return self.waypost(
            "hq", "import", "--home", self.hq, "--list", kind, "--format", kind, "--json", *options, path
        )

    def publish(self) -> None:
        assert self.waypost("hq", "publish", "--home", self.hq).code == 0

    def enrol(self) -> None:
        self.kit = enrolled(self.waypost, self.hq, self.folder / "post-1", self.hq / "public")

    def sync(self) -> Done:
        return self.waypost("courier", "run", "--home", self.kit)

    def states(self) -> dict[str, dict[str, Any]]:
        done = self.waypost("lists", "--home", self.kit, "--json")
        return {entry["list"]: entry for entry in done.json}


@pytest.fixture
def scene(waypost: Waypost, hq: Path, tmp_path: Path) -> Scene:
    made = Scene(waypost, hq, tmp_path)
    assert made.take("vehicles", "cars.csv", *VEHICLES).code == 0
    assert made.take("operations", "stop.jsonl", OPERATION).code == 0
    made.publish()
    made.enrol()
    assert made.sync().code == 0
    return made


def test_a_small_list_reaches_a_kit_and_what_is_withdrawn_is_gone(scene: Scene) -> None:
    states = scene.states()
    facts = {name: (states[name]["kind"], states[name]["rows"], states[name]["state"]) for name in states}
    assert facts["vehicles"] == ("vehicles", 3, "fresh") and facts["operations"] == ("operations", 1, "fresh")

    done = scene.take("vehicles", "cars.csv", *VEHICLES[:3])
    assert done.code == 0 and (done.json["removed"], done.json["unchanged"]) == (1, 2)
    scene.publish()
    assert scene.sync().code == 0
    assert (scene.states()["vehicles"]["version"], scene.states()["vehicles"]["rows"]) == (2, 2)


def test_the_kit_says_what_it_carries_and_screens_as_before(scene: Scene) -> None:
    said = scene.waypost("lists", "--home", scene.kit).out
    assert "vehicles: version 1, 3 rows, updated just now, fresh" in said
    assert "operations: version 1, 1 row, updated just now, fresh" in said
    assert scene.waypost("check", "--home", scene.kit, "--mrz", HONEST).code == 0


def test_a_row_that_cannot_be_read_is_reported_and_what_was_known_of_it_stays(scene: Scene) -> None:
    wrong = "V-4,XX 1,UTO,1M8GDM9A1KP042788,,,,"
    done = scene.take(
        "vehicles", "cars.csv", *VEHICLES[:2], VEHICLES[2].replace("lorry", "lorries"), VEHICLES[3], wrong
    )
    assert done.code == 3 and (done.json["refused_count"], done.json["kept"], done.json["removed"]) == (2, ["V-2"], 0)
    assert [line["where"] for line in done.json["refused"]] == ["cars.csv:3", "cars.csv:5"]
    why = [line["why"] for line in done.json["refused"]]
    assert "type is 'lorries'; it must be one of car, van, lorry" in why[0] and "the right check digit" in why[1]
    scene.publish()
    assert scene.sync().code == 0
    assert scene.states()["vehicles"]["rows"] == 3


def test_the_last_operation_ends_and_the_list_is_as_good_as_ever(scene: Scene) -> None:
    assert scene.take("operations", "stop.jsonl").code == 4, "nothing says that the file is not cut off"
    assert scene.take("operations", "stop.csv", "reference,post,title,who,from,until").code == 0
    published = scene.waypost("hq", "publish", "--home", scene.hq)
    assert published.code == 0 and "is empty" not in published.err
    assert scene.sync().code == 0
    assert (scene.states()["operations"]["rows"], scene.states()["operations"]["state"]) == (0, "fresh")


def test_a_list_of_a_later_schema_is_refused_whole_and_the_old_one_serves_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "V-9,QQ 9,FRA,,,,,"
    with monkeypatch.context() as newer:
        newer.setattr(load_small_list_kind("vehicles"), "SCHEMA_VERSION", 2)
        assert scene.take("vehicles", "cars.csv", *VEHICLES, more).code == 0
        scene.publish()
    before = {path.name for path in (scene.kit / "staging").rglob("*")}
    done = scene.sync()
    assert done.code == 1
    said = " ".join(f"{done.out} {done.err}".split())
    assert "vehicles has rows of version 2 of its kind, and Waypost on this machine reads 1" in said
    assert "Update Waypost on this machine" in said
    assert {path.name for path in (scene.kit / "staging").rglob("*")} == before
    assert (scene.states()["vehicles"]["version"], scene.states()["vehicles"]["state"]) == (1, "fresh")
    assert scene.states()["operations"]["state"] == "fresh"
    with monkeypatch.context() as newer:
        newer.setattr(load_small_list_kind("vehicles"), "SCHEMA_VERSION", 2)
        assert scene.sync().code == 0
        assert (scene.states()["vehicles"]["version"], scene.states()["vehicles"]["rows"]) == (2, 4)
    state = scene.states()["vehicles"]
    assert state["rows"] == 0 and "Update Waypost on this machine" in state["age"]


def test_nothing_of_a_small_list_lies_in_clear_on_the_kit_or_on_the_way(scene: Scene) -> None:
    words = [b"1M8GDM9AXKP042788", b"AB 123-CD", b"Team Testa", b"Watch the ferries"]
    for folder in (scene.kit, scene.hq):
        for path in folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not any(word in content for word in words), path
