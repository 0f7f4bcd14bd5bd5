"""The country table: one canonical code whatever a document or a list calls the issuer."""

import csv
import re
from pathlib import Path

import pytest
from defusedxml import ElementTree

from data.documents import code_tables
from data.documents.tables.countries import ALIASES, COUNTRIES, SUCCESSORS

_WITHDRAWN = (
    *("AFI", "ANT", "ATB", "ATN", "BUR", "BYS", "CSK", "CTE", "DDR", "DHY", "FXX", "GEL", "HVO", "JTN", "MID", "NHB"),
    *("NTZ", "PCI", "PCZ", "PUS", "RHO", "ROM", "SCG", "SKM", "SUN", "TMP", "VDR", "WAK", "YMD", "YUG", "ZAR"),
)
"""Codes that ISO 3166-3 lists, and ROM."""


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        *[("D<<", "DEU"), ("d", "DEU"), ("DE", "DEU"), ("DEU", "DEU")],
        *[
            ("ROM", "ROU"),
            ("ZR", "COD"),
            ("UNK", "RKS"),
            ("XXK", "RKS"),
            ("XKX", "RKS"),
            ("KOS", "RKS"),
            ("XK", "RKS"),
            ("GBN", "GBR"),
            ("UK", "GBR"),
        ],
        *[("914", "XXX"), ("922", "XXX"), ("XXA", "XXA"), ("SUN", "SUN"), ("UTO", "UTO")],
    ],
)
def test_one_issuer_has_one_code(printed: str, code: str) -> None:
    assert code_tables.canonical_country(printed) == code


@pytest.mark.parametrize("printed", ["", "<<<", "XYZ", "Q", "ZZ", "913", "GERMANY"])
def test_what_is_no_code_stays_unknown(printed: str) -> None:
    assert code_tables.canonical_country(printed) is None
    assert code_tables.country_index(printed) == 0


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
    assert code_tables.country_by_name(name) == code


@pytest.mark.parametrize("name", ["", "na", "undetermined", "possibly Palestinian", "Region: Crimea", "the"])
def test_names_of_no_country(name: str) -> None:
    assert code_tables.country_by_name(name) is None


def test_no_name_means_two_countries() -> None:
    owners: dict[tuple[str, ...], str] = {}
    for code, _, name, others in COUNTRIES:
        for variant in (name, *others):
            words = code_tables._country_words(variant)
            assert words
            assert owners.setdefault(words, code) == code, variant


def test_the_table_is_sound() -> None:
    codes, pairs = [row[0] for row in COUNTRIES], [row[1] for row in COUNTRIES if row[1]]
    assert len(set(codes)) == len(codes) and len(set(pairs)) == len(pairs)
    assert all(re.fullmatch("[A-Z]{3}", code) for code in codes)
    assert not set(ALIASES) & set(codes)
    assert set(ALIASES.values()) <= set(codes)
    assert set(SUCCESSORS) <= set(codes) and {c for group in SUCCESSORS.values() for c in group} <= set(codes)


def test_every_code_packs_and_unpacks() -> None:
    for code in code_tables.COUNTRY_CODES:
        assert code_tables.country_at(code_tables.country_index(code)) == code
    assert code_tables.country_at(0) == ""
    with pytest.raises(IndexError):
        code_tables.country_at(len(code_tables.COUNTRY_CODES) + 1)


def test_positions_in_the_table_never_move() -> None:
    codes = ("ABW", "ZWE", "RKS", "UTO", "PCI", "IAO", "GEL")
    assert [code_tables.country_index(code) for code in codes] == [1, 249, 250, 269, 278, 279, 280]


def test_successors_answer_for_dissolved_states() -> None:
    assert "EST" in code_tables.successor_states("SUN")
    assert code_tables.successor_states("CSK") == ("CZE", "SVK")
    assert code_tables.successor_states("FRA") == ()


def test_what_an_mrz_may_carry() -> None:
    beyond_iso = (
        *("EUE", "UNO", "UNA", "UNK", "RKS", "XXK", "IAO", "XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XPO", "XES"),
        *("XMP", "XOM", "XDC", "XXA", "XXB", "XXC", "XXX", "GBD", "GBN", "GBO", "GBP", "GBS", "D<<", "UTO"),
    )
    assert all(map(code_tables.is_known_country, beyond_iso))  # Doc 9303-3, section 5
    assert all(map(code_tables.is_known_country, _WITHDRAWN))
    assert all(map(code_tables.is_known_country, ("D<<", "DEU", "UTO", "XXA", "RKS", "UNK", "ROM", "SUN", "GBS")))
    assert not any(map(code_tables.is_known_country, ("", "DE", "UK", "XYZ", "914", "<<<", "EU")))
    assert code_tables.is_specimen_country("UTO") and not code_tables.is_specimen_country("FRA")


def test_names_for_the_screen() -> None:
    assert code_tables.country_name("D<<") == "Germany"
    assert code_tables.country_name("XXK") == "Kosovo"
    assert code_tables.country_name("GBN") == "British National (Overseas)"
    assert code_tables.country_name("QQQ") == "QQQ"


def test_every_country_of_the_shared_lists_is_mapped(shared_data: Path) -> None:
    known_gaps = {"na", "possibly Palestinian"}
    lists = shared_data / "lists"
    names = set(_un_countries(lists / "un/2026-02-27/consolidated.xml"))
    for sdn in lists.glob("ofac*/*/*sdn.csv"):
        names |= set(_ofac_countries(sdn))
    assert len(names) > 100
    assert {name for name in names if code_tables.country_by_name(name) is None} <= known_gaps


def _un_countries(path: Path) -> list[str]:
    paths = ("NATIONALITY/VALUE", "INDIVIDUAL_PLACE_OF_BIRTH/COUNTRY", "INDIVIDUAL_DOCUMENT/ISSUING_COUNTRY")
    people = ElementTree.parse(path).iter("INDIVIDUAL")
    return [e.text for person in people for p in paths for e in person.findall(p) if e.text]


def _ofac_countries(path: Path) -> list[str]:
    with path.open(encoding="latin-1", newline="") as file:
        remarks = [row[11] for row in csv.reader(file) if len(row) > 11]
    return [m[1] for text in remarks for m in re.finditer(r"(?:nationality|citizen) ([^;]+?)[;.]", text + ";")]
