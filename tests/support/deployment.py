"""A headquarters, its kits and a mirror between them, in one temporary folder. All people are invented.

    deployment = Deployment(tmp_path)  # or the fixture of the same name
    kit = deployment.kit()
    deployment.publish(PEOPLE)
    assert sync(kit)["un"].after == 1

Whatever needs a headquarters with kits begins here: tests of sync, of faults, of the command line, and benchmarks.
"""

import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from data.kit.home import KitHome
from data.policy import DEFAULT_ENTRY
from provisioning.enrol import init_kit
from sync.headquarters.ceremonies import offline_key
from sync.headquarters.ceremonies.ceremony import accept_request
from sync.headquarters.ceremonies.founding import TARGETS_NAME
from sync.headquarters.ceremonies.policy_changes import PolicyChange, change_policy, read_policy_in_force
from sync.headquarters.ceremonies.proposal import ProposedChanges, propose
from sync.headquarters.ceremonies.signing import sign_request
from sync.headquarters.enrolment import enrol
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.publishing.publisher import PublishedList, found_headquarters, publish
from sync.headquarters.store.kit_table import signers
from sync.kit import courier
from sync.kit.run_report import CourierReport, ListSyncResult
from tests.support.staff import sign_in

TOP = Path(__file__).resolve().parents[2]
LISTS = TOP / "ui" / "demo" / "lists"
"""The invented lists of the demonstration."""
_ROOM_BYTES = 3 * 2**30
PASSPHRASE = "correct horse battery staple"
PEOPLE = {f"XXi.{number:03}": f"Testa Persona {number}" for number in range(40)}
FEWER = {record: name for record, name in PEOPLE.items() if record != "XXi.003"}


def un_file(path: Path, people: Mapping[str, str]) -> Path:
    """A list in the UN's format."""
    entries = "".join(
        f"<INDIVIDUAL><FIRST_NAME>{escape(name)}</FIRST_NAME><REFERENCE_NUMBER>{record}</REFERENCE_NUMBER></INDIVIDUAL>"
        for record, name in people.items()
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2026-02-01">'
        f"<INDIVIDUALS>{entries}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>"
    )
    return path


