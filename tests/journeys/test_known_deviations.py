"""Genuine documents of states that deviate, at the command line: beside the verdict, and never CHECK by themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from data.documents.mrz.fields import check_digit
from data.documents.mrz.formats import LAYOUTS
from data.documents.mrz.write import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from devices.simulated.kit_file import load_readers
from tests.data.support.deviating_zones import deviating_zone
from tests.support.command_line import SCHEMA, Waypost
from tests.support.staff import sign_in_at
from ui.demo.build import PASSPHRASE, build


def long_number(issuer: str, first: str, rest: str, digit: str) -> str:
    """A card with a long number and this digit; the others are right."""
    layout = LAYOUTS[MrzFormat.TD1]
    flat = f"I<{issuer}{first}<{(rest + digit).ljust(15, '<')}8010100F3306013{issuer}" + "<" * 11
    composite = check_digit("".join(flat[part] for part in layout.composite))
    return "\n".join(layout.lines_of(flat + composite + "MONTEIRINHO<<AMELIA<VANESSA".ljust(30, "<")))


def facts(answer: Mapping[str, Any], check: str) -> dict[str, str]:
    return next(finding["evidence"]["facts"] for finding in answer["findings"] if finding["check"] == check)


def says(answer: Mapping[str, Any], check: str) -> str:
    return next(finding["says"] for finding in answer["findings"] if finding["check"] == check)


@pytest.mark.parametrize(
    ("zone", "check", "key", "words"),
    [
        (
            long_number("PRT", "000024759", "ZZ7", "2"),
            "mrz",
            "prt-number-digit",
            "deviation of Portugal: the check digit",
        ),
        (
            long_number("BEL", "590123456", "780", "6"),
            "mrz",
            "bel-number-digit",
            "deviation of Belgium: the check digit",
        ),
        (
            deviating_zone("ESP", expiry="990101"),
            "validity",
            "esp-no-end",
            "No end of validity; known deviation",
        ),
        (
            deviating_zone("ITA", "C", expiry="990101"),
            "validity",
            "ita-no-end",
            "No end of validity; known deviation",
        ),
        (
            deviating_zone("MDA", expiry="<<<<<<"),
            "validity",
            "mda-no-end",
            "No end of validity; known deviation",
        ),
        (deviating_zone("NOR", birth="080101"), "mrz", "any-birth-080101", "unknown date of birth: ask for it"),
    ],
    ids=["PRT", "BEL", "ESP", "ITA", "MDA", "080101"],
)
def test_a_zone_with_a_known_deviation_is_clear_and_says_so(
    waypost: Waypost, kit: Path, zone: str, check: str, key: str, words: str
) -> None:
    done = waypost("check", "--home", kit, "--mrz", zone, "--json")
    jsonschema.validate(done.json, SCHEMA)
    notices = [finding for finding in done.json["findings"] if finding["state"] not in ("pass", "not_applicable")]
    assert (done.json["verdict"], done.code, notices) == ("clear", 0, [])
    assert facts(done.json, check)["deviations"] == key and words in says(done.json, check)
    assert words in waypost("check", "--home", kit, "--mrz", zone).out


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        (long_number("PRT", "000024769", "ZZ7", "8"), "digit_wrong"),
        (long_number("FRA", "590123456", "780", "6"), "digit_wrong"),
        (long_number("NLD", "590123456", "780", "6"), "digit_wrong"),
        (deviating_zone("FRA", expiry="990101", number="BBB123456"), "expired"),
        (deviating_zone("ESP", birth="050302", expiry="990101", number="CCC123456"), "expired"),
        (deviating_zone("ESP", expiry="980101", number="DDD123456"), "expired"),
        (deviating_zone("ESP", expiry="<<<<<<", number="EEE123456"), "expiry_unreadable"),
        (deviating_zone("NOR", expiry="<<<<<<", number="FFF123456"), "expiry_unreadable"),
    ],
)
def test_one_step_beside_it_is_something_to_look_at(waypost: Waypost, kit: Path, zone: str, reason: str) -> None:
    done = waypost("check", "--home", kit, "--mrz", zone, "--json")
    assert (done.json["verdict"], done.code) == ("check", 10)
    assert reason in {finding["reason"] for finding in done.json["findings"]}
    assert "deviations" not in facts(done.json, "mrz") | facts(done.json, "validity")


def test_an_unknown_date_of_birth_does_not_count_against_a_match(waypost: Waypost, kit: Path) -> None:
    fields = MrzFields("P", "ARG", "AAF917306", "Zoltaverde Quint", "Ignacio Ramiro", expiry=None)
    flat = list(write_mrz(fields, MrzFormat.TD3).replace("\n", ""))
    verdicts = {}
    for birth in ("080101", "080102", "<<<<<<"):
        flat[57:64], flat[65:72] = birth + check_digit(birth), "330601" + check_digit("330601")
        flat[87] = check_digit("".join(flat[44:54] + flat[57:64] + flat[65:87]))
        zone = "".join(flat[:44]) + "\n" + "".join(flat[44:])
        done = waypost("check", "--home", kit, "--mrz", zone, "--json")
        candidates = [c for finding in done.json["findings"] for c in finding["evidence"]["candidates"]]
        verdicts[birth] = max((c["score"] for c in candidates if c["record"] == "2025/90117"), default=-99)
    assert verdicts["080101"] == verdicts["<<<<<<"] > verdicts["080102"]


DOCUMENT = (
    'document = {{ format = "TD3", code = "P", issuer = "{issuer}", number = "{number}", surname = "Hallingdal", '
    'given = "Ragnhild Sofie", nationality = "{issuer}", birth = 1984-06-19, sex = "F", expiry = 2033-02-11 }}'
)
CIE = (
    'document = { format = "TD1", code = "C", issuer = "ITA", number = "CA12345AA", surname = "Hallingdal", '
    'given = "Ragnhild", nationality = "ITA", birth = 1984-06-19, sex = "F", expiry = 2028-06-19 }\nissued = 2017-12-04'
)
DG12 = 'faults = ["tampered_group"], group = 12'
CHIPS = {
    "old_type": (DOCUMENT.format(issuer="FRA", number="21FV30499"), 'content_type = "1.3.27.1.1.1"'),
    "old_type_of_another": (DOCUMENT.format(issuer="NOR", number="CAF204417"), 'content_type = "1.3.27.1.1.1"'),
    "plain_data": (DOCUMENT.format(issuer="FRA", number="21FV30499"), 'content_type = "1.2.840.113549.1.7.1"'),
    "two_digests": (DOCUMENT.format(issuer="NOR", number="CAF204417"), 'content_digest = "sha512"'),
    "other_digests": (DOCUMENT.format(issuer="NOR", number="CAF204417"), 'content_digest = "sha384"'),
    "details_of_another": (DOCUMENT.format(issuer="NOR", number="CAF204417"), DG12),
    "details_of_italy": (CIE, DG12),
}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's kit, which trusts the invented France and Norway, with a reader for each chip."""
    home = build(tmp_path_factory.mktemp("deviations"), lambda line: None)
    sign_in_at(home, PASSPHRASE)
    tables = [
        f'[{name}]\nkind = "chip"\n[[{name}.presents]]\n{document}\nchip = {{ {profile} }}\n'
        f"[{name}_page]\n[[{name}_page.presents]]\n{document}"
        for name, (document, profile) in CHIPS.items()
    ]
    (home / "chips.toml").write_text("\n".join(tables))
    return home


