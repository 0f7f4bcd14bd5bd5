"""Every kind of chip is read by our own reader as what it is, and every fault is named. The tables of docs/chips.md."""

import re
from pathlib import Path

import pytest

from devices.chip.access_keys import Can
from devices.simulated.chip.faults import Fault
from tests.devices.simulated.chip.matrix import KINDS, run, tables

_PAGE = Path(__file__).resolve().parents[4] / "docs" / "chips.md"
_NO_PROOF = {"AA none"}
_NOT_GENUINE = {
    Fault.TAMPERED_GROUP: "digests: group_altered",
    Fault.UNSIGNED_GROUP: "digests: group_unsigned",
    Fault.SIGNATURE_WRONG: "signature: signature_wrong",
    Fault.SIGNER_EXPIRED: "validity: not_valid_at_issue",
    Fault.SIGNER_NOT_YET_VALID: "validity: not_valid_at_issue",
    Fault.SIGNER_REVOKED: "revocation: revoked",
    Fault.SIGNER_FORGED: "chain: signer_forged",
    Fault.SOD_VERSION: "structure: structure",
    Fault.SOD_GARBAGE: "structure: malformed",
    Fault.SOD_CUT: "structure: malformed",
    Fault.CLONED_AA: "active: unproved",
    Fault.CLONED_CA: "chip: unproved",
    Fault.NO_CARD_ACCESS: "offers: offers_hidden",
}
_UNREAD = {Fault.MISSING_GROUP, Fault.LONG_LENGTH, Fault.LENGTH_BOMB}
_NOT_READ = {
    Fault.PACE_FAILS, Fault.INVALID_POINT, Fault.REFLECTED_KEY, Fault.TEAR_OFF, Fault.ENDLESS_MORE,
    Fault.ENDLESS_LENGTH, Fault.GARBAGE, Fault.SHORT_ANSWER, Fault.HUGE_ANSWER, Fault.WRONG_MAC,
}  # fmt: skip
_HARMLESS = {Fault.SLOW, Fault.STALL, Fault.HIDDEN_GROUP, Fault.ENDLESS_FILE}


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_chip_of_any_kind_is_genuine(kind: str) -> None:
    row = run(**KINDS[kind])
    assert (row.outcome, row.original) == ("genuine", "pass"), row


@pytest.mark.parametrize("fault", _NOT_GENUINE, ids=str)
def test_what_is_wrong_with_a_chip_is_named(fault: Fault) -> None:
    row = run(faults=[fault])
    assert row.outcome == "not_genuine" and _NOT_GENUINE[fault] in row.told


@pytest.mark.parametrize("fault", sorted(_NOT_READ), ids=str)
def test_a_chip_that_misbehaves_is_not_read_and_said_to_be_so(fault: Fault) -> None:
    row = run(faults=[fault])
    assert row.outcome == "not read" and row.told


@pytest.mark.parametrize("fault", sorted(_UNREAD), ids=str)
def test_a_group_that_cannot_be_read_is_told(fault: Fault) -> None:
    assert "DG2 not read" in run(faults=[fault]).told


@pytest.mark.parametrize("fault", sorted(_HARMLESS), ids=str)
def test_what_is_merely_slow_or_odd_is_read(fault: Fault) -> None:
    assert run(faults=[fault]).outcome == "genuine"


def test_a_signer_whose_state_never_published_it_is_no_fault_of_the_chip() -> None:
    assert run(faults=["unknown_csca"]).outcome == "no_csca"


def test_a_chip_that_says_another_name_than_the_print_is_told() -> None:
    assert "print: name differs" in run(faults=["other_zone"]).told


def test_the_card_access_number_opens_a_chip_too() -> None:
    assert run(Can("123456"), can="123456").outcome == "genuine"
    assert run(Can("654321"), can="123456").outcome == "not read"


def test_the_tables_of_the_page_are_what_the_tests_give() -> None:
    page = _PAGE.read_text("utf-8")
    for place, table in tables().items():
        held = re.search(rf"<!-- {place} -->\n(.*?)<!-- end of {place} -->", page, re.DOTALL)
        assert held is not None and held[1] == table, f"run python -m tests.devices.simulated.chip.matrix for {place}"
