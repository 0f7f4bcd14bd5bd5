"""Headquarters, three kits, a stick and a neighbour, and whatever goes wrong between them, to headquarters itself too.

A kit's list is always some published version, whole; versions never go back but by a rollback or a backup put back; who
was withdrawn stays withdrawn; a revoked kit reads nothing new; and in the end every other kit has the newest version.
"""

import atexit
import shutil
from contextlib import closing, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from data.clock import Clock, read_system_time
from data.errors import InputError, StoreError, WaypostError
from data.kit import headquarters_word
from data.kit.home import KitHome
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import import_list
from sync.headquarters.kits import revoke_kit
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.publishing.recovery import recover
from sync.headquarters.store.list_table import Urgency
from sync.kit import courier
from sync.kit.neighbours.share import NeighbourServer, Share
from sync.kit.post_apply import roll_back
from sync.link import Source, SourceKind
from tests.faults.support.scenes import held, version
from tests.support.amount import amount
from tests.support.deployment import PASSPHRASE, Deployment, in_memory, un_file
from tests.support.killing import moments_of
from tests.support.network.chaos import ChaosServer, Proxy

pytestmark = pytest.mark.acceptance

FIRST = {f"XXi.{number:03}": f"Testa Persona {number}" for number in range(12)}
KITS = ("post-1", "post-2", "post-3")
WHICH = some.sampled_from(KITS)
RECORDS = some.sets(some.sampled_from(sorted(FIRST)), min_size=1, max_size=4)
DAYS = some.sampled_from([0, 0, 0, -20_000, -30, 400])

People = dict[str, str]


@cache
def made() -> Path:
    """A headquarters and three kits that have its first version, closed; to be copied."""
    folder = in_memory()
    atexit.register(shutil.rmtree, folder)
    deployment = Deployment(folder)
    deployment.allow_any_fall()
    deployment.publish(FIRST)
    for name in KITS:
        kit = deployment.kit(name)
        shares = kit.settings.courier.model_copy(update={"share": True})
        kit.settings.model_copy(update={"courier": shares}).save(kit.path / "kit.toml")
        courier.run(kit.reopen())
    deployment.close()
    return folder


