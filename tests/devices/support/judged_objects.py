"""Security objects of an invented state, judged."""

from collections.abc import Mapping
from datetime import date

from data.certificates.trust_store import TrustStore
from devices.chip.authentication.passive_authentication import (
    DocumentExpectation,
    PassiveAuthentication,
    judge_chip_files,
)
from tests.devices.support.issued import GROUPS, NOW, ROOT, fresh_list, sod, store

STORE = store(ROOT, lists=(fresh_list(99),))
EXPECTED = DocumentExpectation("UT", date(2021, 5, 5))
MADE = sod()


def judge_object(
    data: bytes = MADE,
    groups: Mapping[int, bytes] = GROUPS,
    trust: TrustStore = STORE,
    expectation: DocumentExpectation = EXPECTED,
) -> PassiveAuthentication:
    return judge_chip_files(data, groups, trust, NOW, expectation)
