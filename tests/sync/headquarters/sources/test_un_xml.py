"""The UN list in XML: one invented individual in every shape the list knows, and files that are not it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import RefusedFile
from data.persons.notice import Action, Colour, Notice
from data.persons.person import HeldDocument, NameQuality, PartialDate, Sex
from sync.headquarters.sources import RefusedRecord, SourceInfo
from sync.headquarters.sources.un_xml import read

NAME = "<REFERENCE_NUMBER>QDi.9901</REFERENCE_NUMBER><FIRST_NAME>TAMIR</FIRST_NAME>"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(*individuals: str, after: str = "") -> Path:
        path = tmp_path / "consolidated.xml"
        people = "".join(f"<INDIVIDUAL>{inner}</INDIVIDUAL>" for inner in individuals)
        root = '<CONSOLIDATED_LIST dateGenerated="2026-01-02T03:04:05Z">'
        path.write_text(f"{root}<INDIVIDUALS>{people}</INDIVIDUALS>{after}</CONSOLIDATED_LIST>", encoding="utf-8")
        return path

    return _write


def _only(path: Path) -> Notice:
    notice, _ = read([path])
    assert isinstance(notice, Notice)
    return notice


def test_an_individual_is_read_whole(write: Write) -> None:
    notice = _only(
        write(
            NAME
            + """<SECOND_NAME> OF THE
            DUNES </SECOND_NAME><DATAID>77</DATAID>
            <UN_LIST_TYPE>Somalia</UN_LIST_TYPE><LISTED_ON>2020-02-02-05:00</LISTED_ON>
            <GENDER>Male</GENDER><NAME_ORIGINAL_SCRIPT>تامر</NAME_ORIGINAL_SCRIPT>
            <DESIGNATION><VALUE>Envoy</VALUE></DESIGNATION><NATIONALITY><VALUE>Kenya</VALUE></NATIONALITY>
            <COMMENTS1>Grandfather's name is Zed. Father’s name: Omar Dune. Mother's name is Asha (deceased).
            INTERPOL-UN Security Council Special Notice web link: https://example.org/x</COMMENTS1>
            <LAST_DAY_UPDATED><VALUE>2016-01-01</VALUE><VALUE>2020-05-06</VALUE></LAST_DAY_UPDATED>
            <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>DUNE, Tamir</ALIAS_NAME></INDIVIDUAL_ALIAS>
            <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
            <INDIVIDUAL_PLACE_OF_BIRTH><CITY>Wells</CITY><COUNTRY>Kenya</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
            <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>
            <NUMBER>Kenyan passport No. AK 77120</NUMBER>
            <ISSUING_COUNTRY>Kenya</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>"""
        )
    )
    assert (notice.record, notice.reference) == ("QDi.9901", "77")
    assert (notice.action, notice.colour, notice.owner) == (
        Action.REFUSE,
        Colour.UN_SPECIAL,
        "UN Security Council (Somalia)",
    )
    assert (notice.listed, notice.updated) == (date(2020, 2, 2), date(2020, 5, 6))
    assert (
        notice.reason
        == "Envoy · Grandfather's name is Zed. Father’s name: Omar Dune. Mother's name is Asha (deceased)."
    )
    person = notice.person
    assert (person.father, person.mother, person.sex) == ("Omar Dune", "Asha", Sex.MALE)
    assert [(name.full, name.quality) for name in person.names] == [
        ("TAMIR OF THE DUNES", NameQuality.PRIMARY),
        ("تامر", NameQuality.ORIGINAL),
        ("Tamir DUNE", NameQuality.GOOD),
    ]
    assert (person.nationalities, person.birth_places) == (("KEN",), ("Wells, Kenya",))
    assert person.documents == (HeldDocument("AK 77120", "KEN", "PAS"),)


@pytest.mark.parametrize(
    ("kind", "inner", "birth"),
    [
        ("EXACT", "<DATE>1978-04-28</DATE>", PartialDate(1978, 4, 28)),
        ("EXACT", "<YEAR>1971</YEAR>", PartialDate(1971)),
        ("EXACT", "<YEAR>1971</YEAR><MONTH>3</MONTH>", PartialDate(1971, 3)),
        ("EXACT", "<YEAR>1971</YEAR><MONTH>3</MONTH><DAY>9</DAY>", PartialDate(1971, 3, 9)),
        ("EXACT", "<YEAR>1958</YEAR><NOTE>Sep.</NOTE>", PartialDate(1958, 9)),
        ("EXACT", "<NOTE>Oct. 1970 </NOTE>", PartialDate(1970, 10)),
        ("EXACT", "<NOTE>Between May and Jun. 1980</NOTE>", PartialDate(1980)),
        ("APPROXIMATELY", "<YEAR>1966</YEAR>", PartialDate(1966, about=True)),
        ("APPROXIMATELY", "<DATE>1966-01-01</DATE>", PartialDate(1966, about=True)),
        ("BETWEEN", "<FROM_YEAR>1967</FROM_YEAR><TO_YEAR>1969</TO_YEAR>", PartialDate(1967, until=1969)),
        ("BETWEEN", "<FROM_YEAR>1969</FROM_YEAR><TO_YEAR>1967</TO_YEAR>", PartialDate(1967, until=1969)),
    ],
)
def test_births_come_in_several_shapes(write: Write, kind: str, inner: str, birth: PartialDate) -> None:
    entry = f"<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>{kind}</TYPE_OF_DATE>{inner}</INDIVIDUAL_DATE_OF_BIRTH>"
    assert _only(write(NAME + entry + entry)).person.births == (birth,)


def test_what_is_not_understood_is_left_out_and_counted(write: Write) -> None:
    path = write(
        NAME
        + "<NATIONALITY><VALUE>na</VALUE><VALUE>Atlantis</VALUE></NATIONALITY>"
        + "<INDIVIDUAL_DATE_OF_BIRTH><NOTE>01/01/1390 (Hijri)</NOTE></INDIVIDUAL_DATE_OF_BIRTH>"
        + "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE/></INDIVIDUAL_DATE_OF_BIRTH>"
        + "<INDIVIDUAL_DOCUMENT><NOTE>a false one</NOTE></INDIVIDUAL_DOCUMENT><INDIVIDUAL_DOCUMENT/>"
        + "<INDIVIDUAL_DOCUMENT><NOTE>Kenyan passport number X 881204, issued in 2001</NOTE></INDIVIDUAL_DOCUMENT>",
        after="<ENTITIES><ENTITY/><ENTITY/></ENTITIES>",
    )
    notice, info = read([path])
    assert isinstance(notice, Notice)
    assert notice.person.documents == (HeldDocument("X 881204", "", "PAS"),)
    assert info == SourceInfo(
        "2026-01-02T03:04:05Z",
        {
            "birth dates not understood": 1,
            "unknown nationalities": 1,
            "documents without a number": 1,
            "entities, since only persons are imported": 2,
        },
        {
            "birth dates not understood": [notice.record],
            "unknown nationalities": [notice.record],
            "documents without a number": [notice.record],
        },
        partly_read=frozenset({notice.record}),
    )


def test_the_birth_date_of_an_alias_counts(write: Write) -> None:
    alias = "<INDIVIDUAL_ALIAS><ALIAS_NAME>X</ALIAS_NAME><DATE_OF_BIRTH>1979-12-31</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>"
    assert _only(write(NAME + alias)).person.births == (PartialDate(1979, 12, 31),)


def test_a_birth_date_of_an_alias_that_is_not_understood_is_counted(write: Write) -> None:
    alias = "<INDIVIDUAL_ALIAS><ALIAS_NAME>X</ALIAS_NAME><DATE_OF_BIRTH>in his youth</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>"
    notice, info = read([write(NAME + alias)])
    assert isinstance(notice, Notice) and isinstance(info, SourceInfo)
    assert info.skipped == {"birth dates not understood": 1} and info.partly_read == {notice.record}


def test_an_original_name_is_spelled_in_the_note(write: Write) -> None:
    alias = "<INDIVIDUAL_ALIAS><ALIAS_NAME>Юша</ALIAS_NAME><NOTE>Yusha; Iusha</NOTE></INDIVIDUAL_ALIAS>"
    assert [name.full for name in _only(write(NAME + alias)).person.names] == ["TAMIR", "Юша", "Yusha", "Iusha"]


def test_a_person_without_name_or_number_is_refused_and_the_rest_is_read(write: Write) -> None:
    nameless, numberless, good, _ = read(
        [write("<REFERENCE_NUMBER>QDi.1</REFERENCE_NUMBER>", "<DATAID>5</DATAID><FIRST_NAME>X</FIRST_NAME>", NAME)]
    )
    assert isinstance(nameless, RefusedRecord) and isinstance(numberless, RefusedRecord)
    assert (nameless.where, nameless.why) == ("consolidated.xml INDIVIDUAL QDi.1", "it has no name that can be read")
    assert (nameless.identity, numberless.identity) == ("QDi.1", "")
    assert numberless.where == "consolidated.xml INDIVIDUAL 5"
    assert isinstance(good, Notice)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"<CONSOLID", "ends too early"),
        (b"number,country", "not well-formed"),
        (b"<sdnList/>", "not the UN consolidated list"),
        (BOMB.encode(), "entities or a DTD"),
        (b"<!DOCTYPE CONSOLIDATED_LIST><CONSOLIDATED_LIST/>", "entities or a DTD"),
        (b"<CONSOLIDATED_LIST>" + b"<a>" * 50_000, "nests its elements"),
        (b'<?xml version="1.0" encoding="klingon"?><CONSOLIDATED_LIST/>', "cannot be read|not well-formed"),
    ],
)
def test_another_file_is_refused_whole(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(content)
    with pytest.raises(RefusedFile, match=why):
        next(read([path]))


def test_a_file_that_was_cut_off_says_so_and_gives_what_it_has(write: Write) -> None:
    path = write(NAME, NAME.replace("QDi.9901", "QDi.9902"))
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"</INDIVIDUAL>")])
    notice, refusal, info = read([path])
    assert isinstance(notice, Notice) and notice.record == "QDi.9901"
    assert isinstance(refusal, RefusedRecord) and refusal.identity == "QDi.9902"
    assert isinstance(info, SourceInfo)
    assert info.signs == ("consolidated.xml lacks its end, </CONSOLIDATED_LIST>",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<FIRST_NAME>", "<FIRST_NAME"),
        ("<FIRST_NAME>", "<FIRST_NAME>A & B"),
        ("</INDIVIDUAL>", "</INDIVIDUAX>"),
        ("<INDIVIDUAL>", "<INDIVIDUAX>"),
        ("</FIRST_NAME>", "</FIRST_NAXE>"),
        ("<INDIVIDUAL>", "<INDIVIDUAL><INDIVIDUAL>"),
    ],
)
def test_a_fault_in_one_individual_costs_no_other(write: Write, old: str, new: str) -> None:
    path = write(*(NAME.replace("9901", str(number)) for number in (9901, 9902, 9903)))
    before, broken, after = path.read_text(encoding="utf-8").partition("QDi.9902")
    start, end = before.rindex("<INDIVIDUAL>"), after.index("</INDIVIDUAL>") + len("</INDIVIDUAL>")
    member = (before[start:] + broken + after[:end]).replace(old, new, 1)
    path.write_text(before[:start] + member + after[end:], encoding="utf-8")
    items = list(read([path]))
    assert [item.record for item in items if isinstance(item, Notice) and item.record != "QDi.9902"] == [
        "QDi.9901",
        "QDi.9903",
    ]
    refusals = [item for item in items if isinstance(item, RefusedRecord)]
    assert refusals and "QDi.9902" in {item.identity for item in refusals} | {
        item.record for item in items if isinstance(item, Notice)
    }
    assert isinstance(items[-1], SourceInfo) and items[-1].signs == ()


@pytest.mark.parametrize("count", [0, 2])
def test_it_takes_one_file(write: Write, count: int) -> None:
    with pytest.raises(RefusedFile, match="one file"):
        next(read([write(NAME)] * count))


texts = st.text(st.characters(exclude_characters="<&", exclude_categories=["Cs", "Cc"]), max_size=12)
elements = st.recursive(
    texts,
    lambda inner: st.builds(
        lambda tag, body: f"<{tag}>{''.join(body)}</{tag}>",
        st.sampled_from(
            ["INDIVIDUAL", "INDIVIDUAL_ALIAS", "ALIAS_NAME", "NOTE", "YEAR", "INDIVIDUAL_DATE_OF_BIRTH", "ENTITY"]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=60), elements.map(lambda inner: inner.encode())))
def test_garbage_is_refused_and_never_crashes(write: Write, content: bytes) -> None:
    path = write(NAME)
    whole = path.read_bytes().replace(b"</INDIVIDUAL>", content + b"</INDIVIDUAL>")
    path.write_bytes(whole)
    try:
        items = list(read([path]))
    except RefusedFile:
        return
    assert {type(item) for item in items} <= {Notice, RefusedRecord, SourceInfo}
