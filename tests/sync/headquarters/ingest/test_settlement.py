"""Conflicts: both sides are seen, somebody settles them by name and with a reason, and what is settled stays so."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from data.errors import InputError
from data.journal.outgoing import OutboxEntry
from data.kit.home import KitHome
from data.people.staff import StaffRole
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.ingest.kit_reports import read_kit_reports
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.ingest.settlement import PURPOSE, Conflict, Ruling, Side, conflicts, contradictions, settle
from sync.headquarters.staff_sign_in import ProvenStaff
from sync.headquarters.store import report_tables as tables
from sync.kit import courier
from sync.limits import LIMITS
from tests.support.deployment import PEOPLE, Deployment
from tests.support.network.uplinks import crafted
from tests.support.staff import make_person
from tests.sync.support.ceremony import Held

TRUE = [OutboxEntry("drill", b'{"event":"e-%d"}' % number) for number in range(4)]
OTHER = [
    *TRUE[:2],
    OutboxEntry("drill", b'{"event":"x"}'),
    OutboxEntry("drill", b'{"event":"y"}'),
    OutboxEntry("drill", b'{"event":"z"}'),
]

DUTY = ProvenStaff(make_person("H-1", "K. Duty", StaffRole.SUPERVISOR))


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    return kit


@pytest.fixture
def conflict(deployment: Deployment, kit: KitHome) -> Conflict:
    """Four entries, two of which another history contradicts, which goes on for a third."""
    ingest = Ingest(deployment.hq)
    ingest.take(crafted(kit, TRUE))
    ingest.take(crafted(kit, OTHER))
    (conflict,) = conflicts(deployment.hq)
    return conflict


def test_both_sides_are_there_entry_by_entry(deployment: Deployment, conflict: Conflict) -> None:
    assert (conflict.kit, conflict.stream, conflict.open, conflict.settled) == ("post-1", "audit", 3, 0)
    _, sides = contradictions(deployment.hq, conflict.number)
    assert [(side.seq, side.first, side.other, side.settled) for side in sides] == [
        (3, Side("drill", TRUE[2].body), Side("drill", b'{"event":"x"}'), False),
        (4, Side("drill", TRUE[3].body), Side("drill", b'{"event":"y"}'), False),
        (5, None, Side("drill", b'{"event":"z"}'), False),
    ]


def test_a_settled_conflict_is_open_no_more_and_says_who_and_why(
    deployment: Deployment, kit: KitHome, conflict: Conflict
) -> None:
    settled = settle(deployment.hq, conflict.number, Ruling.FIRST, DUTY, "the copy was a drill")
    assert (
        (settled.open, settled.settled)
        == (0, 3)
        == (conflicts(deployment.hq)[0].open, conflicts(deployment.hq)[0].settled)
    )
    (settlement,) = settled.settlements
    assert (settlement.ruling, settlement.who, settlement.why) == (
        Ruling.FIRST,
        "H-1 K. Duty",
        "the copy was a drill",
    )
    assert read_kit_reports(deployment.hq)[0].conflicts == 0
    assert all(contradiction.settled for contradiction in contradictions(deployment.hq, conflict.number)[1])
    Ingest(deployment.hq).take(crafted(kit, OTHER))
    assert conflicts(deployment.hq)[0].open == 0, "the same once more is not news"
    with pytest.raises(InputError, match="already been settled"):
        settle(deployment.hq, conflict.number, Ruling.BOTH, DUTY, "another view")


def test_the_stream_goes_on_and_what_contradicts_later_is_open(
    deployment: Deployment, kit: KitHome, conflict: Conflict
) -> None:
    settle(deployment.hq, conflict.number, Ruling.BOTH, DUTY, "two kits ran")
    ingest = Ingest(deployment.hq)
    longer = [*TRUE, OutboxEntry("drill", b'{"event":"e-4"}')]
    assert ingest.take(crafted(kit, longer)).stored == 1
    later = ingest.take(crafted(kit, [*OTHER[:4], OutboxEntry("drill", b'{"event":"new"}')]))
    assert (later.stored, later.contradicting) == (0, 1)
    (reopened,) = conflicts(deployment.hq)
    assert (reopened.open, reopened.settled) == (1, 3) and read_kit_reports(deployment.hq)[0].conflicts == 1
    again = settle(deployment.hq, conflict.number, Ruling.OTHER, DUTY, "the first was the drill")
    assert [settlement.ruling for settlement in again.settlements] == [Ruling.BOTH, Ruling.OTHER] and again.open == 0


def test_what_is_settled_leaves_room_for_what_contradicts_later(
    deployment: Deployment, kit: KitHome, conflict: Conflict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.headquarters.ingest.segments.LIMITS", replace(LIMITS, conflicts=3))
    more = crafted(kit, [*TRUE[:3], OutboxEntry("drill", b'{"event":"new"}')])
    assert Ingest(deployment.hq).take(more).contradicting == 0
    settle(deployment.hq, conflict.number, Ruling.FIRST, DUTY, "a drill")
    assert Ingest(deployment.hq).take(more).contradicting == 1


def test_a_settlement_that_somebody_changed_settles_nothing(deployment: Deployment, conflict: Conflict) -> None:
    settle(deployment.hq, conflict.number, Ruling.FIRST, DUTY, "a drill")
    with deployment.hq.reports.transaction() as connection:
        content = connection.scalar(tables.settlements.select().with_only_columns(tables.settlements.c.content))
        assert content is not None
        changed = bytes(content).replace(b"K. Duty", b"K. Other")
        connection.execute(update(tables.settlements).values(content=changed))
    (still_open,) = conflicts(deployment.hq)
    assert (still_open.open, still_open.settlements) == (3, ())


@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_a_reason_is_needed(deployment: Deployment, conflict: Conflict, why: str) -> None:
    with pytest.raises(InputError, match="Settling a conflict needs"):
        settle(deployment.hq, conflict.number, Ruling.FIRST, DUTY, why)
    with pytest.raises(InputError, match="no conflict 999"):
        settle(deployment.hq, 999, Ruling.FIRST, DUTY, "a drill")
    assert conflicts(deployment.hq)[0].open == 3


def test_a_settlement_signed_by_a_key_that_no_policy_named_settles_nothing(
    deployment: Deployment, conflict: Conflict
) -> None:
    settle(deployment.hq, conflict.number, Ruling.FIRST, DUTY, "a drill")
    forger = Ed25519PrivateKey.generate()
    with deployment.hq.reports.transaction() as connection:
        content = connection.scalar(tables.settlements.select().with_only_columns(tables.settlements.c.content))
        assert content is not None
        forged = {"signer": forger.public_key().public_bytes_raw(), "signature": forger.sign(PURPOSE + bytes(content))}
        connection.execute(update(tables.settlements).values(**forged))
    (still_open,) = conflicts(deployment.hq)
    assert (still_open.open, still_open.settlements) == (3, ()) and read_kit_reports(deployment.hq)[0].conflicts == 3


def test_what_was_settled_stays_so_when_the_key_turns(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    courier.run(kit)
    ingest = Ingest(held.hq)
    ingest.take(crafted(kit, TRUE))
    ingest.take(crafted(kit, OTHER))
    (conflict,) = conflicts(held.hq)
    settle(held.hq, conflict.number, Ruling.FIRST, DUTY, "a drill")
    for _ in range(2):
        held.change(ProposedChanges(new=("kits",)), "targets-1")
        assert (conflicts(held.hq)[0].open, conflicts(held.hq)[0].settled) == (0, 3)
