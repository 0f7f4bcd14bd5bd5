"""Importing whole lists into headquarters."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.clock import read_system_time
from data.errors import Busy, IncompleteSource, InputError, RefusedFile
from sync.headquarters.importer import import_list
from sync.headquarters.store.tables import records
from tests.support.deployment import PEOPLE, Deployment, un_file

FEWER = dict(list(PEOPLE.items())[:36])


def bodies(deployment: Deployment) -> list[tuple[str, int, int | None]]:
    with deployment.hq.store.transaction() as connection:
        rows = connection.execute(select(records).order_by(records.c.identity, records.c.valid_from))
        return [(row.identity, row.valid_from, row.valid_to) for row in rows]


def test_an_import_counts_what_came_changed_went_and_stayed(deployment: Deployment) -> None:
    assert deployment.take(PEOPLE).added == 40
    report = deployment.take(FEWER | {"XXi.000": "Testa Alia", "XXi.900": "Altera Persona"})
    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 4, 35)
    assert report.source_date == "2026-02-01"


def test_every_past_state_can_be_told(deployment: Deployment) -> None:
    deployment.take({"XXi.1": "Testa", "XXi.2": "Testa"})
    deployment.take({"XXi.1": "Testa Alia", "XXi.2": "Testa"})
    deployment.take({"XXi.2": "Testa"}, accept_incomplete="a test")
    assert bodies(deployment) == [("XXi.1", 1, 2), ("XXi.1", 2, 3), ("XXi.2", 1, None)]


def test_a_record_that_comes_back_is_added_anew(deployment: Deployment) -> None:
    deployment.take(PEOPLE)
    deployment.take(FEWER)
    assert deployment.take(PEOPLE).added == 4


def test_the_second_record_with_one_identity_is_refused(deployment: Deployment) -> None:
    path = un_file(deployment.folder / "un.xml", PEOPLE)
    entry = "<INDIVIDUAL><FIRST_NAME>Gemina</FIRST_NAME><REFERENCE_NUMBER>XXi.000</REFERENCE_NUMBER></INDIVIDUAL>"
    path.write_text(path.read_text().replace("</INDIVIDUALS>", f"{entry}</INDIVIDUALS>"))
    report = import_list(deployment.hq, "un", "un-xml", [path])
    assert report.added == 40
    assert [refusal.where for refusal in report.refused] == ["XXi.000"]


def test_a_repetition_far_behind_is_found_too(deployment: Deployment) -> None:
    many = {f"XXi.{number:04}": "Testa" for number in range(1000)}
    path = un_file(deployment.folder / "un.xml", many)
    entry = "<INDIVIDUAL><FIRST_NAME>Gemina</FIRST_NAME><REFERENCE_NUMBER>XXi.0000</REFERENCE_NUMBER></INDIVIDUAL>"
    path.write_text(path.read_text().replace("</INDIVIDUALS>", f"{entry}</INDIVIDUALS>"))
    assert len(import_list(deployment.hq, "un", "un-xml", [path]).refused) == 1


def test_a_malformed_record_is_refused_and_the_import_goes_on(deployment: Deployment) -> None:
    report = deployment.take(PEOPLE | {"XXi.777": ""})
    assert report.added == 40
    assert len(report.refused) == 1
    assert "XXi.777" in report.refused[0].where


def test_a_file_of_the_wrong_format_leaves_everything(deployment: Deployment) -> None:
    deployment.take(PEOPLE)
    wrong = deployment.folder / "wrong.xml"
    wrong.write_text("<OTHER/>")
    before = bodies(deployment)
    with pytest.raises(RefusedFile):
        import_list(deployment.hq, "un", "un-xml", [wrong])
    assert bodies(deployment) == before


def test_more_of_a_list_than_its_policy_allows_does_not_go_unasked(deployment: Deployment) -> None:
    deployment.take(PEOPLE)
    few = dict(list(PEOPLE.items())[:35])
    with pytest.raises(IncompleteSource, match="40 rows become 35, and a fall of 10% is allowed"):
        deployment.take(few)
    assert deployment.take(PEOPLE).unchanged == 40
    assert deployment.take(few, accept_incomplete="a test").removed == 5


def test_a_list_keeps_its_format(deployment: Deployment) -> None:
    deployment.take(PEOPLE)
    with pytest.raises(InputError, match="made from un-xml"):
        import_list(deployment.hq, "un", "ofac-csv", [])


@pytest.mark.parametrize("name", ["", "UN", "../un", "a" * 33, "-un"])
def test_a_name_that_cannot_be_a_folder_is_refused(deployment: Deployment, name: str) -> None:
    with pytest.raises(InputError, match="name for a list"):
        deployment.take(PEOPLE, name)


def test_a_list_is_never_taken_from_the_future_or_from_before(deployment: Deployment) -> None:
    now = read_system_time()
    deployment.take(PEOPLE, as_of=now - timedelta(days=1))
    with pytest.raises(InputError, match="future"):
        deployment.take(PEOPLE, as_of=now + timedelta(days=1))
    with pytest.raises(InputError, match="already taken"):
        deployment.take(PEOPLE, as_of=now - timedelta(days=2))
    with pytest.raises(InputError, match="no time zone"):
        deployment.take(PEOPLE, as_of=now.replace(tzinfo=None))


def test_one_change_at_a_time(deployment: Deployment) -> None:
    with deployment.hq.changing(), pytest.raises(Busy, match="changing this headquarters"):
        deployment.take(PEOPLE)


def test_a_new_list_is_not_left_empty_by_a_file_without_records(deployment: Deployment) -> None:
    path = deployment.folder / "sltd.csv"
    path.write_text("number,country,type,fraud\nAB,NOR,PAS,lost\n")
    with pytest.raises(IncompleteSource, match="no record in them can be used"):
        import_list(deployment.hq, "sltd", "sltd-csv", [path])
    assert bodies(deployment) == []
    assert len(import_list(deployment.hq, "sltd", "sltd-csv", [path], accept_incomplete="a test").refused) == 1
