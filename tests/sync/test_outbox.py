"""The kit's end: what leaves, in which order, what is believed, and that neither direction waits for the other."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import ANY

import pytest

from data.clock import read_system_time
from data.errors import InputError, LinkError, NotOffered, TrustError
from data.journal import chains as journal_outbox
from data.journal.chains import Position, Stream
from data.journal.outgoing import AcknowledgementEffect, JournalOutbox
from data.kit import enrolment
from data.kit.home import KitHome
from sync.formats.report_messages import ACKNOWLEDGEMENT_PURPOSE, Acknowledgement, seal_acknowledgement, seal_message
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.kit import courier, vault_entries
from sync.kit.connections.data_budget import SpendingLog
from sync.kit.connections.transfer_limiter import LimitMode
from sync.kit.courier import USAGE
from sync.kit.reports.health import enter_health
from sync.kit.reports.outbox import SendResult
from sync.kit.reports.uplink import HttpUplink
from sync.limits import LIMITS
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, names
from tests.support.network.chaos import ChaosServer, Fault
from tests.support.network.uplinks import Straight, all_batches, events_here, events_of, happen, outbox, report


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    return kit


def acknowledgement(deployment: Deployment, home: KitHome, seq: int, **changed: object) -> bytes:
    """One that headquarters could have signed."""
    me, now = vault_entries.read_enrolment(home), read_system_time()
    upto = Position(seq, all_batches(home)[0][1].end.hash)
    heads = {Stream.AUDIT: upto}
    content = Acknowledgement(me.kit, me.incarnation, home.journal.incarnation, heads, now, now + timedelta(days=1))
    recipient = deployment.recipient("post-1")
    return seal_acknowledgement(replace(content, **changed), envelope_signer(deployment.hq), recipient)  # type: ignore[arg-type]


def test_thousands_of_entries_leave_in_small_segments_that_cost_little(deployment: Deployment, kit: KitHome) -> None:
    with kit.journal.writing() as connection:
        for number in range(6000):
            content = {"event": f"{number:032x}", "text": f"{number * 7919 % 104729:x}" * 12}
            journal_outbox.append_entry(connection, Stream.CROSSINGS, "screening", content)
    uplink = Straight(deployment.hq)
    sent = report(kit, uplink)
    assert (sent.waiting, sent.acknowledged) == (0, sent.entries)
    assert len(uplink.segments) > 2
    assert all(len(segment) <= LIMITS.segment_bytes for segment in uplink.segments)
    assert sorted(events_here(deployment.hq)) == sorted(events_of(kit))


def test_large_entries_that_do_not_shrink_fit_as_well(deployment: Deployment, kit: KitHome) -> None:
    from random import Random

    dice = Random(1)
    with kit.journal.writing() as connection:
        for number in range(40):
            content = {"event": str(number), "text": dice.randbytes(8000).hex()[: journal_outbox.MAX_ENTRY_BYTES - 200]}
            journal_outbox.append_entry(connection, Stream.CASES, "case", content)
    assert report(kit, Straight(deployment.hq)).waiting == 0
    assert len(events_here(deployment.hq)) == len(events_of(kit))


def test_cases_go_first(deployment: Deployment, kit: KitHome) -> None:
    happen(kit, 2)
    with kit.journal.writing() as connection:
        journal_outbox.append_entry(connection, Stream.CASES, "case", {"event": "c"})
    uplink, seen = Straight(deployment.hq), []
    send = uplink.send
    uplink.send = lambda segment, batch: (seen.append(batch.stream), send(segment, batch))[1]  # type: ignore[method-assign, func-returns-value]
    report(kit, uplink)
    assert seen == [Stream.CASES, Stream.RECEIPTS, Stream.AUDIT]


def test_only_an_acknowledgement_of_headquarters_for_this_kit_counts(deployment: Deployment, kit: KitHome) -> None:
    happen(kit, 3)
    other = deployment.kit("post-2")
    hers, now = vault_entries.read_enrolment(other), read_system_time()
    forged = seal_message(
        ACKNOWLEDGEMENT_PURPOSE, b"{}", vault_entries.read_enrolment(kit).signer, deployment.recipient("post-1")
    )
    for bad, why in (
        (b"", "sealed to somebody else"),
        (bytes(LIMITS.acknowledgement_bytes + 1), "too large"),
        (forged, "nobody known"),
        (acknowledgement(deployment, kit, 3, kit="post-2"), "another kit"),
        (acknowledgement(deployment, kit, 3, enrolment=hers.incarnation), "another kit"),
        (acknowledgement(deployment, kit, 3, expires=now - timedelta(minutes=1)), "expired"),
    ):
        with pytest.raises(TrustError, match=why):
            outbox(kit).take(bad, now)
        assert JournalOutbox(kit.journal).waiting()[Stream.AUDIT] == 3
    assert outbox(kit).take(acknowledgement(deployment, kit, 3), now)[Stream.AUDIT] is AcknowledgementEffect.ADVANCED
    assert JournalOutbox(kit.journal).waiting()[Stream.AUDIT] == 0


def test_an_acknowledgement_of_another_stream_or_purpose_moves_nothing(deployment: Deployment, kit: KitHome) -> None:
    happen(kit, 3)
    segment = all_batches(kit)[0][0]
    with pytest.raises(TrustError):
        outbox(kit).take(segment, read_system_time())
    effects = outbox(kit).take(acknowledgement(deployment, kit, 0, heads={}), read_system_time())
    assert (
        set(effects.values()) == {AcknowledgementEffect.KNOWN}
        and JournalOutbox(kit.journal).waiting()[Stream.AUDIT] == 3
    )


def test_reports_go_with_every_sync_and_carry_its_receipts(
    deployment: Deployment, kit: KitHome, served: Callable[..., str]
) -> None:
    happen(kit, 3)
    url = served(deployment.hq.path, Ingest(deployment.hq))
    report = courier.run(kit, source=url)
    assert report.ok and report.sent is not None
    assert (report.sent.waiting, report.sent.new_life) == (0, False)
    deployment.publish(PEOPLE | {"XXi.900": "Altera Persona"})
    again = courier.run(kit, source=url)
    assert again.ok and again.sent is not None and again.sent.waiting == 0
    assert sorted(events_here(deployment.hq)) == sorted(events_of(kit))


def test_a_failed_download_does_not_keep_reports_back(
    deployment: Deployment, kit: KitHome, served: Callable[..., str]
) -> None:
    happen(kit, 3)
    url = served(deployment.hq.path, Ingest(deployment.hq))
    kit.settings.__dict__["uplink"] = url
    with pytest.raises(LinkError):
        courier.run(kit, source="http://127.0.0.1:9")
    assert set(events_here(deployment.hq)) == events_of(kit)


def test_a_failed_report_does_not_keep_lists_back(
    deployment: Deployment, kit: KitHome, served: Callable[..., str]
) -> None:
    deployment.publish(PEOPLE | {"XXi.900": "Altera Persona"})
    kit.settings.__dict__["uplink"] = "http://127.0.0.1:9"
    report = courier.run(kit, source=served(deployment.hq.path))
    assert "XXi.900" in names(kit)
    assert not report.ok and "No line to http://127.0.0.1:9/uplink" in report.problems[0].what


def test_a_static_server_that_takes_no_reports_is_no_fault(
    deployment: Deployment, kit: KitHome, served: Callable[..., str]
) -> None:
    url = served(deployment.hq.path)
    assert courier.run(kit, source=url).ok
    with HttpUplink(url) as uplink, pytest.raises(NotOffered, match="Nobody takes reports"):
        uplink.send(*all_batches(kit, Stream.RECEIPTS)[0])


@pytest.mark.parametrize(
    ("status", "error"), [(200, TrustError), (422, TrustError), (503, LinkError), (302, LinkError), (405, NotOffered)]
)
def test_whatever_a_server_answers_nothing_is_lost(kit: KitHome, status: int, error: type[Exception]) -> None:
    happen(kit, 3)
    with ChaosServer(kit.path) as server, HttpUplink(server.url) as uplink:
        server.reports = Fault(status=status, change=lambda _: bytes(5000))
        with pytest.raises(error):
            outbox(kit).send(uplink)
    assert JournalOutbox(kit.journal).waiting()[Stream.AUDIT] == 3


@pytest.fixture
def spent(deployment: Deployment, kit: KitHome, served: Callable[..., str]) -> KitHome:
    """A kit on a line whose budget is spent, with reports of every kind."""
    kit.settings.__dict__["source"] = served(deployment.hq.path, Ingest(deployment.hq))
    frugal = kit.settings.courier.model_copy(update={"budget_mb_day": 0.0001, "always_kb": 0.0})
    kit.settings.__dict__["courier"] = frugal
    SpendingLog(kit.path / USAGE).add(100, read_system_time().astimezone())
    happen(kit, 3)
    JournalOutbox(kit.journal).report(Stream.CASES, "drill", read_system_time(), {"case": "c-1"})
    return kit


def test_cases_go_when_the_budget_is_spent_and_the_rest_waits_and_says_so(
    deployment: Deployment, spent: KitHome
) -> None:
    report = courier.run(spent)
    assert report.ok and report.sent is not None and report.is_postponed and report.renews is not None
    waiting = JournalOutbox(spent.journal).waiting()
    assert waiting[Stream.CASES] == 0 and waiting[Stream.AUDIT] == 3 and report.sent.waiting == sum(waiting.values())
    assert "of this day are spent" in report.sent.postponed and "cases go all the same" in report.sent.postponed
    assert len(events_here(deployment.hq)) == 1
    assert courier.run(spent, options=courier.RunOptions(limit_mode=LimitMode.SET_ASIDE)).sent == SendResult(
        entries=report.sent.waiting, bytes=ANY, acknowledged=report.sent.waiting, wire_bytes=ANY
    )


def test_a_days_reports_go_though_the_budget_is_spent_and_what_piled_up_does_not(spent: KitHome) -> None:
    settings = spent.settings.courier
    spent.settings.__dict__["courier"] = settings.model_copy(update={"always_kb": 2.0})
    for number in range(40):
        spent.journal.record("drill", read_system_time(), "officer 7", "x" * 900, {"number": number})
    first = courier.run(spent)
    assert first.sent is not None and first.sent.postponed and first.sent.waiting > 40
    spent.settings.__dict__["courier"] = settings.model_copy(update={"always_kb": 256.0})
    again = courier.run(spent)
    assert again.sent is not None and (again.sent.postponed, again.sent.waiting) == ("", 0)


def test_reports_count_into_the_budget_of_the_line(
    deployment: Deployment, kit: KitHome, served: Callable[..., str]
) -> None:
    happen(kit, 50)
    kit.settings.__dict__["source"] = served(deployment.hq.path, Ingest(deployment.hq))
    report = courier.run(kit)
    assert report.sent is not None and report.sent.wire_bytes > report.sent.bytes > 500
    assert report.wire_bytes > report.sent.wire_bytes
    assert SpendingLog(kit.path / USAGE).spending.day_bytes == report.wire_bytes


def test_what_headquarters_has_lost_comes_again_while_the_kit_keeps_it(deployment: Deployment, kit: KitHome) -> None:
    happen(kit, 3)
    report(kit, Straight(deployment.hq))
    deployment.lose_reports()
    happen(kit, 2, start=3)
    assert report(kit, Straight(deployment.hq)).waiting == 0
    assert sorted(events_here(deployment.hq)) == sorted(events_of(kit))


def test_acknowledged_entries_leave_after_the_days_of_kit_toml(deployment: Deployment, kit: KitHome) -> None:
    happen(kit, 3)
    report(kit, Straight(deployment.hq))
    assert len(events_of(kit)) > 3
    with kit.journal.writing() as connection:
        connection.execute("UPDATE acknowledged SET at = '2026-01-01T00:00:00Z'")
    outbox(kit).finish()
    assert len(events_of(kit)) == 2, "the newest of both streams"


def test_health_is_told_at_most_every_six_hours(kit: KitHome) -> None:
    for _ in range(3):
        courier.run(kit)
    with kit.journal.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'health'").fetchone()
    assert count == 1


def test_another_problem_is_told_at_once_and_the_same_one_is_not(kit: KitHome) -> None:
    clock = enrolment.read_clock(kit)
    for problem in ("Broke off after 17 bytes", "Broke off after 40 bytes", "Older than what this kit has seen (5, 6)"):
        enter_health(kit, clock, [problem])
    with kit.journal.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'health'").fetchone()
    assert count == 3  # one from before, when all was well


def test_a_headquarters_put_back_whole_hears_of_it_from_a_kit_that_had_nothing_to_say(
    deployment: Deployment, served: Callable[..., str], tmp_path: Path
) -> None:
    """The kit's receipts were acknowledged by what was lost; its health was told a minute ago."""
    deployment.publish(PEOPLE)
    kit = deployment.kit("post-9")
    courier.run(kit)
    report(kit, Straight(deployment.hq))
    deployment.hq.close()
    copy = shutil.copytree(deployment.hq.path, tmp_path / "copy")
    deployment.hq = HeadquartersHome.open(deployment.hq.path, PASSPHRASE)
    deployment.publish({**PEOPLE, "XXi.900": "Nova Persona"})
    courier.run(kit)
    report(kit, Straight(deployment.hq))
    deployment.hq.close()
    deployment.hq = HeadquartersHome.open(copy, PASSPHRASE)
    deployment.refresh_mirror()
    with pytest.raises(TrustError):
        courier.run(kit)
    report(kit, Straight(deployment.hq))
    with pytest.raises(InputError, match="behind what was published"):
        deployment.publish_again()


def test_no_name_leaves_in_a_report(kit: KitHome) -> None:
    with kit.journal.reading() as connection:
        bodies = b"".join(row[0] for row in connection.execute("SELECT body FROM outbox"))
    assert b"free_disk_mb" in bodies and b"Testa" not in bodies
    assert enrolment.read_last_contact(kit) is not None
