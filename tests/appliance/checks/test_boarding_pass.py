"""Boarding passes are told, and a name that differs plainly is something to ask about; nothing of them is a hit."""

from dataclasses import replace

import pytest

from appliance.checks.boarding_pass import BoardingPassCheck, names_agree
from appliance.verdict import verdict_of_finding
from data.documents.barcodes import Barcode, Symbology
from data.documents.boarding_pass import parse_boarding_pass
from data.screenings import Finding, State, Traveller, Verdict
from data.text import Message
from tests.support.sample import screening


def presented(name: str) -> bytes:
    return f"M1{name[:20]:<20}EABC123 AAABBBXY 0123 183Y012A0025 100".encode()


def look(*contents: bytes, traveller: Traveller | None = None) -> Finding:
    screened = screening(traveller=traveller) if traveller else screening()
    return BoardingPassCheck().run(
        replace(screened, codes=tuple(Barcode(Symbology.AZTEC, content) for content in contents))
    )


def test_what_a_pass_says_is_told() -> None:
    finding = look(presented("SAMPLE/ADA MRS"))
    assert (finding.state, finding.reason, finding.mandatory) == (State.PASS, "name_agrees", False)
    assert finding.says == "Boarding pass of SAMPLE/ADA MRS (XY 123, AAA to BBB, 2026-07-02, seat 12A)"
    assert finding.evidence.facts["booking"] == "ABC123"
    assert isinstance(finding.evidence.facts["flights"], Message), "the desk translates it"


def test_another_name_is_something_to_ask_about_and_no_hit() -> None:
    finding = look(presented("HALLINGDAL/RAGNHILD"))
    assert (finding.state, finding.reason) == (State.NOTICE, "name_differs")
    assert verdict_of_finding(finding) is Verdict.CHECK


def test_a_pass_that_cannot_be_read_never_passes_and_hides_no_other() -> None:
    torn = presented("SAMPLE/ADA") + b"rest"
    assert look(torn).state is State.NOT_DONE
    assert look(torn, presented("SAMPLE/ADA")).state is State.NOT_DONE
    assert look(torn, presented("OTHER/BOB")).state is State.NOTICE


def test_without_a_name_to_compare_it_is_not_done() -> None:
    codes = (Barcode(Symbology.AZTEC, presented("SAMPLE/ADA")),)
    finding = BoardingPassCheck().run(replace(screening(), documents=(), traveller=None, codes=codes))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_name")
    assert look().state is State.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        ("SAMPLE/ADA", "SAMPLE", "ADA MARIA"),
        ("SAMPLE/ADAMARIAMRS", "SAMPLE", "ADA MARIA"),
        ("SAMPLE/A", "SAMPLE", "ADA"),
        ("SAMPLE", "SAMPLE", "ADA"),
        ("OBRIENSAMPLE/ADA", "O BRIEN SAMPLE", "ADA"),
        ("ZOLTAVERDEQUINTANILL", "ZOLTAVERDE QUINTANILLA", "IGNACIO"),
        ("MUELLER/JUERGEN", "MÜLLER", "JÜRGEN"),
        ("MULLER/JURGEN", "MUELLER", "JUERGEN"),
        ("QUINT/IGNACIO", "ZOLTAVERDE QUINT", "IGNACIO RAMIRO"),
        ("ADA/SAMPLE", "SAMPLE", "ADA"),
        ("SAMPEL/ADA", "SAMPLE", "ADA"),
        ("SAMPLE/MR", "SAMPLE", "MR"),
        ("BARANOVETS/LEVMR", "BARANOVETS", "LEV"),
    ],
)
def test_names_that_airlines_bend_agree(name: str, surname: str, given: str) -> None:
    assert names_agree(parse_boarding_pass(presented(name)), Traveller(surname, given))


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        ("HALLINGDAL/ADA", "SAMPLE", "ADA"),
        ("SAMPLE/BOB", "SAMPLE", "ADA"),
        ("SAMPLE/BOBMR", "SAMPLE", "ADA MARIA"),
        ("OTHER/BOB", "SAMPLE", "ADA"),
    ],
)
def test_names_that_differ_plainly_do_not(name: str, surname: str, given: str) -> None:
    assert not names_agree(parse_boarding_pass(presented(name)), Traveller(surname, given))
