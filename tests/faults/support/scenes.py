"""Kits about to be synced in each way there is, and what has to hold of a kit whatever cut that off."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import update

from data import durable_files
from data.journal.history import read_events, verify_journal
from data.kit.home import KitHome
from data.lists.rows import Row, add_to_digest
from data.witness.comparison import find_disagreements
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store import tables
from sync.kit import courier
from sync.kit.run_report import CourierReport
from tests.support.deployment import PASSPHRASE, Deployment, names

OLD = {f"XXi.{number:04}": f"Testa Persona {number}" for number in range(900)}
NEW = {record: name for record, name in OLD.items() if record != "XXi.0003"} | {"XXi.0004": "Testa Alia"}
NEVER_YET: Mapping[str, str] = {}
EXCHANGED = OLD | {"XXi.0100": OLD["XXi.0101"], "XXi.0101": OLD["XXi.0100"]}
NEXT = "next.xml"
"""Beside a headquarters: the list that it publishes next."""
WAYS = [("first snapshot", NEVER_YET), ("delta", OLD), ("snapshot", OLD), ("repair", EXCHANGED)]
"""By what the next run brings `NEW`, and what the kit holds before."""


def prepare(deployment: Deployment, way: str, source: str = "") -> Path:
    """A kit, closed, with a run before it; `way` says by what."""
    if way == "first snapshot":
        kit = deployment.kit(source=source)
        deployment.publish(NEW)
    else:
        deployment.publish(OLD)
        kit = deployment.kit(source=source)
        courier.run(kit)
        if way == "repair":
            exchange_bodies(kit)
        deployment.publish(NEW)
        if way == "snapshot":  # as after months: no delta reaches back so far
            with deployment.hq.store.transaction() as connection:
                connection.execute(update(tables.versions).where(tables.versions.c.version == 1).values(salt_epoch=0))
            deployment.publish(OLD)
            deployment.publish(NEW)
    kit.close()
    deployment.hq.close()
    return kit.path


def exchange_bodies(kit: KitHome) -> None:
    """Two rows that are not as they were signed, with a digest that hides it."""
    replica = kit.lists.open("un")
    edition = replica.edition()
    assert edition is not None
    with replica.read() as view:
        rows = list(view.rows())
    rows[100], rows[101] = Row(rows[100].key, rows[101].body), Row(rows[101].key, rows[100].body)
    replica.replace(replace(edition, digest=add_to_digest(0, rows)), rows)


def run(path: Path) -> CourierReport:
    """Sync the kit at `path`."""
    with durable_files.translate_os_errors():  # as the command line does
        kit = KitHome.open(path, PASSPHRASE, "courier")
    return courier.run(kit)


def check(path: Path, before: Mapping[str, str]) -> None:
    """The kit at `path` opens, holds the old or the new list whole, and the next run brings the new one."""
    kit = KitHome.open(path, PASSPHRASE, "courier")
    try:
        assert find_disagreements(kit) == ()
        assert held(kit) in (before, NEW)
        assert newest_journalled(kit) <= version(kit)
        report = courier.run(kit)
        assert report.ok, report
        assert held(kit) == NEW
        outcomes = [event.outcome for event in read_events(kit.journal, "list_changed")]
        assert outcomes.count(f"un {version(kit)}") == 1
        assert verify_journal(kit.journal).faults == ()
        assert len(list((kit.path / "lists" / "un").glob("base-*"))) == 1
        assert list(kit.staging.iterdir()) == []
    finally:
        kit.close()


def held(kit: KitHome) -> Mapping[str, str]:
    """Who is on the kit's list; AssertionError where that is not the version it says."""
    if version(kit) == 0:
        return NEVER_YET
    with kit.lists.open("un").read() as view:
        assert view.edition is not None
        rows = list(view.rows())
        assert (add_to_digest(0, rows), len(rows)) == (view.edition.digest, view.edition.count)
    return names(kit)


def version(kit: KitHome) -> int:
    """The version of the kit's list; 0 for none."""
    edition = kit.lists.open("un").edition() if "un" in kit.lists.names() else None
    return edition.version if edition else 0


def newest_journalled(kit: KitHome) -> int:
    """The newest version that the journal says came into force."""
    return max((event.detail["version"] for event in read_events(kit.journal, "list_changed")), default=0)


def import_and_publish(path: Path) -> None:
    """The next version by the headquarters at `path`, from the file beside it."""
    with durable_files.translate_os_errors():  # as the command line does
        home = HeadquartersHome.open(path, PASSPHRASE)
        try:
            import_list(home, "un", "un-xml", [path.parent / NEXT])
            publish(home)
        finally:
            home.close()
