"""Damage that leaves a row readable as something else: whoever was on the list stays, and the import says so."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from data.errors import IncompleteSource
from data.lists.kinds import load_kind
from data.persons.notice import Notice
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.store.record_table import records_in_force
from tests.support.deployment import Deployment
from tests.sync.support.person_files import ALIASES, ALT, NUMBERS, REMARKS, SDN, WHOLE, ofac


def persons(deployment: Deployment, name: str) -> dict[str, Notice]:
    kind = load_kind("persons")
    with deployment.hq.store.reading() as connection:
        return {record.record: record for record in records_in_force(connection, name, kind)}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


LINE = SDN.format(103, 103)


@pytest.mark.parametrize(
    "damaged",
    [
        LINE.replace(',"individual"', ',,"individual"'),
        LINE.replace('"individual",', '"individual",,'),
        *(LINE.replace('"individual"', kind) for kind in ('""', "", "-0- ", '"          "', '"vessel"', '"entity"')),
        LINE.replace('"individual"', '"indiv"'),
        LINE.replace('"individual"', "-0- ").replace(REMARKS, "x"),
    ],
)
def test_a_person_whose_type_is_damaged_stays_on_the_list(deployment: Deployment, damaged: str) -> None:
    ofac(deployment)
    before = persons(deployment, "ofac")
    report = ofac(deployment, list((WHOLE | {103: damaged}).values()))
    assert (report.removed, report.kept, report.ok) == (0, ("OFAC-103",), False)
    assert persons(deployment, "ofac") == before


def test_a_person_who_is_something_else_now_goes_when_somebody_says_so(deployment: Deployment) -> None:
    ofac(deployment)
    changed = list((WHOLE | {103: LINE.replace('"individual"', '"vessel"').replace(REMARKS, "Flag Utopia.")}).values())
    assert ofac(deployment, changed).kept == ofac(deployment, changed).kept == ("OFAC-103",)
    report = ofac(deployment, changed, reason="OFAC had entered a vessel as a person")
    assert (report.removed, report.kept, report.ok) == (1, (), True)


def test_a_new_person_without_a_type_is_refused_and_not_passed_over(deployment: Deployment) -> None:
    report = ofac(deployment, list((WHOLE | {103: LINE.replace('"individual"', "-0- ")}).values()))
    assert (report.added, len(report.refused), report.skipped) == (29, 1, {})


DAMAGE = ["?????, ????", ".", "12345", "\N{REPLACEMENT CHARACTER}" * 3, "TES?A 103, Maria"]


@pytest.mark.parametrize("name", [name for name in DAMAGE if name.isascii()])
def test_a_name_that_is_damage_does_not_replace_the_good_one(deployment: Deployment, name: str) -> None:
    ofac(deployment)
    before = persons(deployment, "ofac")
    report = ofac(deployment, list((WHOLE | {103: LINE.replace("TESTA 103, Maria", name)}).values()))
    assert (report.changed, report.kept, report.ok) == (0, ("OFAC-103",), False)
    report = ofac(
        deployment, alt=list((ALIASES | {103: ALT.format(103, 103, 103).replace("OTHER 103, Ana", name)}).values())
    )
    assert (report.changed, report.kept, report.ok) == (0, ("OFAC-103",), False)
    assert persons(deployment, "ofac") == before


@pytest.mark.parametrize(
    ("alias", "damaged"),
    [
        ('"OTHER 103, Ana"', '""'),
        ('"OTHER 103, Ana"', "-0- "),
        ('"aka"', ',"aka"'),
        ('"aka",', '"aka",,'),
    ],
)
def test_an_alias_that_is_damaged_is_kept(deployment: Deployment, alias: str, damaged: str) -> None:
    ofac(deployment)
    before = persons(deployment, "ofac")
    report = ofac(deployment, alt=list((ALIASES | {103: ALIASES[103].replace(alias, damaged)}).values()))
    assert (report.changed, report.kept, report.ok) == (0, ("OFAC-103",), False)
    assert persons(deployment, "ofac") == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DOB 02", "DOB\N{LATIN SMALL LETTER Y WITH DIAERESIS}02"),
        ("Passport", "Passpo,rt"),
        ("nationality Iran", "nationalitaIran"),
        ("; nationality", " nationality"),
        (".", ""),
        ("; nationality Iran; Passport X1234567 (Iran).", ""),
        ("; nationality Iran; Passport X1234567 (Iran).", "; POB"),
        ("; nationality Iran; Passport X1234567 (Iran).", "; nat."),
        (f'"{REMARKS}"', "-0- "),
        (f'"{REMARKS}"', '""'),
    ],
)
def test_remarks_that_are_damaged_lose_nothing(deployment: Deployment, old: str, new: str) -> None:
    ofac(deployment)
    before = persons(deployment, "ofac")["OFAC-103"].person
    ofac(deployment, list((WHOLE | {103: LINE.replace(old, new)}).values()))
    after = persons(deployment, "ofac")["OFAC-103"].person
    assert (after.births, after.nationalities, after.documents) == (
        before.births, before.nationalities, before.documents,
    )  # fmt: skip


def test_words_that_were_there_before_do_not_hold_back_a_change(deployment: Deployment) -> None:
    sdn = {number: line.replace(".", "; Minister of Rain.") for number, line in WHOLE.items()}
    ofac(deployment, list(sdn.values()))
    report = ofac(deployment, list((sdn | {103: sdn[103].replace("; nationality Iran", "")}).values()))
    assert (report.changed, report.kept, report.ok) == (1, (), True)


PERSON = "<INDIVIDUAL><REFERENCE_NUMBER>XXi.{}</REFERENCE_NUMBER><FIRST_NAME>Testa</FIRST_NAME>{}</INDIVIDUAL>"
PARTS = (
    "<SECOND_NAME>Ana</SECOND_NAME><NATIONALITY><VALUE>Iran</VALUE></NATIONALITY>"
    "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Alia</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1970-01-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
    "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>X123456</NUMBER></INDIVIDUAL_DOCUMENT>"
)
MEMBERS = {number: PERSON.format(number, PARTS) for number in NUMBERS}


def un(deployment: Deployment, members: Sequence[str] = tuple(MEMBERS.values()), reason: str = "") -> ImportReport:
    text = '<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2026-03-01T00:00:00Z"><INDIVIDUALS>'
    path = write(deployment.folder / "un.xml", f"{text}{''.join(members)}</INDIVIDUALS></CONSOLIDATED_LIST>")
    return import_list(deployment.hq, "un", "un-xml", [path], accept_incomplete=reason)


@pytest.mark.parametrize("damaged", DAMAGE)
@pytest.mark.parametrize("name", ["Testa", "Ana", "Alia"])
def test_a_name_in_xml_that_is_damage_replaces_none(deployment: Deployment, name: str, damaged: str) -> None:
    un(deployment)
    before = persons(deployment, "un")
    report = un(deployment, list((MEMBERS | {103: MEMBERS[103].replace(f">{name}<", f">{damaged}<")}).values()))
    assert (report.changed, report.kept, report.ok) == (0, ("XXi.103",), False)
    assert persons(deployment, "un") == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("INDIVIDUAL>", "INDIVIDUALX>"),
        ("INDIVIDUAL>", "individual>"),
        ("INDIVIDUAL>", "PERSON>"),
        ("FIRST_NAME>", "FIRSTNAME>"),
        ("SECOND_NAME>", "SECONDNAME>"),
        ("INDIVIDUAL_ALIAS>", "INDIVIDUAL_ALIASS>"),
        ("ALIAS_NAME>", "ALIASNAME>"),
        ("INDIVIDUAL_DATE_OF_BIRTH>", "INDIVIDUAL_DATEOFBIRTH>"),
        ("<DATE>1970-01-02</DATE>", "<DAT>1970-01-02</DAT>"),
        ("INDIVIDUAL_DOCUMENT>", "DOCUMENT>"),
        ("NUMBER>X123456</NUMBER>", "NO>X123456</NO>"),
        ("NATIONALITY>", "NATIONALITE>"),
        ("VALUE>", "value>"),
        ("<VALUE>Iran</VALUE>", "Iran"),
    ],
)
def test_an_element_that_there_is_not_may_be_what_is_missing(deployment: Deployment, old: str, new: str) -> None:
    un(deployment)
    before = persons(deployment, "un")
    report = un(deployment, list((MEMBERS | {103: MEMBERS[103].replace(old, new)}).values()))
    assert (report.changed, report.removed, report.kept, report.ok) == (0, 0, ("XXi.103",), False)
    assert persons(deployment, "un") == before


@pytest.mark.parametrize("frame", ["<!-- {} -->", "<![CDATA[{}]]>", '<x:a xmlns:x="urn:x">{}</x:a>', "<OLD>{}</OLD>"])
def test_a_person_who_is_wrapped_in_something_is_not_absent(deployment: Deployment, frame: str) -> None:
    un(deployment)
    before = persons(deployment, "un")
    report = un(deployment, list((MEMBERS | {103: frame.format(MEMBERS[103])}).values()))
    assert (report.removed, report.ok) == (0, False)
    assert persons(deployment, "un") == before


def test_a_person_in_another_namespace_is_not_absent(deployment: Deployment) -> None:
    un(deployment)
    strange = MEMBERS[103].replace("<INDIVIDUAL>", '<INDIVIDUAL xmlns="urn:other">')
    report = un(deployment, list((MEMBERS | {103: strange}).values()))
    assert (report.removed, report.kept, report.ok) == (0, ("XXi.103",), False)


NOTICE = {
    "entity_id": "2025/{}", "name": "TESTA", "forename": "Maria", "date_of_birth": "1970/01/02",
    "nationalities": ["IR"], "documents": [{"number": "X123456", "country": "IR"}], "aliases": [{"name": "ALIA"}],
    "action": "detain", "cautions": ["armed"],
}  # fmt: skip


def notices(deployment: Deployment, changed: object = None, *, reason: str = "") -> ImportReport:
    entries = [NOTICE | {"entity_id": f"2025/{number}"} for number in NUMBERS]
    if changed is not None:
        entries[2] = json.loads(json.dumps(changed))
    path = write(deployment.folder / "notices.json", json.dumps(entries))
    return import_list(deployment.hq, "notices", "notices-json", [path], accept_incomplete=reason)


def respell(old: str, new: str) -> object:
    return json.loads(json.dumps(NOTICE | {"entity_id": "2025/103"}).replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"number"', '"no"'),
        ('"X123456"', '"--"'),
        ('{"name": "ALIA"}', '{"nme": "ALIA"}'),
        ('"aliases"', '"alZases"'),
        ('"action"', '"act1on"'),
        ('"cautions"', '"caution"'),
        ('"documents"', '"document"'),
        ('"nationalities"', '"nationality"'),
        ('"1970/01/02"', '"0000"'),
        ('"TESTA"', '"????"'),
        ('"ALIA"', '"????"'),
        ('{"name": "ALIA"}', '{"name": "???"}'),
        ('{"name": "ALIA"}', '"..."'),
    ],
)
def test_a_field_of_a_notice_that_there_is_not_or_that_is_damage_loses_nothing(
    deployment: Deployment, old: str, new: str
) -> None:
    notices(deployment)
    before = persons(deployment, "notices")
    report = notices(deployment, respell(old, new))
    assert (report.changed, report.removed, report.kept, report.ok) == (0, 0, ("2025/103",), False)
    assert persons(deployment, "notices") == before


def test_a_notice_outside_its_colour_does_not_become_less(deployment: Deployment) -> None:
    folder = deployment.folder / "source"
    for colour in ("red", "blue"):
        (folder / colour).mkdir(parents=True)
    for number in NUMBERS:
        entry = {"entity_id": f"2025/{number}", "name": "TESTA"}
        write(folder / "red" / f"{number}.json", json.dumps(entry))
    import_list(deployment.hq, "notices", "notices-json", [folder])
    (folder / "red" / "103.json").rename(folder / "103.json")
    report = import_list(deployment.hq, "notices", "notices-json", [folder])
    assert (report.changed, report.kept, report.ok) == (0, ("2025/103",), False)


def test_the_last_record_can_be_withdrawn_for_a_reason(deployment: Deployment) -> None:
    path = write(deployment.folder / "one.json", json.dumps([NOTICE | {"entity_id": "2025/1"}]))
    import_list(deployment.hq, "notices", "notices-json", [path])
    un(deployment, [MEMBERS[103]])
    write(path, "[]")
    with pytest.raises(IncompleteSource, match="--accept-incomplete"):
        import_list(deployment.hq, "notices", "notices-json", [path])
    with pytest.raises(IncompleteSource, match="--accept-incomplete"):
        un(deployment, [])
    assert import_list(deployment.hq, "notices", "notices-json", [path], accept_incomplete="cancelled").removed == 1
    assert un(deployment, [], reason="delisted").removed == 1
    folder = deployment.folder / "empty"
    folder.mkdir()
    with pytest.raises(IncompleteSource, match="in the format that was named"):
        import_list(deployment.hq, "others", "notices-json", [folder])


def test_a_missing_file_of_ofac_is_called_by_its_name(deployment: Deployment) -> None:
    comments = write(deployment.folder / "sdn_comments.csv", '101,"; Gender Female."\r\n')
    ofac(deployment)
    paths = [deployment.folder / name for name in ("sdn.csv", "alt.csv", "add.csv")]
    import_list(deployment.hq, "ofac", "ofac-csv", [*paths, comments])
    with pytest.raises(IncompleteSource, match=r"the file sdn_comments\.csv is missing"):
        import_list(deployment.hq, "ofac", "ofac-csv", paths)


def documents(deployment: Deployment, rows: Sequence[str], reason: str = "") -> ImportReport:
    text = "number,country,type,fraud,theft_country,number_to\n" + "".join(f"{row}\n" for row in rows)
    path = write(deployment.folder / "sltd.csv", text)
    return import_list(deployment.hq, "sltd", "sltd-csv", [path], accept_incomplete=reason)


RANGE = "AB{0}00001,FRA,PAS,stolen_blank,,AB{0}09999"
RANGES = [RANGE.format(number) for number in range(10, 40)]


@pytest.mark.parametrize(
    ("old", "new"), [(",AB1209999", ","), ("1209999", "1200009"), ("AB1200001", "AB1206001"), ("1209999", "1209998")]
)
def test_a_range_of_which_a_part_is_left_is_kept(deployment: Deployment, old: str, new: str) -> None:
    documents(deployment, RANGES)
    changed = [*RANGES[:2], RANGES[2].replace(old, new), *RANGES[3:]]
    for _day in range(2):
        report = documents(deployment, changed)
        assert (report.removed, report.kept, report.ok) == (0, ("FRA-PAS-AB1200001-AB1209999",), False)
    assert documents(deployment, changed, "a part of it was found").removed == 1


def test_a_range_that_vanishes_counts_with_all_its_numbers(deployment: Deployment) -> None:
    singles = [f"{number},FRA,PAS,lost,ESP," for number in range(1_000_000, 1_000_900)]
    documents(deployment, [*RANGES[:2], "CD00001,FRA,PAS,stolen_blank,,CD00009", *singles])
    assert documents(deployment, [*RANGES[:2], *singles]).removed == 1
    with pytest.raises(IncompleteSource, match="9999 of 20898 document numbers are withdrawn with their ranges"):
        documents(deployment, [RANGES[0], *singles])
    assert documents(deployment, [RANGES[0], *singles], "it was found").removed == 1


def test_records_that_all_come_back_under_other_numbers_need_a_reason(deployment: Deployment) -> None:
    documents(deployment, [f"0{number},FRA,PAS,lost,ESP," for number in range(100_000, 100_200)])
    others = [f"{number},FRA,PAS,lost,ESP," for number in range(100_000, 100_200)]
    with pytest.raises(IncompleteSource, match="200 of 200 records are withdrawn"):
        documents(deployment, others)
    assert documents(deployment, others, "the numbers had a zero too many").removed == 200


@pytest.mark.parametrize("count", [5, 50])
def test_one_person_who_loses_most_of_what_is_known_needs_a_reason(deployment: Deployment, count: int) -> None:
    alias = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Alia {}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    many = "".join(alias.format("ABCDEFGHIJKLMNOPQRST"[place]) for place in range(20))
    rest = [PERSON.format(number, "") for number in range(101, 101 + count)]
    un(deployment, [PERSON.format(100, many), *rest])
    with pytest.raises(IncompleteSource, match="persons who stay lose 20 of"):
        un(deployment, [PERSON.format(100, ""), *rest])
