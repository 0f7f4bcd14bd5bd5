"""The country table: one canonical code whatever a document or a list calls the issuer."""

import csv
import re
from pathlib import Path

import pytest
from defusedxml import ElementTree

from data.documents import countries
from data.documents.tables.countries import ALIASES, ROWS, SUCCESSORS


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        *[("D<<", "DEU"), ("d", "DEU"), ("DE", "DEU"), ("DEU", "DEU")],
        *[
            ("ROM", "ROU"),
            ("ZR", "COD"),
            ("UNK", "RKS"),
            ("XK", "RKS"),
            ("GBN", "GBR"),
            ("UK", "GBR"),
        ],
        *[("914", "XXX"), ("922", "XXX"), ("XXA", "XXA"), ("SUN", "SUN"), ("UTO", "UTO")],
    ],
)
def test_one_issuer_has_one_code(printed: str, code: str) -> None:
    assert countries.canonical(printed) == code


@pytest.mark.parametrize("printed", ["", "<<<", "XYZ", "Q", "ZZ", "913", "GERMANY"])
def test_what_is_no_code_stays_unknown(printed: str) -> None:
    assert countries.canonical(printed) is None
    assert countries.index_of(printed) == 0


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *[("Korea, North", "PRK"), ("Democratic People's Republic of Korea", "PRK"), ("KOREA, SOUTH", "KOR")],
        *[("Congo, Democratic Republic of the", "COD"), ("Congo, Republic of the", "COG"), ("Congo", "COG")],
        *[("Iran (Islamic Republic of)", "IRN"), ("Burma", "MMR"), ("Syrian Arab Republic", "SYR")],
        *[("West Bank", "PSE"), ("Region: Gaza", "PSE"), ("Cote d Ivoire", "CIV"), ("Côte d’Ivoire", "CIV")],
        *[("Türkiye", "TUR"), ("former Soviet Union", "SUN"), ("Dominica", "DMA"), ("Dominican Republic", "DOM")],
        *[("Niger", "NER"), ("Nigeria", "NGA"), ("Guinea-Bissau", "GNB"), ("Papua New Guinea", "PNG")],
    ],
)
def test_names_as_lists_write_them(name: str, code: str) -> None:
    assert countries.by_name(name) == code


@pytest.mark.parametrize("name", ["", "na", "undetermined", "possibly Palestinian", "Region: Crimea", "the"])
def test_names_of_no_country(name: str) -> None:
    assert countries.by_name(name) is None


def test_no_name_means_two_countries() -> None:
    owners: dict[tuple[str, ...], str] = {}
    for code, _, name, others in ROWS:
        for variant in (name, *others):
            words = countries._words(variant)
            assert words
            assert owners.setdefault(words, code) == code, variant


def test_the_table_is_sound() -> None:
    codes, pairs = [row[0] for row in ROWS], [row[1] for row in ROWS if row[1]]
    assert len(set(codes)) == len(codes) and len(set(pairs)) == len(pairs)
    assert all(re.fullmatch("[A-Z]{3}", code) for code in codes)
    assert not set(ALIASES) & set(codes)
    assert set(ALIASES.values()) <= set(codes)
    assert set(SUCCESSORS) <= set(codes) and {c for group in SUCCESSORS.values() for c in group} <= set(codes)


def test_every_code_packs_and_unpacks() -> None:
    for code in countries.ALL:
        assert countries.code_at(countries.index_of(code)) == code
    assert countries.code_at(0) == ""
    with pytest.raises(IndexError):
        countries.code_at(len(countries.ALL) + 1)


def test_positions_in_the_table_never_move() -> None:
    assert [countries.index_of(code) for code in ("ABW", "ZWE", "RKS", "UTO", "PCI")] == [1, 249, 250, 269, 278]


def test_successors_answer_for_dissolved_states() -> None:
    assert "EST" in countries.successors("SUN")
    assert countries.successors("CSK") == ("CZE", "SVK")
    assert countries.successors("FRA") == ()


def test_what_an_mrz_may_carry() -> None:
    assert all(map(countries.is_known, ("D<<", "DEU", "UTO", "XXA", "RKS", "UNK", "ROM", "SUN", "GBS")))
    assert not any(map(countries.is_known, ("", "DE", "UK", "XYZ", "914", "<<<", "EU")))
    assert countries.is_specimen("UTO") and not countries.is_specimen("FRA")


def test_names_for_the_screen() -> None:
    assert countries.name_of("D<<") == "Germany"
    assert countries.name_of("GBN") == "British National (Overseas)"
    assert countries.name_of("QQQ") == "QQQ"


def test_every_country_of_the_shared_lists_is_mapped(shared_data: Path) -> None:
    known_gaps = {"na", "possibly Palestinian"}
    lists = shared_data / "lists"
    names = set(_un_countries(lists / "un/2026-02-27/consolidated.xml"))
    for sdn in lists.glob("ofac*/*/*sdn.csv"):
        names |= set(_ofac_countries(sdn))
    assert len(names) > 100
    assert {name for name in names if countries.by_name(name) is None} <= known_gaps


def _un_countries(path: Path) -> list[str]:
    paths = ("NATIONALITY/VALUE", "INDIVIDUAL_PLACE_OF_BIRTH/COUNTRY", "INDIVIDUAL_DOCUMENT/ISSUING_COUNTRY")
    people = ElementTree.parse(path).iter("INDIVIDUAL")
    return [e.text for person in people for p in paths for e in person.findall(p) if e.text]


def _ofac_countries(path: Path) -> list[str]:
    with path.open(encoding="latin-1", newline="") as file:
        remarks = [row[11] for row in csv.reader(file) if len(row) > 11]
    return [m[1] for text in remarks for m in re.finditer(r"(?:nationality|citizen) ([^;]+?)[;.]", text + ";")]
