"""What a kit reports of its people: a changed PIN by its hash alone, and whom the post added."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.errors import InputError
from data.journal.chains import Stream
from data.journal.outgoing import Outbox
from data.json_codec import decode
from data.people.kit_roster import ChangedSecret, LocalPerson
from data.people.people_reports import (
    CREDENTIAL_CHANGED,
    LOCAL_PERSON_ADDED,
    ReportedCredential,
    ReportedLocalPerson,
    report_changed_secret,
    report_local_person,
)
from tests.support.deployment import Deployment
from tests.support.staff import OFFICER, PIN

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)
HASH = OFFICER.credential.secret
CHANGED = ChangedSecret(3, HASH, is_initial=False, at=AT)


def refuse(_why: object) -> InputError:
    return InputError("refused")


def test_a_changed_pin_waits_for_headquarters_by_its_hash(deployment: Deployment) -> None:
    outbox = Outbox(deployment.kit().journal)
    report_changed_secret(outbox, "O-1", CHANGED)
    entry = outbox.last(Stream.RECEIPTS, CREDENTIAL_CHANGED)
    assert entry is not None and PIN.encode() not in entry.body
    assert decode(ReportedCredential, entry.body, refuse) == ReportedCredential("O-1", 3, HASH, AT)


def test_a_pin_of_somebody_whom_headquarters_does_not_know_is_not_reported(deployment: Deployment) -> None:
    outbox = Outbox(deployment.kit().journal)
    report_changed_secret(outbox, "X-1", replace(CHANGED, replaces=0))
    assert outbox.last(Stream.RECEIPTS, CREDENTIAL_CHANGED) is None


def test_whom_the_post_added_is_a_case_for_headquarters(deployment: Deployment) -> None:
    outbox = Outbox(deployment.kit().journal)
    report_local_person(outbox, LocalPerson(replace(OFFICER, valid_until=AT), "S-1", "O-2"), AT)
    entry = outbox.last(Stream.CASES, LOCAL_PERSON_ADDED)
    assert entry is not None and HASH.encode() not in entry.body
    reported = decode(ReportedLocalPerson, entry.body, refuse)
    assert reported == ReportedLocalPerson("O-1", "K. Sample", ("officer",), AT, "S-1", "O-2", AT)


@pytest.mark.parametrize(
    "changed",
    [{"number": "o 1"}, {"replaces": 0}, {"replaces": -1}, {"secret": f"sha256:{'0' * 64}"}, {"secret": PIN}],
)
def test_what_no_kit_says_is_refused(changed: dict[str, object]) -> None:
    facts = {"number": "O-1", "replaces": 3, "secret": HASH, "at": "2026-03-01T06:00:00Z", "initial": False}
    assert decode(ReportedCredential, json.dumps(facts), refuse).number == "O-1"
    with pytest.raises(InputError):
        decode(ReportedCredential, json.dumps(facts | changed), refuse)
