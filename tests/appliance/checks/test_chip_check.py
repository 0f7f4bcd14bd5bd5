"""The chip's checks: which chip comes to which finding and verdict, where chips are expected and where they are not."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.answer.wording import advice_for_finding
from appliance.checks.chip_check import TRUST_AGES_FACT, ChipCheck, ChipPrintCheck
from appliance.checks.nothing_to_ask import ChipNotAskedCheck
from appliance.chips.read_job import ChipReadInput
from appliance.standing_conditions import Condition, ConditionKind, find_conditions
from appliance.verdict import final_verdict
from data.certificates.certificate import read_certificate
from data.certificates.trust_store import TrustStore, certificate_record
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, MrzFormat, TravelDocument
from data.kit.settings import ChipExpectation
from data.screenings import Finding, Screening, State, Verdict
from data.text import _
from devices.chip.access_keys import PasswordReference
from devices.chip.errors import key_refusal
from devices.chip.status import StatusWord
from devices.faults import DeviceFault
from devices.faults import FaultReason as Why
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.randomness import SYSTEM_RANDOM
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.support.chip_tray import ChipTray, reader_service
from tests.support.invented_chips import ISSUED, ISSUER, NOW, STATE, ZONE, chip

PRINTED = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())
MISREAD = parse_mrz(ZONE.replace("ANNA", "AMNA"), capture=Capture.MACHINE, today=NOW.date())


def findings(
    *chips: Any, expected: ChipExpectation = ChipExpectation.PASSPORTS, printed: TravelDocument = PRINTED, **more: Any
) -> tuple[Finding, Finding]:
    screening = Screening((printed,), None, NOW, "officer-1")
    with reader_service(ChipTray(*chips), more.get("waits"), more.get("store")) as service:
        if "can" in more:
            service.start_for(screening.id, ChipReadInput(printed, more["can"]))
        return ChipCheck(service, expected).run(screening), ChipPrintCheck(service).run(screening)


@pytest.mark.parametrize(
    ("profile", "state", "reason"),
    [
        ({}, State.PASS, "genuine"),
        ({"active_authentication": "none", "chip_authentication": []}, State.PASS, "genuine_unproved"),
        ({"faults": ["pace_fails"]}, State.PASS, "genuine_downgraded"),
        ({"faults": ["tampered_group"]}, State.HIT, "group_altered"),
        ({"faults": ["signature_wrong"]}, State.HIT, "signature_wrong"),
        ({"faults": ["signer_forged"]}, State.HIT, "signer_forged"),
        ({"faults": ["signer_revoked"]}, State.HIT, "revoked"),
        ({"faults": ["cloned_ca"]}, State.HIT, "unproved"),
        ({"faults": ["no_card_access"]}, State.HIT, "offers_hidden"),
        ({"faults": ["sod_garbage"]}, State.NOTICE, "malformed"),
        ({"faults": ["signer_expired"]}, State.NOTICE, "not_valid_at_issue"),
        ({"faults": ["unknown_csca"]}, State.NOT_DONE, "no_csca"),
        ({"faults": ["missing_group"]}, State.NOT_DONE, "chip_incomplete"),
        ({"faults": ["wrong_mac"], "at": 14}, State.NOT_DONE, "chip_channel_broken"),
    ],
)
def test_what_a_chip_comes_to(profile: dict[str, Any], state: State, reason: str) -> None:
    finding, compared = findings(chip(**profile))
    assert (finding.state, finding.reason) == (state, reason), finding.says
    assert finding.says.startswith(("Chip: ", "The chip is")) and ".." not in finding.says
    assert finding.evidence.facts.get(TRUST_AGES_FACT, "signers").startswith("signers")
    assert compared.state in (State.PASS, State.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("laid", "never", "passports", "reason"),
    [
        ((), State.NOT_APPLICABLE, State.NOT_DONE, "no_chip"),
        (({"faults": ["unknown_csca"]},), State.NOT_APPLICABLE, State.NOT_DONE, "no_csca"),
        (({"faults": ["missing_group"]},), State.NOTICE, State.NOT_DONE, "chip_incomplete"),
        (({"faults": ["wrong_mac"], "at": 14},), State.NOTICE, State.NOT_DONE, "chip_channel_broken"),
    ],
)
def test_not_done_hides_in_clear_nowhere_a_chip_is_expected(
    laid: Any, never: State, passports: State, reason: str
) -> None:
    for expected, state in (
        (ChipExpectation.NEVER, never),
        (ChipExpectation.PASSPORTS, passports),
        (ChipExpectation.ALWAYS, passports),
    ):
        finding, _ = findings(*(chip(**one) for one in laid), expected=expected)
        assert (finding.state, finding.reason) == (state, reason)
        assert expected is ChipExpectation.NEVER or final_verdict([finding]) is Verdict.CANNOT_SAY


def test_a_false_chip_is_referred_and_an_issuers_slip_is_looked_at_wherever_chips_are_not_expected() -> None:
    copy, _ = findings(chip(faults=["cloned_aa"]), expected=ChipExpectation.NEVER)
    slip, _ = findings(chip(faults=["signer_expired"]), expected=ChipExpectation.NEVER)
    assert (final_verdict([copy]), final_verdict([slip])) == (Verdict.REFER, Verdict.CHECK)


def test_a_slip_beside_a_forgery_does_not_hide_it() -> None:
    finding, _ = findings(chip(faults=["signer_expired", "tampered_group"]))
    assert (finding.state, finding.reason) == (State.HIT, "group_altered")


def test_a_misread_name_is_looked_at_and_another_number_under_a_right_digit_is_another_document() -> None:
    _, misread = findings(chip(), printed=MISREAD)
    assert (misread.state, misread.reason) == (State.NOTICE, "differs_from_print")
    assert misread.evidence.facts["differs"] == "name"
    assert "AMNA" not in str(misread) and "ANNA" not in str(misread), "values of a chip stay in memory"
    other = Holder(ZONE.replace("L898902C36", "L898902C49"), ISSUED)
    moved = SimulatedChip(personalise(other, ChipProfile.model_validate({"can": "204815"}), ISSUER), SYSTEM_RANDOM)
    _, swapped = findings(moved, can="204815")
    assert (swapped.state, swapped.reason) == (State.HIT, "not_as_printed")


def test_the_access_number_opens_what_a_misread_zone_does_not() -> None:
    wrong = parse_mrz(ZONE.replace("7408122", "7408132"), capture=Capture.MACHINE, today=NOW.date())
    closed, _ = findings(chip(can="204815"), printed=wrong)
    assert (closed.state, closed.reason) == (State.NOT_DONE, "chip_key_refused") and "access number" in closed.says
    finding, compared = findings(chip(can="204815"), printed=wrong, can="204815")
    assert finding.state is State.PASS and compared.state is State.NOTICE


def test_a_dead_chip_reader_is_the_posts_condition_and_flags_no_traveller_where_chips_are_not_expected() -> None:
    dead = DeviceFault(Why.UNPLUGGED, "Chip tray is unplugged")
    finding, _ = findings(dead)
    assert find_conditions([finding]) == ((Condition(ConditionKind.READER_DEAD, "chip"),), ())
    assert final_verdict([finding]) is Verdict.CANNOT_SAY
    assert findings(dead, expected=ChipExpectation.NEVER)[0].state is State.NOT_APPLICABLE


def test_a_visa_and_a_person_without_a_document_have_no_chip() -> None:
    visa = replace(PRINTED, format=MrzFormat.MRV_A, code="V")
    assert findings(printed=visa)[0].state is State.NOT_APPLICABLE
    assert findings(printed=visa, expected=ChipExpectation.ALWAYS)[0].state is State.NOT_APPLICABLE


def test_a_typed_passport_has_no_zone_to_open_its_chip_with_and_that_is_not_done() -> None:
    typed = TravelDocument("P", "UTO", "L898902C3", capture=Capture.TYPED)
    finding, _ = findings(printed=typed)
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_chip_key")


def test_without_any_certificate_nothing_is_called_genuine() -> None:
    finding, _ = findings(chip(), store=TrustStore([]))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_csca")


def test_a_chip_that_nobody_asked_for_is_not_done_where_it_is_expected() -> None:
    screening = Screening((PRINTED,), None, NOW, "officer-1")
    assert ChipNotAskedCheck(ChipExpectation.PASSPORTS).run(screening).state is State.NOT_DONE
    assert ChipNotAskedCheck(ChipExpectation.NEVER).run(screening).state is State.NOT_APPLICABLE


class AlwaysSays:
    """A chip that opens and then answers every command, outside the channel, with one status word."""

    def __init__(self, word: str, **profile: Any) -> None:
        self.chip, self.word = chip(**profile), bytes.fromhex(word)

    def transmit(self, command: bytes) -> bytes:
        return self.word if command[0] & 0x0C else self.chip.transmit(command)


@pytest.mark.parametrize("access", [["pace"], ["bac"]])
def test_a_card_for_authorised_terminals_is_judged_by_its_print_and_not_read_in_a_loop(access: list[str]) -> None:
    closed = AlwaysSays("6982", access=access)
    for expected, state in ((ChipExpectation.PASSPORTS, State.NOT_DONE), (ChipExpectation.NEVER, State.NOTICE)):
        finding, compared = findings(closed, expected=expected)
        assert (finding.state, finding.reason) == (state, "chip_forbidden"), finding.says
        assert compared.state is State.NOT_APPLICABLE
        assert "authorised" in finding.says and "closely" not in finding.says
        steps = " ".join(advice_for_finding(finding).steps)
        assert "by its print" in steps and "scan again" not in steps.lower()


@pytest.mark.parametrize(
    ("reason", "has", "never"),
    [
        ("chip_forbidden", "by its print", "scan again"),
        ("chip_not_judged", "by its print", "scan again"),
        ("no_csca", "headquarters", "scan again"),
        ("trust_damaged", "technician", "scan again"),
        ("chip_key_blocked", "issuer", "scan again"),
        ("chip_last_try", "blocks", "scan again"),
        ("chip_key_delayed", "minute", "F7"),
        ("chip_lifted", "scan again", "technician"),
    ],
)
def test_the_advice_about_a_chip_fits_the_cause(reason: str, has: str, never: str) -> None:
    for state in (State.NOT_DONE, State.NOTICE):
        steps = " ".join(advice_for_finding(Finding("chip", state, reason, _("It is so"), True)).steps)
        assert has in steps and never not in steps


@pytest.mark.parametrize(
    ("word", "reason", "has"),
    [
        (0x63C2, "chip_key_refused", "correct it"),
        (0x63C1, "chip_last_try", "One more wrong key blocks"),
        (0x63C0, "chip_key_blocked", "without the chip"),
    ],
)
def test_nobody_is_told_to_try_the_last_key(word: int, reason: str, has: str) -> None:
    error = key_refusal(StatusWord(word), PasswordReference.CAN)
    assert has in error.do
    finding, _print = findings(Failing(error))
    assert finding.reason == reason


class Failing:
    """A chip whose reading ends with `error`."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def transmit(self, command: bytes) -> bytes:
        raise self.error


def test_a_chip_that_rests_on_a_list_that_nobody_vouches_for_says_so() -> None:
    records = [replace(certificate_record(read_certificate(STATE.csca.der), "a list"), vouched=False)]
    finding, _print = findings(chip(), store=TrustStore(records))
    assert (finding.state, finding.reason) == (State.PASS, "genuine_unvouched")
    assert "only the list that brought its state's certificate vouches" in finding.says
    assert finding.evidence.facts["chip.chain"] == "pass chained_unvouched"
