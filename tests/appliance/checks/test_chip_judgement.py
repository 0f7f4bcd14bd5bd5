"""What the answers about a chip come to: no failed check is waved through."""

from dataclasses import replace

import pytest

from appliance.checks.chip_judgement import KNOWN_ISSUER_FAULTS, judge_authenticity
from data.screenings import State
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityReason
from devices.chip.authenticity import AuthenticityCheck as ChipAnswer
from tests.support.invented_chips import chip, read


@pytest.mark.parametrize("reason", AuthenticityReason)
def test_no_failed_check_is_waved_through(reason: AuthenticityReason) -> None:
    reading = read(chip())
    failed = replace(reading, proofs=(*reading.proofs, ChipAnswer("new", AuthenticityAnswer.FAIL, reason, "It fails.")))
    assert judge_authenticity(failed).state is (State.NOTICE if reason in KNOWN_ISSUER_FAULTS else State.HIT)
