"""The whole system: real lists from end to end, many lists, the start, the Desk, the journal, and national scale.

- Real lists: UN and OFAC of `../shared/data/lists` (the OFAC files of 2021 over those of 2019). Honest travellers:
  `travellers/negatives_global.csv`, people who are on no list; listed ones: the lists' own people, by their primary
  name and first whole birth date. Nothing is fitted here.
- National scale: a made-up list of documents and one of persons, a 120th as long (`whole_headquarters`,
  `whole_persons`). SIZE= is the number of documents, 120 million without it. They need 250 bytes of disk each.
"""

import csv
import gc
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from appliance.counter.counter import Counter as KitCounter
from appliance.counter.kit_lists import KitLists
from appliance.counter.subject import ScreeningRequest, Subject
from data.documents.code_tables import country_by_name
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.errors import InputError
from data.kit.home import KitHome
from data.lists.kinds import persons
from data.persons.person import NameQuality, Sex
from data.screenings import Verdict
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import publish
from sync.kit import courier
from sync.kit.run_report import CourierReport
from tests.benchmarks import whole_headquarters, whole_kit
from tests.benchmarks.documents_data import FULL
from tests.benchmarks.report import aim, machine, percentile, spread
from tests.benchmarks.whole_desk import desk_delay
from tests.benchmarks.whole_journal import journal_cost
from tests.benchmarks.whole_lists import batch, many_lists
from tests.benchmarks.whole_persons import nightly_change
from tests.support.deployment import PASSPHRASE, TOP, Deployment
from tests.support.staff import at_work
from ui.wiring import counter_of, lists_of

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
TRAVELLERS, KIT_TRAVELLERS = 2000, 1000
PERSONS_SHARE = 120
"""Documents for each person."""
_NUMBERS = {"FRA": "24XK{:05}", "NLD": "NX{:07}", "USA": "512{:06}"}
"""States whose numbers have a form of their own; the others take any. Each traveller has another number."""
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}