class Kits(RuleBasedStateMachine):
    """What was published, and what each kit should hold."""

    @initialize()
    def begin(self) -> None:
        self.folder = in_memory()
        shutil.copytree(made(), self.folder, symlinks=True, dirs_exist_ok=True)
        self.hq = HeadquartersHome.open(self.folder / "hq", PASSPHRASE)
        self.server = ChaosServer(self.hq.public).__enter__()
        self.listed = dict(FIRST)
        self.versions: dict[int, People] = {1: dict(FIRST)}
        self.at = dict.fromkeys(KITS, 1)
        self.holds: dict[str, People] = {name: dict(FIRST) for name in KITS}
        self.lacks: dict[str, dict[int, People]] = {name: {} for name in KITS}
        """Versions that somebody went back to, as they came out: without whoever was withdrawn since."""
        self.backups: dict[str, tuple[int, People]] = {}
        self.revoked: dict[str, int] = {}
        self.recoveries = 0
        self.stick_out()

    # ── headquarters ─────────────────────────────────────────────────────────────────────────────────

    @rule(come=RECORDS, gone=RECORDS, renamed=RECORDS, urgency=some.sampled_from(Urgency))
    def publish(self, come: set[str], gone: set[str], renamed: set[str], urgency: Urgency) -> None:
        count = len(self.versions)
        self.listed |= {record: FIRST[record] for record in come if record not in self.listed}
        self.listed |= {record: f"Testa Alia {count}" for record in renamed if record in self.listed}
        left = {record: name for record, name in self.listed.items() if record not in gone}
        self.listed = left or self.listed
        file = un_file(self.folder / "un.xml", self.listed)
        import_list(self.hq, "un", "un-xml", [file], accept_incomplete="a test")
        before = self.versions[max(self.versions)]
        urgent = {record: name for record, name in before.items() if record in self.listed}
        (done,) = publish(self.hq, urgency=urgency).lists
        self.versions.setdefault(done.version, urgent if urgency is Urgency.URGENT else dict(self.listed))

    @precondition(lambda self: not self.revoked)
    @rule(name=WHICH)
    def revoke(self, name: str) -> None:
        revoke_kit(self.hq, name, "it was lost")
        publish(self.hq)
        self.versions.setdefault(self.newest(), dict(self.listed))
        self.revoked[name] = self.newest()

    def newest(self) -> int:
        (done,) = publish(self.hq).lists
        self.versions.setdefault(done.version, dict(self.listed))
        return done.version

    @rule()
    def copy_headquarters(self) -> None:
        self.hq.close()
        shutil.rmtree(self.folder / "hq.copy", ignore_errors=True)
        shutil.copytree(self.folder / "hq", self.folder / "hq.copy")
        self.hq = HeadquartersHome.open(self.folder / "hq", PASSPHRASE)

    @precondition(lambda self: (self.folder / "hq.copy").exists())
    @rule(name=WHICH)
    def headquarters_is_put_back(self, name: str) -> None:
        """From a copy, whose lists no kit takes that is further; then it is recovered as documented."""
        self.hq.close()
        shutil.rmtree(self.folder / "hq")
        shutil.copytree(self.folder / "hq.copy", self.folder / "hq")
        self.hq = HeadquartersHome.open(self.folder / "hq", PASSPHRASE)
        self.by_line(name, 0)
        self.recoveries += 1  # which lie minutes apart: numbers are seconds
        recover(self.hq, read_system_time() + timedelta(minutes=self.recoveries))
        for revoked in self.revoked:
            with suppress(InputError):  # the copy is younger than that
                revoke_kit(self.hq, revoked, "it was lost")
        self.by_line(name, 0)
        import_list(self.hq, "un", "un-xml", [un_file(self.folder / "un.xml", self.listed)], accept_incomplete="a test")
        before = max(self.versions)
        assert self.newest() > before
        self.by_line(name, 0)

    # ── ways ─────────────────────────────────────────────────────────────────────────────────────────

    @rule(name=WHICH, days=DAYS)
    def by_line(self, name: str, days: int) -> None:
        self.sync(name, self.server.url, days)

    @rule(name=WHICH, after=some.integers(0, 9000), spoils=some.booleans())
    def by_a_bad_line(self, name: str, after: int, spoils: bool) -> None:
        with Proxy(self.server.port) as line:
            if spoils:
                line.spoil_at = after
            else:
                line.cut_after = after
            self.sync(name, line.url)

    @rule(name=WHICH, moment=some.integers(0, 80))
    def killed_on_the_way(self, name: str, moment: int) -> None:
        moments_of(lambda: self.run(name, self.server.url), moment)
        self.look(name)

    @rule(name=WHICH)
    def by_an_old_mirror(self, name: str) -> None:
        self.sync(name, str(self.folder / "stick"))

    @rule()
    def stick_out(self) -> None:
        shutil.rmtree(self.folder / "stick", ignore_errors=True)
        shutil.copytree(self.hq.public, self.folder / "stick")

    @rule(name=WHICH, days=DAYS)
    def by_stick(self, name: str, days: int) -> None:
        self.sync(name, Source(str(self.folder / "stick"), SourceKind.STICK), days)

    @rule(name=WHICH, giver=WHICH, days=DAYS)
    def by_neighbour(self, name: str, giver: str, days: int) -> None:
        with closing(self.open(giver)) as kit:
            server = NeighbourServer(Share.of(kit).offer, 0, "127.0.0.1")
            server.start()
            self.sync(name, Source(f"http://127.0.0.1:{server.port}", SourceKind.NEIGHBOUR), days)
            server.stop()

    # ── people and disks ─────────────────────────────────────────────────────────────────────────────

    @rule(name=WHICH)
    def roll_back(self, name: str) -> None:
        with closing(self.open(name)) as kit:
            previous = kit.lists.open("un").previous
            with suppress(StoreError):
                roll_back(kit, "un", who="Officer One", why="wrong names", clock=headquarters_word.read_clock(kit))
                assert previous is not None
                before = self.lacks[name].get(previous.version, self.versions[previous.version])
                self.at[name] = previous.version
                self.holds[name] = {record: words for record, words in before.items() if record in self.holds[name]}
                self.lacks[name][previous.version] = self.holds[name]
        self.look(name)

    @rule(name=WHICH, gone=RECORDS, renamed=RECORDS)
    def take_news_back(self, name: str, gone: set[str], renamed: set[str]) -> None:
        self.publish(set(), gone, renamed, Urgency.ORDINARY)
        self.by_line(name, 0)
        self.roll_back(name)

    @rule(name=WHICH)
    def back_up(self, name: str) -> None:
        self.backups[name] = self.at[name], dict(self.holds[name])
        shutil.rmtree(self.folder / f"{name}.copy", ignore_errors=True)
        shutil.copytree(self.folder / name, self.folder / f"{name}.copy", symlinks=True)

    @rule(name=WHICH)
    def put_back(self, name: str) -> None:
        if name in self.backups:
            shutil.rmtree(self.folder / name)
            shutil.copytree(self.folder / f"{name}.copy", self.folder / name, symlinks=True)
            self.at[name], self.holds[name] = self.backups[name][0], dict(self.backups[name][1])
            self.look(name)

    # ── what holds ───────────────────────────────────────────────────────────────────────────────────

    def teardown(self) -> None:
        if not hasattr(self, "hq"):
            return
        try:
            newest = self.newest()
            for name in KITS:
                if name not in self.revoked:
                    with closing(self.open(name)) as kit:
                        back = kit.lists.open("un").held_back
                    self.sync(name, self.server.url)
                    assert self.at[name] == newest or (back and back.version == newest)
        finally:
            self.server.__exit__()
            self.hq.close()
            shutil.rmtree(self.folder)

    def sync(self, name: str, source: str | Source, days: int = 0) -> None:
        with suppress(WaypostError):
            self.run(name, source, days)
        self.look(name)

    def run(self, name: str, source: str | Source, days: int = 0) -> None:
        with closing(self.open(name)) as kit:
            clock = Clock(headquarters_word.read_clock(kit).floor, lambda: read_system_time() + timedelta(days=days))
            courier.run(kit, source=source, clock=clock)

    def look(self, name: str) -> None:
        with closing(self.open(name)) as kit:
            found, people = version(kit), dict(held(kit))
        assert found >= self.at[name]
        assert found <= self.revoked.get(name, found)
        if found > self.at[name]:
            self.holds[name] = self.versions[found]
        self.at[name] = found
        assert people == self.holds[name]

    def open(self, name: str) -> KitHome:
        return KitHome.open(self.folder / name, PASSPHRASE, "courier")


Kits.TestCase.settings = settings(
    max_examples=amount(6),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestKits = Kits.TestCase
