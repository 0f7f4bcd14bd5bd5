"""What headquarters knows of its kits: versions, removals, health; odd facts are kept but not believed."""

import pytest

from data.errors import NoHome
from data.journal.outgoing import OutboxEntry
from data.json_codec import encode_canonical
from data.kit.home import KitHome
from data.text import Message, _
from sync.headquarters.ingest.kit_reports import read_kit_reports
from sync.headquarters.ingest.segments import Ingest
from sync.kit import courier
from tests.support.deployment import PEOPLE, Deployment
from tests.support.network.uplinks import Straight, crafted, report
from tests.sync.support.headquarters_views import report_of_kit


def test_headquarters_knows_versions_removals_and_health(deployment: Deployment, kit: KitHome) -> None:
    report(kit, Straight(deployment.hq))
    deployment.publish({record: name for record, name in PEOPLE.items() if record != "XXi.003"})
    courier.run(kit)
    report(kit, Straight(deployment.hq))
    kit_report = report_of_kit(deployment)
    (receipt,) = kit_report.receipts
    assert (receipt.list, receipt.version, receipt.removed, receipt.removals) == ("un", 2, 1, "erased")
    assert kit_report.health and kit_report.health.lists["un"].version == 1, "health is told every six hours only"
    assert kit_report.health.audit["technician"].seq >= 1 and kit_report.last_seen


def test_a_report_with_odd_facts_is_kept_but_not_believed(deployment: Deployment, kit: KitHome) -> None:
    odd = [
        b'{"event":"1","list":"../un","version":1,"as_of":"x","removed":0,"removals":"erased","erased_upto":1,"at":"x"}',
        b'{"event":"2","list":"un","version":true,"as_of":"x","removed":0,"removals":"erased","erased_upto":1,"at":"x"}',
        b'{"event":["3"]}',
        b"[" * 5000,
        b"\xff",
    ]
    kinds = [OutboxEntry("list_changed", body) for body in odd] + [OutboxEntry("health", body) for body in odd]
    assert Ingest(deployment.hq).take(crafted(kit, kinds)).stored == 10
    assert report_of_kit(deployment).receipts == () and report_of_kit(deployment).health is None


def test_problems_of_a_kit_are_read_in_the_language_of_headquarters(deployment: Deployment, kit: KitHome) -> None:
    problem = _("The disk is nearly full: {size} MB must be free", size=3)
    problems = [problem, {"id": "{x.y}", "values": {"x": 1}}, "in plain words"]
    body = encode_canonical({"event": "1", "at": "2026-01-01T00:00:00Z", "lists": {}, "problems": problems})
    Ingest(deployment.hq).take(crafted(kit, [OutboxEntry("health", body)]))
    health = report_of_kit(deployment).health
    assert health is not None
    shown = health.problems
    assert shown == (problem, "in plain words"), "one that does more than name its values is left out"
    assert shown[0].id == problem.id and isinstance(shown[1], Message)


def test_a_headquarters_without_reporting_kits_says_so(deployment: Deployment) -> None:
    with pytest.raises(NoHome, match="No kit"):
        Ingest(deployment.hq)
    assert read_kit_reports(deployment.hq) == ()