def run(size: int | None) -> None:
    """Print the figures; without the shared data say so."""
    machine("textual", "sqlcipher3", "tuf", "rapidfuzz")
    if not _SHARED.exists():
        print("shared data not found at ../shared/data: nothing to measure on")
        return
    size = size or FULL
    with TemporaryDirectory() as folder:
        place = Path(folder) / "real"
        place.mkdir()
        with closing(Deployment(place)) as deployment:
            kit = _lists(deployment)
        with closing(KitHome.open(kit, PASSPHRASE, "check")) as home:
            _travellers(counter_of(home), lists_of(home), TRAVELLERS)
            honest, listed = _sample(_honest(), TRAVELLERS), _sample(_listed(lists_of(home)), TRAVELLERS // 20)
            mixed = random.Random(3).sample(honest + listed, TRAVELLERS)
            journal_cost(home, counter_of(home), mixed)
        many_lists(Path(folder), _SHARED / "lists", mixed[:500])
        batch(kit, mixed, Path(folder))
        _starts(kit)
        _desk(kit, mixed[:100])
    with TemporaryDirectory() as folder:
        zones = {"honest": honest[:KIT_TRAVELLERS], "on UN or OFAC": listed[:KIT_TRAVELLERS]}
        whole_kit.run(size, size // PERSONS_SHARE, _SHARED / "lists", zones, Path(folder))
    with TemporaryDirectory() as folder:
        nightly_change(Path(folder) / "persons", size // PERSONS_SHARE)
    with TemporaryDirectory() as folder:
        whole_headquarters.run(size, Path(folder))


def _starts(kit: Path) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.whole_start", str(kit)]
    subprocess.run(command, cwd=TOP, env=os.environ | {"WAYPOST_PASSPHRASE": PASSPHRASE}, check=True)


def _desk(kit: Path, zones: list[str]) -> None:
    delay = desk_delay(kit, PASSPHRASE, zones)
    print("the Desk:", *delay.lines(), sep="\n  ")
    aim("whole.desk_p95_ms", percentile(delay.verdict_ms, 95), 80)


def _lists(deployment: Deployment) -> Path:
    headquarters, lists = deployment.hq, _SHARED / "lists"
    _import(headquarters, "un", "un-xml", lists / "un" / "2026-02-27" / "consolidated.xml")
    _import(headquarters, "ofac", "ofac-csv", lists / "ofac" / "2019-01-15")
    _publish(headquarters)
    kit = deployment.kit(source=str(headquarters.public))
    _tell_run("first sync", courier.run(kit))
    _tell_run("nothing new", courier.run(kit))
    _import(headquarters, "ofac", "ofac-csv", lists / "ofac" / "2021-07-07")
    _publish(headquarters)
    _tell_run("2019 to 2021", courier.run(kit))
    return kit.path


def _import(headquarters: HeadquartersHome, name: str, form: str, path: Path) -> None:
    done = import_list(headquarters, name, form, [path])
    print(
        f"import {name}: added {done.added}, changed {done.changed}, removed {done.removed}, "
        f"refused {done.refused_count}, left out {dict(done.skipped)}; {done.seconds:.2f} s"
    )


def _publish(headquarters: HeadquartersHome) -> None:
    done = publish(headquarters)
    sizes = ", ".join(f"{one.name} v{one.version} {one.snapshot_bytes}+{one.delta_bytes} B" for one in done.lists)
    print(f"publish: {sizes} (snapshot+delta); {done.seconds:.2f} s")


def _tell_run(what: str, report: CourierReport) -> None:
    ways = ", ".join(
        f"{one.name} {one.before}→{one.after} {one.way} {one.bytes} B -{one.removed}" for one in report.lists
    )
    print(f"courier, {what}: {ways}; {report.bytes} B in all, {report.seconds:.2f} s")


def _travellers(counter: KitCounter, lists: KitLists, size: int) -> None:
    start = perf_counter()
    counter.screener.prepare()
    print(f"person indexes ready in {perf_counter() - start:.2f} s")
    gc.freeze()  # as the Desk does
    honest = _screen(counter, _sample(_honest(), size), "honest")
    flagged = 100 * (1 - honest[Verdict.CLEAR] / sum(honest.values()))
    listed = _screen(counter, _sample(_listed(lists), size), "listed, by primary name and birth date")
    missed = 100 * listed[Verdict.CLEAR] / sum(listed.values())
    aim("whole.honest_flagged_percent", flagged, 2.0)
    aim("whole.listed_cleared_percent", missed, 0.5)


def _sample(zones: Iterator[str], size: int) -> list[str]:
    every = list(zones)
    return random.Random(7).sample(every, min(size, len(every)))


def _screen(counter: KitCounter, zones: list[str], what: str) -> Counter[Verdict]:
    verdicts: Counter[Verdict] = Counter()
    times_ms = []
    for zone in zones:
        request = ScreeningRequest(Subject.from_zone(zone, counter.today()), at_work(counter))
        start = perf_counter()
        result = counter.screen(request)
        times_ms.append((perf_counter() - start) * 1000)
        verdicts[result.verdict] += 1
    shares = ", ".join(f"{verdict.value} {100 * verdicts[verdict] / len(zones):.2f} %" for verdict in Verdict)
    print(
        f"{len(zones)} {what}: {shares}; {spread(times_ms)} ms, p95 {percentile(times_ms, 95):.1f} ms, journal included"
    )
    return verdicts


def _honest() -> Iterator[str]:
    with (_SHARED / "travellers" / "negatives_global.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            born, nation = date.fromisoformat(row["date_of_birth"]), country_by_name(row["nationality"])
            surname, given = row["last_name"] or row["full_name"], row["first_name"]
            if zone := _zone(surname, given, born, _SEXES.get(row["gender"], Sex.UNKNOWN), nation):
                yield zone


def _listed(lists: KitLists) -> Iterator[str]:
    for replica in lists.readers.values():
        with replica.read() as view:
            for row in view.rows():
                person = persons.from_json(row.body.decode()).person
                name = next(one for one in person.names if one.quality is NameQuality.PRIMARY)
                born = next((day.whole for day in person.births if day.whole), None)
                surname, given = (name.surname, name.given) if name.surname else (name.full, "")
                nation = person.nationalities[0] if person.nationalities else None
                if born and (zone := _zone(surname, given, born, person.sex, nation)):
                    yield zone


_serial = count(10_000)


def _zone(surname: str, given: str, born: date, sex: Sex, nation: str | None) -> str | None:
    number = _NUMBERS.get(nation or "", "X{:07}").format(next(_serial))
    fields = MrzFields("P", nation or "UNO", number, surname, given, "", born, sex, date(2030, 1, 1))
    try:
        return write_mrz(fields, MrzFormat.TD3)
    except InputError:
        return None
