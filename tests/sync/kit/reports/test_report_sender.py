"""Reports go with every sync; neither direction waits for the other, and both share the budget."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import ANY

import pytest

from data.clock import Clock, read_system_time
from data.errors import LinkError
from data.journal.chains import Stream
from data.journal.outgoing import Outbox
from data.kit.home import KitHome
from sync.headquarters.ingest.segments import Ingest
from sync.kit import courier
from sync.kit.connections import asked_wait
from sync.kit.connections.data_budget import SpendingLog
from sync.kit.connections.mirrors import Connections
from sync.kit.connections.transfer_limiter import LimitMode
from sync.kit.courier import USAGE, RunOptions
from sync.kit.reports.dispatch import SendResult
from sync.kit.reports.uplink_refusal import AskUplink, note_refusal, read_refusal
from sync.kit.watching.watch_state import note_run
from sync.link import Source, SourceKind
from tests.support.deployment import PEOPLE, Deployment, names
from tests.support.network.chaos import ChaosServer, Fault
from tests.support.network.uplinks import events_here, events_of, happen
from ui.text.courier_status import courier_status_lines, read_courier_status


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
    assert not report.ok and "No connection to http://127.0.0.1:9/uplink" in report.problems[0].what


def test_what_waits_is_counted_where_the_uplink_cannot_be_reached(
    kit: KitHome, served: Callable[..., str], deployment: Deployment
) -> None:
    happen(kit, 3)
    kit.settings.__dict__["uplink"] = "http://127.0.0.1:9"
    result = courier.run(kit, source=served(deployment.hq.path))
    assert result.sent is not None and result.sent.waiting == sum(Outbox(kit.journal).waiting().values()) > 3
    note_run(kit, "", result)
    lines = "\n".join(map(str, courier_status_lines(read_courier_status(kit.path))))
    assert f"reports: 0 sent, {result.sent.waiting} waiting" in lines and "No connection" in lines


def test_where_nobody_takes_reports_is_told_and_asked_again_when_it_is_due_or_wanted(
    deployment: Deployment, kit: KitHome
) -> None:
    happen(kit, 3)
    with ChaosServer(deployment.hq.public) as server:
        kit.settings.__dict__["source"] = server.url
        report = courier.run(kit)
        assert report.ok and report.sent is not None and report.sent.refused is not None
        assert f"No service accepts reports at {server.url}/uplink (HTTP 501)" in report.sent.refused.what
        assert report.sent.waiting > 3
        server.reports = Fault(status=503)
        report = courier.run(kit)
        assert report.ok and report.sent is not None and report.sent.refused is not None
        assert f"No service accepted reports at {server.url} when this kit last asked" in report.sent.refused.what
        later = Clock(read=lambda: read_system_time() + timedelta(hours=1, minutes=1))
        for options, clock in ((RunOptions(ask_uplink=AskUplink.AT_ONCE), None), (RunOptions(), later)):
            report = courier.run(kit, options=options, clock=clock)
            assert not report.ok and "HTTP 503" in report.problems[0].what


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SourceKind.HEADQUARTERS, "This kit has no address for its reports"),
        (SourceKind.STICK, "This run asked only a stick or a neighbouring kit, which take no reports"),
    ],
)
def test_why_reports_wait_is_told_where_a_run_has_nowhere_to_send_them(
    deployment: Deployment, kit: KitHome, kind: SourceKind, words: str
) -> None:
    happen(kit, 3)
    result = courier.run(kit, source=Source(str(deployment.mirror), kind))
    assert result.ok and result.sent is not None and result.sent.refused is not None
    assert result.sent.waiting > 3
    assert result.sent.refused.what == words and result.sent.refused.do
    note_run(kit, "", result)
    lines = "\n".join(map(str, courier_status_lines(read_courier_status(kit.path))))
    assert f"{result.sent.waiting} waiting" in lines and words in lines


def test_a_refusal_is_forgotten_once_reports_are_taken(
    deployment: Deployment, kit: KitHome, served: Callable[..., str]
) -> None:
    happen(kit, 3)
    url = served(deployment.hq.path, Ingest(deployment.hq))
    note_refusal(kit, url, read_system_time())
    kit.settings.__dict__["source"] = url
    report = courier.run(kit, options=RunOptions(ask_uplink=AskUplink.AT_ONCE))
    assert report.sent is not None and (report.sent.refused, report.sent.waiting) == (None, 0)
    assert read_refusal(kit, url) is None


@pytest.fixture
def spent(deployment: Deployment, kit: KitHome, served: Callable[..., str]) -> KitHome:
    """A kit on a line whose budget is spent, with reports of every kind."""
    kit.settings.__dict__["source"] = served(deployment.hq.path, Ingest(deployment.hq))
    frugal = kit.settings.courier.model_copy(update={"budget_mb_day": 0.0001, "always_kb": 0.0})
    kit.settings.__dict__["courier"] = frugal
    SpendingLog(kit.path / USAGE).add(100, read_system_time().astimezone())
    happen(kit, 3)
    Outbox(kit.journal).report(Stream.CASES, "drill", read_system_time(), {"case": "c-1"})
    return kit


def test_cases_go_when_the_budget_is_spent_and_the_rest_waits_and_says_so(
    deployment: Deployment, spent: KitHome
) -> None:
    report = courier.run(spent)
    assert report.ok and report.sent is not None and report.is_postponed and report.renews is not None
    waiting = Outbox(spent.journal).waiting()
    assert waiting[Stream.CASES] == 0 and waiting[Stream.AUDIT] == 3 and report.sent.waiting == sum(waiting.values())
    assert "Today's budget of" in report.sent.postponed and "cases are sent at any time" in report.sent.postponed
    assert len(events_here(deployment.hq)) == 1
    assert courier.run(spent, options=RunOptions(limit_mode=LimitMode.SET_ASIDE)).sent == SendResult(
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


def test_an_uplink_that_asks_for_time_is_left_alone_for_that_time_and_lists_come_all_the_same(
    deployment: Deployment, kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE | {"XXi.900": "Altera Persona"})
    happen(kit, 3)
    watching = RunOptions(connections=Connections())
    with ChaosServer(deployment.hq.public) as server:
        kit.settings.__dict__["source"] = server.url
        server.reports = Fault(status=503, headers={"retry-after": "60"})
        for _run in range(2):
            report = courier.run(kit, options=watching)
            assert not report.ok and "it asks the kit to wait 60 s" in report.problems[0].what
            assert report.sent is not None and report.asked_wait_s == 0
        assert server.reported == 1 and "XXi.900" in names(kit)
        later = asked_wait._boot_seconds() + 60
        monkeypatch.setattr(asked_wait, "_boot_seconds", lambda: later)
        courier.run(kit, options=watching)
        assert server.reported == 2
