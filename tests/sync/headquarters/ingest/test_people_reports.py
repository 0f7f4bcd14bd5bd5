"""What headquarters takes from kits about their people: kept once, passed over where it does not fit."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from data.journal.outgoing import OutboxEntry
from data.json_codec import encode_canonical
from sync.headquarters.ingest.people_reports import (
    APPLIED,
    keep_people_facts,
    list_ignored,
    list_local_people,
    read_waiting,
    settle_waiting,
)
from sync.headquarters.store import report_tables
from tests.support.deployment import Deployment
from tests.support.staff import OFFICER

AT = "2026-03-01T06:00:00Z"
HASH = OFFICER.credential.secret
CREDENTIAL = {"event": "1", "at": AT, "number": "O-1", "replaces": 3, "secret": HASH, "initial": False}
LOCAL = {
    "event": "2", "at": AT, "number": "X-1", "name": "R. Sample", "roles": ["officer"], "until": AT, "by": "S-1",
    "second": "O-2",
}  # fmt: skip


def say(deployment: Deployment, kind: str, facts: object) -> None:
    with deployment.hq.reports.transaction() as connection:
        keep_people_facts(connection, "post-1", OutboxEntry(kind, encode_canonical(facts)))


def test_a_changed_pin_waits_until_it_is_decided_and_then_its_hash_goes(deployment: Deployment) -> None:
    say(deployment, "credential_changed", CREDENTIAL)
    say(deployment, "credential_changed", CREDENTIAL | {"number": "O-2"})
    first, second = read_waiting(deployment.hq)
    assert (first.kit, first.number, first.replaces, first.secret) == ("post-1", "O-1", 3, HASH)
    assert HASH not in repr(first)
    settle_waiting(deployment.hq, {first.id: APPLIED, second.id: "replaced"})
    assert read_waiting(deployment.hq) == ()
    (ignored,) = list_ignored(deployment.hq)
    assert (ignored.kit, ignored.number, ignored.why) == ("post-1", "O-2", "replaced")
    with deployment.hq.reports.reading() as connection:
        assert set(connection.scalars(select(report_tables.changed_credentials.c.secret))) == {""}


def test_whom_a_post_added_is_kept_as_it_was_said_last(deployment: Deployment) -> None:
    say(deployment, "local_person_added", LOCAL)
    say(deployment, "local_person_added", LOCAL | {"name": "R. Other"})
    (person,) = list_local_people(deployment.hq)
    assert (person.kit, person.number, person.name, person.roles) == ("post-1", "X-1", "R. Other", ("officer",))
    assert person.until == datetime(2026, 3, 1, 6, tzinfo=UTC) and (person.by, person.second) == ("S-1", "O-2")


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("credential_changed", CREDENTIAL | {"secret": "482913"}),
        ("credential_changed", CREDENTIAL | {"replaces": "3"}),
        ("credential_changed", []),
        ("local_person_added", LOCAL | {"name": "a\nb"}),
        ("local_person_added", LOCAL | {"until": "soon"}),
        ("local_person_added", LOCAL | {"roles": ["x"] * 17}),
        ("local_person", LOCAL),
    ],
)
def test_what_does_not_fit_is_passed_over(deployment: Deployment, kind: str, facts: object) -> None:
    say(deployment, kind, facts)
    assert read_waiting(deployment.hq) == () and list_local_people(deployment.hq) == ()
