"""The chip's checks: which chip comes to which finding and verdict, where chips are expected and where they are not."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.checks.chip import TRUST, ChipCheck
from appliance.checks.chip_not_asked import ChipNotAskedCheck
from appliance.checks.chip_print import ChipPrintCheck
from appliance.chips.judgement import BY_LOOKING, genuine
from appliance.chips.station import Waits
from appliance.chips.visit import Asked
from appliance.standing import Condition, ConditionKind, conditions_of
from appliance.verdict import verdict
from data.certificates.trust_store import TrustStore
from data.chip_settings import Expected
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, MrzFormat, TravelDocument
from data.findings import Finding, State, Verdict
from data.screenings import Screening
from devices.chip.authenticity import Answer, Reason
from devices.chip.authenticity import Check as ChipAnswer
from devices.faults import DeviceFault
from devices.faults import Reason as Why
from devices.simulated.chip.chip import SimulatedChip
from devices.simulated.chip.personal.holder import Holder
from devices.simulated.chip.personal.personalise import personalise
from devices.simulated.chip.profile import Profile
from devices.simulated.chip.randomness import FRESH
from tests.appliance.chips.laid import ChipTray, station
from tests.devices.chip.world import ISSUED, ISSUER, NOW, ZONE, chip, read

PRINTED = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())
MISREAD = parse_mrz(ZONE.replace("ANNA", "AMNA"), capture=Capture.MACHINE, today=NOW.date())


def findings(
    *chips: Any, expected: Expected = Expected.PASSPORTS, printed: TravelDocument = PRINTED, **more: Any
) -> tuple[Finding, Finding]:
    screening = Screening((printed,), None, NOW, "officer-1")
    with station(ChipTray(*chips), more.get("waits", Waits(0.2, 20)), more.get("store")) as made:
        if "can" in more:
            made.begin_for(screening.id, Asked(printed, more["can"]))
        return ChipCheck(made, expected).run(screening), ChipPrintCheck(made).run(screening)


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
    found, compared = findings(chip(**profile))
    assert (found.state, found.reason) == (state, reason), found.says
    assert found.says.startswith(("Chip: ", "The chip is")) and ".." not in found.says
    assert found.evidence.facts.get(TRUST, "signers").startswith("signers")
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
    for expected, state in ((Expected.NEVER, never), (Expected.PASSPORTS, passports), (Expected.ALWAYS, passports)):
        found, _ = findings(*(chip(**one) for one in laid), expected=expected)
        assert (found.state, found.reason) == (state, reason)
        assert expected is Expected.NEVER or verdict([found]) is Verdict.CANNOT_SAY


def test_a_false_chip_is_referred_and_an_issuers_slip_is_looked_at_wherever_chips_are_not_expected() -> None:
    copy, _ = findings(chip(faults=["cloned_aa"]), expected=Expected.NEVER)
    slip, _ = findings(chip(faults=["signer_expired"]), expected=Expected.NEVER)
    assert (verdict([copy]), verdict([slip])) == (Verdict.REFER, Verdict.CHECK)


@pytest.mark.parametrize("reason", Reason)
def test_no_failed_check_is_waved_through(reason: Reason) -> None:
    reading = read(chip())
    failed = replace(reading, proofs=(*reading.proofs, ChipAnswer("new", Answer.FAIL, reason, "It fails.")))
    assert genuine(failed).state is (State.NOTICE if reason in BY_LOOKING else State.HIT)


def test_a_slip_beside_a_forgery_does_not_hide_it() -> None:
    found, _ = findings(chip(faults=["signer_expired", "tampered_group"]))
    assert (found.state, found.reason) == (State.HIT, "group_altered")


def test_a_misread_name_is_looked_at_and_another_number_under_a_right_digit_is_another_document() -> None:
    _, misread = findings(chip(), printed=MISREAD)
    assert (misread.state, misread.reason) == (State.NOTICE, "differs_from_print")
    assert misread.evidence.facts["differs"] == "name"
    assert "AMNA" not in str(misread) and "ANNA" not in str(misread), "values of a chip stay in memory"
    other = Holder(ZONE.replace("L898902C36", "L898902C49"), ISSUED)
    moved = SimulatedChip(personalise(other, Profile.model_validate({"can": "204815"}), ISSUER), FRESH)
    _, swapped = findings(moved, can="204815")
    assert (swapped.state, swapped.reason) == (State.HIT, "not_as_printed")


def test_the_access_number_opens_what_a_misread_zone_does_not() -> None:
    wrong = parse_mrz(ZONE.replace("7408122", "7408132"), capture=Capture.MACHINE, today=NOW.date())
    closed, _ = findings(chip(can="204815"), printed=wrong)
    assert (closed.state, closed.reason) == (State.NOT_DONE, "chip_key_refused") and "access number" in closed.says
    opened, compared = findings(chip(can="204815"), printed=wrong, can="204815")
    assert opened.state is State.PASS and compared.state is State.NOTICE


def test_a_dead_chip_reader_is_the_posts_condition_and_flags_no_traveller_where_chips_are_not_expected() -> None:
    dead = DeviceFault(Why.UNPLUGGED, "Chip tray is unplugged")
    found, _ = findings(dead)
    assert conditions_of([found]) == ((Condition(ConditionKind.READER_DEAD, "chip"),), ())
    assert verdict([found]) is Verdict.CANNOT_SAY
    assert findings(dead, expected=Expected.NEVER)[0].state is State.NOT_APPLICABLE


def test_a_visa_and_a_person_without_a_document_have_no_chip() -> None:
    visa = replace(PRINTED, format=MrzFormat.MRV_A, code="V")
    assert findings(printed=visa)[0].state is State.NOT_APPLICABLE
    assert findings(printed=visa, expected=Expected.ALWAYS)[0].state is State.NOT_APPLICABLE


def test_a_typed_passport_has_no_zone_to_open_its_chip_with_and_that_is_not_done() -> None:
    typed = TravelDocument("P", "UTO", "L898902C3", capture=Capture.TYPED)
    found, _ = findings(printed=typed)
    assert (found.state, found.reason) == (State.NOT_DONE, "no_chip_key")


def test_without_any_certificate_nothing_is_called_genuine() -> None:
    found, _ = findings(chip(), store=TrustStore([]))
    assert (found.state, found.reason) == (State.NOT_DONE, "no_csca")


def test_a_chip_that_nobody_asked_for_is_not_done_where_it_is_expected() -> None:
    screening = Screening((PRINTED,), None, NOW, "officer-1")
    assert ChipNotAskedCheck(Expected.PASSPORTS).run(screening).state is State.NOT_DONE
    assert ChipNotAskedCheck(Expected.NEVER).run(screening).state is State.NOT_APPLICABLE
