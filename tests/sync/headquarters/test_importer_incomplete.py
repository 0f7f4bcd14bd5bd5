"""Files that seem to be incomplete change nothing, until somebody says why they are right."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.errors import IncompleteSource
from sync.headquarters.ceremonies import founding
from sync.headquarters.importer import import_list
from sync.headquarters.store.run_table import past_imports
from sync.headquarters.store.tables import records, runs
from tests.support.deployment import LISTS, PEOPLE, Deployment, un_file
from tests.sync.support.person_files import people

FORMATS = {"un-xml": "un.xml", "sltd-csv": "sltd.csv", "ofac-csv": "ofac", "notices-json": "notices"}


def state(deployment: Deployment) -> tuple[list[tuple[str, int, int | None]], int]:
    with deployment.hq.store.reading() as connection:
        rows = connection.execute(select(records).order_by(records.c.identity, records.c.valid_from))
        return [(row.identity, row.valid_from, row.valid_to) for row in rows], int(
            connection.scalar(select(func.count()).select_from(runs)) or 0
        )


def must_refuse(deployment: Deployment, name: str, form: str, paths: Sequence[Path], sign: str) -> None:
    before = state(deployment)
    with pytest.raises(IncompleteSource, match=sign):
        import_list(deployment.hq, name, form, paths)
    assert state(deployment) == before


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.9, 0.97])
@pytest.mark.parametrize("form", ["un-xml", "sltd-csv"])
def test_a_download_that_was_cut_off_changes_nothing(deployment: Deployment, form: str, share: float) -> None:
    source = LISTS / FORMATS[form]
    import_list(deployment.hq, "list", form, [source])
    content = source.read_bytes()
    path = deployment.folder / source.name
    path.write_bytes(content[: int(share * len(content))])
    must_refuse(deployment, "list", form, [path], "incomplete")


@pytest.mark.parametrize("part", ["sdn", "alt", "add"])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.8, 0.99])
def test_each_file_of_ofac_is_missed_when_it_was_cut_off(deployment: Deployment, part: str, share: float) -> None:
    names = sorted((LISTS / "ofac").glob("*.csv"))
    import_list(deployment.hq, "ofac", "ofac-csv", names)
    paths = []
    for source in names:
        content = source.read_bytes()
        paths.append(deployment.folder / source.name)
        paths[-1].write_bytes(content[: int(share * len(content))] if source.stem == part else content)
    must_refuse(deployment, "ofac", "ofac-csv", paths, "incomplete")


@pytest.mark.parametrize("share", [0.4, 0.8, 0.99])
def test_an_archive_that_was_cut_off_changes_nothing(deployment: Deployment, share: float) -> None:
    sources = sorted((LISTS / "ofac").glob("*.csv"))
    import_list(deployment.hq, "ofac", "ofac-csv", sources)
    packed = gzip.compress(next(path for path in sources if path.stem == "sdn").read_bytes())
    archive = deployment.folder / "sdn.csv.gz"
    archive.write_bytes(packed[: int(share * len(packed))])
    paths = [path for path in sources if path.stem != "sdn"]
    must_refuse(deployment, "ofac", "ofac-csv", [*paths, archive], "sdn.csv.gz")
    archive.write_bytes(packed)
    assert import_list(deployment.hq, "ofac", "ofac-csv", [*paths, archive]).ok


@pytest.mark.parametrize("part", ["alt", "add"])
def test_a_companion_file_that_was_there_before_is_missed(deployment: Deployment, part: str) -> None:
    paths = sorted((LISTS / "ofac").glob("*.csv"))
    import_list(deployment.hq, "ofac", "ofac-csv", paths)
    rest = [path for path in paths if path.stem != part]
    must_refuse(deployment, "ofac", "ofac-csv", rest, f"the file {part}.csv is missing")
    assert import_list(deployment.hq, "ofac", "ofac-csv", rest, accept_incomplete="it is published no more").accepted
    assert import_list(deployment.hq, "ofac", "ofac-csv", rest).ok


def test_a_folder_of_notices_that_was_there_before_is_missed(deployment: Deployment) -> None:
    folder = deployment.folder / "notices"
    for source in (LISTS / "notices").rglob("*.json"):
        target = folder / source.relative_to(LISTS / "notices")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    import_list(deployment.hq, "notices", "notices-json", [folder])
    colour = min((path for path in folder.iterdir()), key=lambda path: len(list(path.iterdir())))
    colour.rename(deployment.folder / "elsewhere")
    must_refuse(deployment, "notices", "notices-json", [folder], f"the folder {colour.name} is missing")


def test_a_column_that_was_there_before_is_missed(deployment: Deployment) -> None:
    path = deployment.folder / "sltd.csv"
    path.write_text("number,country,type,fraud,theft_country,review\nAB12345,FRA,PAS,lost,ESP,2040-01-01\n")
    import_list(deployment.hq, "sltd", "sltd-csv", [path])
    path.write_text("number,country,type,fraud,theft_country\nAB12345,FRA,PAS,lost,ESP\n")
    must_refuse(deployment, "sltd", "sltd-csv", [path], "column review is missing")


MEMBER = "<INDIVIDUAL><FIRST_NAME>Testa</FIRST_NAME><REFERENCE_NUMBER>XXi.{}</REFERENCE_NUMBER>{}</INDIVIDUAL>"
PARTS = {
    "names": "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Alia</ALIAS_NAME></INDIVIDUAL_ALIAS>",
    "dates of birth": "<INDIVIDUAL_DATE_OF_BIRTH><DATE>1970-01-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>",
    "document numbers": "<INDIVIDUAL_DOCUMENT><NUMBER>X123456</NUMBER></INDIVIDUAL_DOCUMENT>",
}


@pytest.mark.parametrize("measure", PARTS)
def test_persons_who_lost_what_tells_them_apart_are_no_whole_list(deployment: Deployment, measure: str) -> None:
    path = un_file(deployment.folder / "un.xml", {})
    frame = path.read_text()

    def write(part: str) -> None:
        members = "".join(MEMBER.format(number, part) for number in range(20))
        path.write_text(frame.replace("</INDIVIDUALS>", f"{members}</INDIVIDUALS>"))

    write(PARTS[measure])
    import_list(deployment.hq, "un", "un-xml", [path])
    write("")
    must_refuse(deployment, "un", "un-xml", [path], measure)


def test_a_fall_is_held_against_the_signed_policy(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    people = {f"XXi.{number:03}": "Testa" for number in range(100)}
    deployment.take(people)
    fewer = dict(list(people.items())[:89])
    with pytest.raises(IncompleteSource, match="100 rows become 89, and a fall of 10% is allowed"):
        deployment.take(fewer)
    assert deployment.take(dict(list(people.items())[:90])).removed == 10


def test_the_reason_is_journalled_with_the_signs(deployment: Deployment) -> None:
    deployment.take({f"XXi.{number:03}": "Testa" for number in range(20)})
    report = deployment.take({"XXi.001": "Testa"}, accept_incomplete="the committee delisted them")
    assert report.removed == 19 and report.accepted == ("20 rows become 1, and a fall of 10% is allowed",)
    with deployment.hq.store.reading() as connection:
        first, second = past_imports(connection, "un")
    assert (first.notes.reason, first.notes.signs) == ("", ())
    assert (second.notes.reason, second.notes.signs) == ("the committee delisted them", report.accepted)


def test_a_reason_without_signs_is_not_journalled_as_if_there_were_some(deployment: Deployment) -> None:
    deployment.take({"XXi.001": "Testa"}, accept_incomplete="to be sure")
    with deployment.hq.store.reading() as connection:
        assert past_imports(connection, "un")[0].notes.reason == ""


def test_what_cannot_be_read_at_all_is_not_imported_for_any_reason(deployment: Deployment) -> None:
    path = deployment.folder / "un.xml"
    path.write_bytes(b"")
    with pytest.raises(IncompleteSource, match="empty"):
        import_list(deployment.hq, "un", "un-xml", [path], accept_incomplete="a reason")


def test_headquarters_begins_with_a_tenth(deployment: Deployment) -> None:
    assert founding.first_policy("00" * 32).of("un").bounds.share == 0.1


def test_a_short_draft_hides_no_fall_from_what_is_published(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)

    def files(count: int) -> list[Path]:
        return [un_file(deployment.folder / f"{count}.xml", dict(list(PEOPLE.items())[:count]))]

    import_list(deployment.hq, "un", "un-xml", files(1), accept_incomplete="a test")
    must_refuse(deployment, "un", "un-xml", files(20), "counted from what is published, 40 rows become 20")
    import_list(deployment.hq, "un", "un-xml", files(1))
    import_list(deployment.hq, "un", "un-xml", files(38))
    import_list(deployment.hq, "un", "un-xml", files(20), accept_incomplete="a test")
    import_list(deployment.hq, "un", "un-xml", files(20))


BORN = "<INDIVIDUAL_DATE_OF_BIRTH><DATE>19{}-01-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
ALIAS = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Other {}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
NOBODY = "<FIRST_NAME>Nobody</FIRST_NAME>"


@pytest.mark.parametrize(("part", "measure"), [(BORN, "birth"), (ALIAS, "names")])
@pytest.mark.parametrize("rest", [[], [NOBODY]], ids=["alone", "beside a row of nobody"])
@pytest.mark.parametrize("are_gone", [True, False], ids=["with their persons", "of persons who stay"])
def test_an_unreadable_row_hides_no_fall_of_names_or_births(
    deployment: Deployment, part: str, measure: str, rest: list[str], are_gone: bool
) -> None:
    """Three of sixty persons have most names or dates of birth: one row may be one of them, and a list may lose one."""
    path = deployment.folder / "un.xml"
    bare = [f"<FIRST_NAME>Testa</FIRST_NAME><REFERENCE_NUMBER>XXi.{number}</REFERENCE_NUMBER>" for number in range(60)]
    rich = [entry + "".join(part.format(number) for number in range(60, 90)) for entry in bare[:3]]
    import_list(deployment.hq, "un", "un-xml", [people(path, [*rich, *bare[3:]])])
    left = [*([] if are_gone else bare[:3]), *bare[3:], *rest]
    must_refuse(deployment, "un", "un-xml", [people(path, left)], measure)
    report = import_list(deployment.hq, "un", "un-xml", [people(path, [*rich[:1], *bare[3:], NOBODY])])
    assert report.kept == ("XXi.1", "XXi.2")
