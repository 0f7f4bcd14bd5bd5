"""What leaves a kit, in which order, and whose acknowledgement is believed."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.clock import Clock, Uptime, read_system_time
from data.errors import InputError, TrustError
from data.journal import chains as journal_outbox
from data.journal.chains import Position, Stream
from data.journal.outgoing import AcknowledgementEffect, Outbox
from data.journal.schema import unpack_body
from data.kit import headquarters_word
from data.kit.home import KitHome
from data.lease import enforcement
from data.lease.access import find_withholding_reason
from data.lease.enforcement import ContactNovelty
from sync.formats.report_messages import ACKNOWLEDGEMENT_PURPOSE, Acknowledgement, seal_acknowledgement, seal_message
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.kit import courier, vault_entries
from sync.kit.reports.dispatch import ReportDispatch
from sync.limits import LIMITS
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment
from tests.support.network.uplinks import Straight, all_batches, dispatch, events_here, events_of, happen, report


def acknowledgement(deployment: Deployment, home: KitHome, seq: int, **changed: object) -> bytes:
    """One that headquarters could have signed."""
    me, now = vault_entries.read_enrolment(home), read_system_time()
    upto = Position(seq, all_batches(home)[0][1].end.hash)
    heads = {Stream.AUDIT: upto}
    content = Acknowledgement(me.kit, me.enrolment_id, home.journal.incarnation, heads, now, now + timedelta(days=1))
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
        (forged, "sender is not known"),
        (acknowledgement(deployment, kit, 3, kit="post-2"), "another kit"),
        (acknowledgement(deployment, kit, 3, enrolment=hers.enrolment_id), "another kit"),
        (acknowledgement(deployment, kit, 3, expires=now - timedelta(minutes=1)), "expired"),
    ):
        with pytest.raises(TrustError, match=why):
            dispatch(kit).take(bad, now)
        assert Outbox(kit.journal).waiting()[Stream.AUDIT] == 3
    assert dispatch(kit).take(acknowledgement(deployment, kit, 3), now)[Stream.AUDIT] is AcknowledgementEffect.ADVANCED
    assert Outbox(kit.journal).waiting()[Stream.AUDIT] == 0


def test_an_acknowledgement_of_another_stream_or_purpose_moves_nothing(deployment: Deployment, kit: KitHome) -> None:
    happen(kit, 3)
    segment = all_batches(kit)[0][0]
    with pytest.raises(TrustError):
        dispatch(kit).take(segment, read_system_time())
    effects = dispatch(kit).take(acknowledgement(deployment, kit, 0, heads={}), read_system_time())
    assert set(effects.values()) == {AcknowledgementEffect.KNOWN} and Outbox(kit.journal).waiting()[Stream.AUDIT] == 3


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
    dispatch(kit).finish()
    assert len(events_of(kit)) == 2, "the newest of both streams"


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
        bodies = b"".join(unpack_body(bytes(row[0])) for row in connection.execute("SELECT body FROM outbox"))
    assert b"free_disk_mb" in bodies and b"Testa" not in bodies
    assert headquarters_word.read_last_contact(kit) is not None


def ahead(days: float, boot: str = "a", ran_s: float = 0.0) -> Clock:
    return Clock(read=lambda: read_system_time() + timedelta(days=days), read_uptime=lambda: Uptime(boot, ran_s))


def withheld(kit: KitHome, clock: Clock) -> str:
    edition = kit.lists.open("un").edition()
    assert edition is not None
    word = headquarters_word.read_list_contact(kit, edition)
    return find_withholding_reason(word, 36, enforcement.read_access(kit, clock), clock.now())


def test_details_stay_open_where_the_kits_clock_is_days_ahead_and_headquarters_has_answered(
    deployment: Deployment, kit: KitHome
) -> None:
    """By its own clock the kit has heard nothing for days; the answer says what headquarters' clock reads."""
    enforcement.record_contact(kit, read_system_time(), ahead(3), ContactNovelty.NEW)
    assert withheld(kit, ahead(3))
    dispatch = ReportDispatch(kit, ahead(3))
    happen(kit, 1)
    dispatch.send(Straight(deployment.hq))
    assert not withheld(kit, ahead(3, ran_s=3600))
    assert withheld(kit, ahead(3, ran_s=37 * 3600)), "and what ran since counts"
    assert withheld(kit, ahead(3, boot="b")), "after another start nobody knows how long it was off"


def test_an_answer_to_what_was_written_long_ago_says_nothing_about_headquarters_clock(
    deployment: Deployment, kit: KitHome
) -> None:
    """It may have been kept back for as long."""
    enforcement.record_contact(kit, read_system_time(), ahead(3), ContactNovelty.NEW)
    happen(kit, 1)
    ReportDispatch(kit, ahead(3)).send(Straight(deployment.hq))
    assert withheld(kit, ahead(3))
