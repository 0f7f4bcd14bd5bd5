"""Notices in JSON: shapes, traps, refusals."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import IncompleteSource, RefusedFile
from data.persons.notice import Action, Colour, Notice
from data.persons.person import HeldDocument, NameQuality, PartialDate, Sex
from sync.headquarters.sources import RefusedRecord, SourceInfo
from sync.headquarters.sources.notices_json import read

RED = {
    "entity_id": "2025/91001",
    "name": "QUESADILLO-VARNA",
    "forename": "Benigna",
    "date_of_birth": "1981/03/05",
    "sex_id": "F",
    "nationalities": ["UY", "914"],
    "place_of_birth": "Piedra Baja",
    "country_of_birth_id": "UY",
    "height": 1.6,
    "weight": 0,
    "eyes_colors_id": ["BRO"],
    "arrest_warrants": [{"issuing_country_id": "UY", "charge": "Estafa", "charge_translation": "Fraud"}],
    "_links": {"self": {"href": "https://example.org/notices/v1/red/2025-91001"}},
}
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def _folder(**files: Any) -> Path:
        for name, content in files.items():
            path = tmp_path / "notices" / f"{name.replace('__', '/')}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return tmp_path / "notices"

    return _folder


def _only(path: Path) -> Notice:
    notice, info = read([path])
    assert isinstance(notice, Notice) and isinstance(info, SourceInfo)
    return notice


def test_a_red_notice_is_read_whole(folder: Folder) -> None:
    notice = _only(folder(a=RED))
    person = notice.person
    assert (notice.record, notice.colour, notice.action) == ("2025/91001", Colour.RED, Action.DETAIN)
    assert (notice.owner, notice.reason) == ("NCB URY", "Fraud")
    assert (person.primary_name, person.names[0].surname) == ("Benigna QUESADILLO-VARNA", "QUESADILLO-VARNA")
    assert person.births == (PartialDate(1981, 3, 5),)
    assert (person.sex, person.nationalities) == (Sex.FEMALE, ("URY",))
    assert person.birth_places == ("Piedra Baja, Uruguay",)
    assert person.marks == "1.6 m; eyes BRO"


@pytest.mark.parametrize(
    ("text", "birth"), [("1985/07", PartialDate(1985, 7)), ("1985", PartialDate(1985)), (None, None), ("-", None)]
)
def test_a_birth_date_may_be_partial_or_missing(folder: Folder, text: str | None, birth: PartialDate | None) -> None:
    assert _only(folder(a=RED | {"date_of_birth": text})).person.births == ((birth,) if birth else ())


def test_nulls_dashes_and_an_unlisted_forename_are_nothing(folder: Folder) -> None:
    bare = dict.fromkeys(RED, None) | {"entity_id": "2020-17", "name": "ORUNSOLU", "forename": "-"}
    notice = _only(folder(a=bare))
    assert notice.record == "2020/17"
    assert (notice.person.primary_name, notice.colour, notice.action) == ("ORUNSOLU", Colour.NONE, Action.INFORM)


@pytest.mark.parametrize(
    ("where", "fields", "colour"),
    [
        ("a", {"notice_type": "Yellow notice"}, Colour.YELLOW),
        ("red__a", {"type": "green"}, Colour.GREEN),
        ("yellow__a", {}, Colour.YELLOW),
        ("un__a", {}, Colour.UN_SPECIAL),
        ("a", {"_links": {"self": {"href": "/notices/v1/un/2025-1"}}}, Colour.UN_SPECIAL),
        ("a", {"_links": None, "un_reference": "QDi.9009"}, Colour.UN_SPECIAL),
        ("a", {"_links": None}, Colour.RED),
    ],
)
def test_the_colour_comes_from_whatever_says_it(
    folder: Folder, where: str, fields: dict[str, Any], colour: Colour
) -> None:
    assert _only(folder(**{where: RED | fields})).colour is colour


def test_headquarters_may_say_more_than_the_public_notice(folder: Folder) -> None:
    more = {
        "action": "discreet", "review": "2030-01-31", "updated": "2025/02/01", "cautions": ["armed"], "owner": "NCB X",
        "documents": [{"number": "AB1", "country": "UY", "type": "passport"}], "birth_name": "VARNA",
        "aliases": ["Nina (Нина)", {"name": "LUZ", "forename": "Ana"}], "father_name": "VARNA",
        "father_forename": "Otto",
        "date_of_event": "2025/01/02", "place": "Piedra Baja", "country": "UY", "original_script_names": ["Бенигна"],
    }  # fmt: skip
    notice = _only(folder(a=RED | more))
    assert (notice.action, notice.review, notice.updated) == (Action.DISCREET, date(2030, 1, 31), date(2025, 2, 1))
    assert (notice.cautions, notice.owner, notice.person.father) == (("armed",), "NCB X", "Otto VARNA")
    assert notice.reason == "Fraud; missing since 2025/01/02, Piedra Baja, Uruguay"
    assert notice.person.documents == (HeldDocument("AB1", "URY", "PAS"),)
    assert [(name.full, name.quality) for name in notice.person.names[1:]] == [
        ("Benigna VARNA", NameQuality.FORMER),
        ("Nina", NameQuality.GOOD),
        ("Нина", NameQuality.ORIGINAL),
        ("Ana LUZ", NameQuality.GOOD),
        ("Бенигна", NameQuality.ORIGINAL),
    ]


@pytest.mark.parametrize(
    "shape", [lambda notices: notices, lambda notices: {"total": 2, "_embedded": {"notices": notices}}]
)
def test_one_file_may_hold_many(tmp_path: Path, shape: Callable[[list[Any]], Any]) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps(shape([RED, RED | {"entity_id": "2025/2"}, {"entity_id": "x"}])))
    first, second, refusal, _ = read([path])
    assert isinstance(first, Notice) and isinstance(second, Notice)
    assert isinstance(refusal, RefusedRecord)
    assert (refusal.where, refusal.why, refusal.identity) == ("page.json notice 3", "it has no name", "x")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not in UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b" " * 5_000_001, "larger than 5 MB"),
        ([], "no notice in the file"),
        (17, "must be a JSON object"),
        ({"name": "X"}, "no entity_id"),
        (RED | {"entity_id": "9" * 65}, "no entity_id"),
        (RED | {"date_of_birth": "1985/02/30"}, "date_of_birth must be"),
        (RED | {"date_of_birth": 1985}, "date_of_birth must be text"),
        (RED | {"nationalities": [1]}, "nationalities must be"),
        (RED | {"aliases": {"a": 1}}, "aliases must be"),
        (RED | {"arrest_warrants": "all"}, "arrest_warrants must be"),
        (RED | {"height": "tall"}, "height must be"),
        (RED | {"sex_id": "?"}, "sex_id must be"),
        (RED | {"action": "salute"}, "action must be"),
        (RED | {"type": "pink"}, "no kind of notice called 'pink'"),
        (RED | {"_links": []}, "_links must be"),
        (RED | {"name": "OTHER"}, "a.json already has this entity_id"),
    ],
)
def test_a_broken_notice_is_one_refusal(folder: Folder, content: Any, why: str) -> None:
    refusals = [
        item
        for item in read([folder(a=RED, b=content, c=RED | {"entity_id": "2025/3"})])
        if isinstance(item, RefusedRecord)
    ]
    assert [refusal.where for refusal in refusals] == ["b.json"]
    assert why in refusals[0].why


def test_a_notice_that_occurs_twice_in_the_same_form_is_no_refusal(folder: Folder) -> None:
    assert not [item for item in read([folder(a=RED, b=RED)]) if isinstance(item, RefusedRecord)]


def test_a_refusal_shows_nothing_of_the_person(folder: Folder) -> None:
    refusal = next(
        item
        for item in read([folder(a=RED, b=RED | {"date_of_birth": "13.3.1981"})])
        if isinstance(item, RefusedRecord)
    )
    assert "1981" not in refusal.why and "QUESADILLO" not in refusal.why


def test_unknown_countries_are_counted(folder: Folder) -> None:
    *_, info = read([folder(a=RED | {"nationalities": ["UY", "ZZ"]})])
    assert isinstance(info, SourceInfo) and info.skipped == {"unknown country codes": 1}
    assert info.partly_read == {"2025/91001"}


def test_control_and_direction_characters_go(folder: Folder) -> None:
    assert _only(folder(a=RED | {"forename": "Be\u202enig\x1b[31mna\ud800"})).person.primary_name.startswith(
        "Be nig 31mna"
    )


@pytest.mark.parametrize("files", [{"a": b"{}"}, {"a": b"[]", "b": b"nonsense"}])
def test_a_folder_without_any_notice_is_refused_whole(folder: Folder, tmp_path: Path, files: dict[str, Any]) -> None:
    (tmp_path / "notices").mkdir()
    with pytest.raises(RefusedFile, match="no notice"):
        next(read([folder(**files)]))


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*RED, "aliases"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=100), st.dictionaries(st.sampled_from([*RED, "type", "aliases", "review"]), values))
)
def test_garbage_is_refused_and_never_crashes(tmp_path: Path, content: Any) -> None:
    entry = content if isinstance(content, bytes) else json.dumps(RED | content).encode()
    path = tmp_path / "garbage.json"
    path.write_bytes(entry)
    try:
        items = list(read([path]))
    except RefusedFile:
        return
    assert {type(item) for item in items} <= {Notice, RefusedRecord, SourceInfo}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_of_several_notices_that_is_cut_off_says_so(tmp_path: Path, share: float) -> None:
    (tmp_path / "a.json").write_text('{"entity_id": "2025/1", "name": "TESTA"}')
    many = json.dumps([{"entity_id": f"2025/9{number}", "name": "TESTA"} for number in range(9)]).encode()
    (tmp_path / "b.json").write_bytes(many[: int(len(many) * share)])
    items = list(read([tmp_path]))
    assert isinstance(items[-1], SourceInfo) and items[-1].signs == ("b.json ends before its JSON does",)
    refusals = [item for item in items if isinstance(item, RefusedRecord)]
    assert refusals and all(refusal.identity.startswith("2025/9") for refusal in refusals)


def test_one_notice_that_is_cut_off_is_one_refusal_with_its_id(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"entity_id": "2025/1", "name": "TESTA"}')
    (tmp_path / "b.json").write_text('{"entity_id": "2025-2", "name": "TES')
    (tmp_path / "c.json").write_text("")
    items = list(read([tmp_path]))
    assert isinstance(items[-1], SourceInfo) and items[-1].signs == ()
    assert [item.identity for item in items if isinstance(item, RefusedRecord)] == ["2025/2", ""]


def test_the_only_file_that_is_cut_off_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"entity_id": "2025/1", "name": "TES')
    with pytest.raises(IncompleteSource):
        next(read([path]))
