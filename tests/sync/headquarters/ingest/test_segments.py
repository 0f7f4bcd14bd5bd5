"""Taking in reports: stored once, acknowledged without a gap, contradictions kept apart, lies refused unread."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pyrage
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from data.clock import read_system_time
from data.errors import TrustError
from data.journal import chains
from data.journal.chains import Position, Stream
from data.journal.outgoing import Outbox, OutboxEntry
from data.kit.home import KitHome
from data.text import Message
from sync.formats.report_messages import SEGMENT_PURPOSE, chain_positions, seal_message, seal_segment
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.store import report_tables as tables
from sync.kit import vault_entries
from sync.limits import LIMITS
from tests.support.deployment import Deployment
from tests.support.network.uplinks import Straight, all_batches, crafted, events_here, events_of, report
from tests.sync.support.headquarters_views import report_of_kit


def test_a_report_is_stored_once_however_often_it_comes(deployment: Deployment, kit: KitHome) -> None:
    uplink = Straight(deployment.hq)
    sent = report(kit, uplink)
    assert sent.waiting == 0 and sent.acknowledged == sent.entries == len(events_of(kit))
    before = sorted(events_here(deployment.hq))
    assert before == sorted(events_of(kit))
    for segment in uplink.segments * 2:
        again = Ingest(deployment.hq).take(segment)
        assert (again.stored, again.contradicting, again.missing_from) == (0, 0, 0)
    assert sorted(events_here(deployment.hq)) == before


def test_a_lost_answer_costs_a_repetition_and_nothing_else(deployment: Deployment, kit: KitHome) -> None:
    uplink = Straight(deployment.hq)
    uplink.lose_answer = True
    with pytest.raises(Exception, match="lost"):
        report(kit, uplink)
    assert Outbox(kit.journal).waiting()[Stream.AUDIT] == 5
    uplink.lose_answer = False
    assert report(kit, uplink).waiting == 0
    assert sorted(events_here(deployment.hq)) == sorted(events_of(kit))


def test_after_a_gap_nothing_is_stored_and_the_acknowledgement_says_from_where(
    deployment: Deployment, kit: KitHome
) -> None:
    entries = [OutboxEntry("drill", b'{"event":"e-%d"}' % number) for number in range(9)]
    places = chain_positions(Stream.AUDIT, Position(), tuple(entries))
    ingest = Ingest(deployment.hq)
    early = ingest.take(crafted(kit, entries[6:], places[5]))
    assert (early.stored, early.missing_from) == (0, 1)
    assert report_of_kit(deployment).streams[0].missing_from == 1
    assert ingest.take(crafted(kit, entries[:4])).stored == 4
    assert ingest.take(crafted(kit, entries[6:], places[5])).missing_from == 5
    assert ingest.take(crafted(kit, entries[2:], places[1])).stored == 5, "what is here already is passed over"
    assert report_of_kit(deployment).streams[0].missing_from == 0
    assert events_here(deployment.hq) == [f"e-{number}" for number in range(9)]


def test_another_entry_under_a_taken_number_is_kept_apart_and_not_acknowledged(
    deployment: Deployment, kit: KitHome
) -> None:
    entries = [OutboxEntry("drill", b'{"event":"e-%d"}' % number) for number in range(4)]
    other = [*entries[:2], OutboxEntry("drill", b'{"event":"x"}'), OutboxEntry("drill", b'{"event":"y"}')]
    ingest = Ingest(deployment.hq)
    first = ingest.take(crafted(kit, entries))
    for expected in (2, 0):
        forged = ingest.take(crafted(kit, other))
        assert (forged.stored, forged.contradicting) == (0, expected)
    assert events_here(deployment.hq) == ["e-0", "e-1", "e-2", "e-3"]
    assert report_of_kit(deployment).conflicts == 2
    assert first.batch.end == Ingest(deployment.hq).take(crafted(kit, entries)).batch.end


def test_what_is_kept_apart_is_bounded(deployment: Deployment, kit: KitHome, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = Ingest(deployment.hq)
    ingest.take(crafted(kit, [OutboxEntry("drill", b"{}")] * 4))
    monkeypatch.setattr("sync.headquarters.ingest.segments.LIMITS", replace(LIMITS, conflicts=6))
    for number in range(5):
        ingest.take(crafted(kit, [OutboxEntry("drill", b'{"n":%d}' % number)] * 4))
    assert report_of_kit(deployment).conflicts == 6


def test_an_event_that_comes_again_in_a_new_life_counts_once(deployment: Deployment, kit: KitHome) -> None:
    uplink = Straight(deployment.hq)
    uplink.lose_answer = True
    with pytest.raises(Exception, match="lost"):
        report(kit, uplink)
    with kit.journal.writing() as connection:
        chains.begin_incarnation(connection, read_system_time(), {stream: Position() for stream in Stream})
    uplink.lose_answer = False
    assert report(kit, uplink).waiting == 0
    assert sorted(events_here(deployment.hq)) == sorted(events_of(kit))
    assert len(events_here(deployment.hq, again=True)) > len(events_of(kit))
    assert report_of_kit(deployment).lives == 2


def test_nothing_but_a_kits_own_signed_report_is_taken(deployment: Deployment, kit: KitHome) -> None:
    other = deployment.kit("post-2")
    mine, hers = vault_entries.read_enrolment(kit), vault_entries.read_enrolment(other)
    batch = all_batches(kit)[0][1]
    nobody = Ed25519PrivateKey.generate().private_bytes_raw().hex()
    ingest = Ingest(deployment.hq)
    for who, why in (
        (replace(mine, signing=nobody), "sender is not known"),
        (replace(mine, signing=hers.signing), "signed by a kit other"),
        (replace(mine, kit="post-2"), "signed by a kit other"),
        (replace(mine, enrolment_id=hers.enrolment_id), "signed by a kit other"),
        (replace(mine, headquarters=str(pyrage.x25519.Identity.generate().to_public())), "sealed to somebody else"),
    ):
        with pytest.raises(TrustError, match=why):
            ingest.take(seal_segment(who, batch)[0])
    sealed = seal_message(b"another purpose\n", b"content", mine.signer, mine.headquarters)
    with pytest.raises(TrustError, match="its sender did not sign it"):
        ingest.take(sealed)
    assert events_here(deployment.hq) == []


def test_lies_about_sizes_and_numbers_are_refused(deployment: Deployment, kit: KitHome) -> None:
    ingest, mine = Ingest(deployment.hq), vault_entries.read_enrolment(kit)
    bomb = zstandard.ZstdCompressor().compress(b"drill " + b"0" * (64 << 20) + b"\n")
    header = b'{"format":1}'
    for sealed, why in (
        (bytes(LIMITS.segment_bytes + 1), "too large"),
        (crafted(kit, [OutboxEntry("drill", b"{}")], end=Position(1, bytes(32))), "do not lead to the final digest"),
        (crafted(kit, [OutboxEntry("drill", b"{}")], end=Position(2, bytes(32))), "do not lead to the final digest"),
        (crafted(kit, [OutboxEntry("drill", b"{}")], begins=Position(5)), "out of order"),
        (crafted(kit, [OutboxEntry("drill", b"{}")], end=Position(1 << 60)), "out of bounds"),
        (crafted(kit, [OutboxEntry("no kind", b"{}")]), "do not lead|no entry"),
        (crafted(kit, [OutboxEntry("drill", b"{}\n{}")]), "not an entry|do not lead"),
        (
            seal_message(
                SEGMENT_PURPOSE, len(header).to_bytes(4, "big") + header + bomb, mine.signer, mine.headquarters
            ),
            "cannot be read",
        ),
        (seal_message(SEGMENT_PURPOSE, b"\xff\xff\xff\xff", mine.signer, mine.headquarters), "header is too large"),
    ):
        with pytest.raises(TrustError, match=why):
            ingest.take(sealed)


def test_a_bomb_is_not_unpacked(deployment: Deployment, kit: KitHome, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = b"drill " + b"0" * (64 << 20)
    monkeypatch.setattr(
        "sync.formats.report_messages._pack_entries", lambda entries: zstandard.ZstdCompressor().compress(lines)
    )
    with pytest.raises(TrustError, match="too large once decompressed"):
        Ingest(deployment.hq).take(crafted(kit, [OutboxEntry("drill", b"{}")]))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=some.binary(max_size=300))
def test_whatever_a_kit_signs_gives_a_named_error(deployment: Deployment, kit: KitHome, content: bytes) -> None:
    mine = vault_entries.read_enrolment(kit)
    for sealed in (content, seal_message(SEGMENT_PURPOSE, content, mine.signer, mine.headquarters)):
        with pytest.raises(TrustError):
            Ingest(deployment.hq).take(sealed)


def test_over_http_bad_reports_are_refused_with_their_number(
    deployment: Deployment, kit: KitHome, served: Callable[..., str], capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[Message] = []
    url = f"{served(deployment.hq.path, Ingest(deployment.hq), said.append)}/uplink"
    assert httpx.post(url, content=b"x").status_code == 422
    assert httpx.post(url, content=bytes(LIMITS.segment_bytes + 1)).status_code == 413
    assert httpx.get(url).status_code in (404, 405)
    answer = httpx.post(url, content=all_batches(kit)[0][0])
    assert answer.status_code == 200 and len(answer.content) < LIMITS.acknowledgement_bytes
    (problem,) = said
    assert isinstance(problem, Message) and "Report: " in problem
    assert capfd.readouterr() == ("", "")


def test_a_publication_that_holds_the_store_does_not_keep_reports_out(deployment: Deployment, kit: KitHome) -> None:
    with deployment.hq.store.transaction():
        assert report(kit, Straight(deployment.hq)).waiting == 0


def test_reports_are_not_readable_on_headquarters_disk(deployment: Deployment, kit: KitHome) -> None:
    report(kit, Straight(deployment.hq))
    deployment.hq.reports.close()
    for path in Path(deployment.hq.path).rglob("*"):
        assert not path.is_file() or b"officer 7" not in path.read_bytes(), path
    with deployment.hq.reports.reading() as connection:
        assert connection.execute(tables.entries.select()).all()