class Deployment:
    """Opens a headquarters in `folder`/hq, new or a copy of `founded`; every kit goes beside it, below its name."""

    def __init__(self, folder: Path, founded: Path | None = None) -> None:
        self.folder = folder
        self.hq = (
            HeadquartersHome.open(Path(shutil.copytree(founded, folder / "hq")), PASSPHRASE)
            if founded
            else self.found(folder / "hq")
        )
        self.mirror = folder / "mirror"
        self.kits: list[KitHome] = []

    def found(self, path: Path) -> HeadquartersHome:
        """A new headquarters; its offline keys stay in its home."""
        return found_headquarters(path, PASSPHRASE)

    def take(
        self, people: Mapping[str, str], name: str = "un", as_of: datetime | None = None, **options: Any
    ) -> ImportReport:
        """Import a whole list."""
        return import_list(self.hq, name, "un-xml", [un_file(self.folder / "un.xml", people)], as_of, **options)

    def import_demonstration(self) -> None:
        """Import the four lists of the demonstration."""
        for name, form, path in (
            ("sltd", "sltd-csv", "sltd.csv"),
            ("notices", "notices-json", "notices"),
            ("un", "un-xml", "un.xml"),
            ("ofac", "ofac-csv", "ofac"),
        ):
            import_list(self.hq, name, form, [LISTS / path])

    def publish(self, people: Mapping[str, str], name: str = "un", **options: Any) -> PublishedList:
        """Import and publish a whole list, and bring the mirror up to date."""
        self.take(people, name, **options)
        return self.publish_again()[name]

    def allow_any_fall(self) -> None:
        """The policy lets lists lose as much as they like, for tests that are about something else."""
        wanted = change_policy(read_policy_in_force(self.hq)[1], DEFAULT_ENTRY, PolicyChange(max_fall=1.0))
        files = offline_key.find_key_files(self.hq.offline)
        key = next(file for file in files if file.about.name == TARGETS_NAME).open(PASSPHRASE)
        request, _ = sign_request(propose(self.hq, ProposedChanges(policy=wanted)), key)
        accept_request(self.hq, request)

    def publish_again(self, now: datetime | None = None) -> dict[str, PublishedList]:
        """Publish, and bring the mirror up to date."""
        report = publish(self.hq, now=now)
        self.refresh_mirror()
        return {entry.name: entry for entry in report.lists}

    def refresh_mirror(self) -> None:
        """A copy of the published tree that a test may spoil."""
        shutil.rmtree(self.mirror, ignore_errors=True)
        shutil.copytree(self.hq.public, self.mirror)

    def kit(self, name: str = "post-1", source: str = "") -> KitHome:
        """A new kit that fetches from `source`; without one, from the mirror. An officer is signed in."""
        secret = self.secret(name)
        enrol(self.hq, name, source or str(self.mirror), secret)
        self.refresh_mirror()
        self.kits.append(init_kit(self.folder / name, PASSPHRASE, secret, "development"))
        sign_in(self.kits[-1])
        self.kits[-1].witness.sync()  # a power cut after this takes nothing of it back
        return self.kits[-1]

    def secret(self, name: str) -> Path:
        """The secret file of the kit's enrolment."""
        return self.folder / f"{name}.enrol"

    def payload(self, kind: str, name: str = "un") -> Path:
        """The newest snapshot ("s") or delta ("d") of a list in the mirror."""
        files = (self.mirror / "lists" / name).glob(f"{kind}-*")
        return max(files, key=lambda path: [int(part) for part in path.name.split("-")[1:4]])

    def recipient(self, kit: str) -> str:
        """To whom messages for a kit are sealed."""
        with self.hq.store.reading() as connection:
            return next(signer.recipient for signer in signers(connection) if signer.kit == kit)

    def lose_reports(self) -> None:
        """Headquarters loses everything that was ever reported."""
        self.hq.reports.close()
        for path in self.hq.path.glob("reports.db*"):
            path.unlink()
        del self.hq.__dict__["reports"]

    def close(self) -> None:
        """Let go of every file."""
        for home in (self.hq, *self.kits):
            home.close()


def sync(kit: KitHome) -> dict[str, ListSyncResult]:
    """Run the courier; what it did to each list."""
    return {entry.name: entry for entry in courier.run(kit).lists}


def one(report: CourierReport, name: str = "un") -> ListSyncResult:
    """What a run did to one list."""
    return next(entry for entry in report.lists if entry.name == name)


def names(kit: KitHome, name: str = "un") -> dict[str, str]:
    """Record and name of everybody on a list of the kit."""
    from data.persons.notice import decode_notice

    with kit.lists.open(name).read() as view:
        return {row.key.decode(): decode_notice(row.body.decode()).person.primary_name for row in view.rows()}


def fresh(prepared: Path, folder: Path) -> Path:
    """A copy of a closed home, anew."""
    path = folder / "copy"
    shutil.rmtree(path, ignore_errors=True)
    return Path(shutil.copytree(prepared, path, symlinks=True))


def at(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def in_memory() -> Path:
    """A temporary folder, in memory where the machine has room: nothing here is about disks."""
    return Path(tempfile.mkdtemp(dir=find_memory_disk()))


def find_memory_disk() -> Path | None:
    """The machine's file system in memory; None where it has none, or too little room for a run of all tests."""
    disk = Path("/dev/shm")  # noqa: S108
    if not disk.is_dir() or shutil.disk_usage(disk).free < _ROOM_BYTES:
        return None
    available_kib = re.search(r"^MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return disk if available_kib and int(available_kib[1]) * 1024 >= 2 * _ROOM_BYTES else None
