"""A kit, a headquarters, a line and a stick that lose, cut, repeat and are put back from copies.

No acknowledged event is lost, none counts twice, and in the end everything arrives.
"""

import atexit
import json
import shutil
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from data.clock import read_system_time
from data.errors import InputError, LinkError
from data.journal.history import verify_journal
from data.journal.outgoing import Outbox
from data.journal.schema import unpack_body
from data.kit.home import KitHome
from sync.formats.stick import is_stick
from sync.headquarters import sticks as stick_hq
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.segments import Ingest
from sync.kit import courier
from sync.kit import sticks as stick_kit
from tests.support.amount import amount
from tests.support.deployment import PASSPHRASE, Deployment, in_memory
from tests.support.network.uplinks import Straight, dispatch, events_here, events_of, happen

LONG_AFTER = timedelta(days=999)
FAULTS = some.sampled_from(["none", "none", "lose_request", "lose_answer"])


@cache
def made() -> Path:
    """A headquarters and a kit that has its policy, closed; to be copied."""
    folder = in_memory()
    atexit.register(shutil.rmtree, folder)
    deployment = Deployment(folder)
    courier.run(deployment.kit())
    deployment.close()
    return folder


class Reporting(RuleBasedStateMachine):
    """One kit and its headquarters."""

    @initialize()
    def begin(self) -> None:
        self.folder = in_memory()
        shutil.copytree(made(), self.folder, dirs_exist_ok=True)
        self.hq = HeadquartersHome.open(self.folder / "hq", PASSPHRASE)
        self.kit = KitHome.open(self.folder / "post-1", PASSPHRASE, "courier")
        self.stick = self.folder / "stick"
        self.stick.mkdir()
        self.acknowledged: set[str] = set()
        self.old: list[bytes] = []
        self.copy_is_whole = False
        self.restored = False

    @rule(count=some.integers(1, 5))
    def events_happen(self, count: int) -> None:
        happen(self.kit, count)

    @rule(fault=FAULTS)
    def report(self, fault: str) -> None:
        uplink = Straight(self.hq)
        uplink.lose_request, uplink.lose_answer = fault == "lose_request", fault == "lose_answer"
        try:
            dispatch(self.kit).send(uplink)
        except LinkError:
            assert fault != "none"
        else:
            # Who had nothing to send was told nothing: the next entry, at the latest the next health report, is.
            self.restored = self.restored and not uplink.segments
        self.old = (self.old + uplink.segments)[-20:]

    @precondition(lambda self: self.old)
    @rule(which=some.integers(0, 19))
    def an_old_report_comes_again(self, which: int) -> None:
        Ingest(self.hq).take(self.old[which % len(self.old)])

    @rule()
    def stick_leaves_the_kit(self) -> None:
        stick_kit.stick_out(self.kit, self.stick)

    @rule(keep=some.integers(0, 3), cut=some.booleans())
    def stick_is_damaged(self, keep: int, cut: bool) -> None:
        for number, path in enumerate(sorted(self.stick.rglob("*.report"))):
            if number % 4 == keep:
                path.write_bytes(path.read_bytes()[:100]) if cut else path.unlink()

    @rule()
    def stick_comes_to_headquarters(self) -> None:
        try:
            stick_hq.stick_in(self.hq, self.stick)
        except InputError:
            assert not is_stick(self.stick)

    @rule()
    def stick_leaves_headquarters(self) -> None:
        stick_hq.stick_out(self.hq, self.stick)

    @rule()
    def stick_comes_to_the_kit(self) -> None:
        try:
            stick_kit.stick_in(self.kit, self.stick)
        except InputError:
            assert not list(self.stick.rglob("*.answer"))

    @rule()
    def kit_is_copied(self) -> None:
        self.kit.close()
        shutil.copytree(self.kit.path, self.folder / "kit copy", dirs_exist_ok=True)
        self.kit = KitHome.open(self.kit.path, PASSPHRASE, "courier")

    @precondition(lambda self: (self.folder / "kit copy").exists())
    @rule()
    def kit_is_put_back(self) -> None:
        self.kit.close()
        shutil.rmtree(self.kit.path)
        shutil.copytree(self.folder / "kit copy", self.kit.path)
        self.kit = KitHome.open(self.kit.path, PASSPHRASE, "courier")
        self.forgive_what_two_disasters_took()

    @rule(before=FAULTS, between=some.integers(0, 3), after=some.integers(0, 3))
    def the_disk_of_the_kit_breaks(self, before: str, between: int, after: int) -> None:
        """What every copy is for: it is put back after more had happened and was reported."""
        self.report(before)
        self.kit_is_copied()
        happen(self.kit, between)
        self.report("none")
        self.kit_is_put_back()
        happen(self.kit, after)

    @rule()
    def headquarters_is_copied(self) -> None:
        self.hq.close()
        shutil.copytree(self.hq.path, self.folder / "hq copy", dirs_exist_ok=True)
        self.hq = HeadquartersHome.open(self.hq.path, PASSPHRASE)
        self.copy_is_whole = True

    @precondition(lambda self: self.copy_is_whole)
    @rule()
    def headquarters_is_put_back(self) -> None:
        self.hq.close()
        shutil.rmtree(self.hq.path)
        shutil.copytree(self.folder / "hq copy", self.hq.path)
        self.hq = HeadquartersHome.open(self.hq.path, PASSPHRASE)
        self.restored = True
        self.forgive_what_two_disasters_took()

    def forgive_what_two_disasters_took(self) -> None:
        """What is on neither side once headquarters went back is beyond help: no copy of either holds it."""
        if self.restored:
            self.acknowledged &= set(events_here(self.hq)) | events_of(self.kit)

    @precondition(lambda self: not self.restored)
    @rule()
    def the_kit_lets_go(self) -> None:
        """Of what was acknowledged long ago; a headquarters that was put back has heard from its kits by then."""
        Outbox(self.kit.journal).forget(read_system_time() + LONG_AFTER)
        self.copy_is_whole = False  # kits keep what is acknowledged for longer than headquarters' copies are old

    def settled(self) -> set[str]:
        """Events of the kit that it knows to be acknowledged."""
        query = """SELECT body FROM outbox WHERE EXISTS (
            SELECT 1 FROM acknowledged WHERE acknowledged.stream = outbox.stream AND acknowledged.seq >= outbox.seq)"""
        with self.kit.journal.reading() as connection:
            return {json.loads(unpack_body(bytes(row[0])))["event"] for row in connection.execute(query)}

    @invariant()
    def no_event_counts_twice(self) -> None:
        if hasattr(self, "hq"):
            here = events_here(self.hq)
            assert len(here) == len(set(here))

    @invariant()
    def no_acknowledged_event_is_lost(self) -> None:
        if hasattr(self, "hq") and not self.restored:
            self.acknowledged |= self.settled()
            assert self.acknowledged <= set(events_here(self.hq))

    def teardown(self) -> None:
        if not hasattr(self, "hq"):
            return
        happen(self.kit, 1)
        for _ in range(3):
            sent = dispatch(self.kit).send(Straight(self.hq))
        assert sent.waiting == 0
        self.restored = False
        self.no_acknowledged_event_is_lost()
        self.no_event_counts_twice()
        assert events_of(self.kit) <= set(events_here(self.hq))
        assert verify_journal(self.kit.journal).faults == ()
        self.kit.close()
        self.hq.close()
        shutil.rmtree(self.folder)


Reporting.TestCase.settings = settings(
    max_examples=amount(10),
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
TestReporting = Reporting.TestCase