@pytest.mark.parametrize(
    ("name", "verdict", "reason", "deviations"),
    [
        ("old_type", "clear", "genuine", "fra-content-type"),
        ("two_digests", "clear", "genuine", "any-sha512-ecdsa-sha256"),
        ("old_type_of_another", "check", "structure", None),
        ("plain_data", "check", "structure", None),
        ("other_digests", "check", "structure", None),
        ("details_of_another", "refer", "group_altered", None),
        ("details_of_italy", "clear", "no_csca", None),  # this kit cannot tell whose card it is
    ],
)
def test_a_chip_with_a_known_deviation_is_genuine_and_says_so(
    waypost: Waypost, demonstration: Path, name: str, verdict: str, reason: str, deviations: str | None
) -> None:
    zone = load_readers(demonstration / "chips.toml")[f"{name}_page"].presents[0].text
    command = ("check", "--home", demonstration, "--mrz", zone, "--chip", f"simulated://chips.toml#{name}")
    done = waypost(*command, "--json", passphrase=PASSPHRASE)
    jsonschema.validate(done.json, SCHEMA)
    assert (done.json["verdict"], facts(done.json, "chip").get("deviations")) == (verdict, deviations)
    assert reason in {finding["reason"] for finding in done.json["findings"] if finding["check"] == "chip"}
    assert ("known deviation" in says(done.json, "chip")) is (deviations is not None)
