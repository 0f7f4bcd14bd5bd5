"""One kit that carries it all: a document list at its true size, a 120th as many persons, UN and OFAC; and its rivals.

The two large lists are made up and put into the kit as they would lie there after a sync (`documents_data`, `million`).
The stream is mixed: honest travellers, people of UN and OFAC, people of the large list, and stolen documents.
"""

import gc
import os
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from rapidfuzz.fuzz import ratio, token_sort_ratio
from rapidfuzz.process import extract

from appliance.counter.subject import ScreeningRequest, Subject
from appliance.matching.index import list_index
from data.documents.code_tables import type_group
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.errors import InputError
from data.kit.home import KitHome
from data.lists.edition import Edition
from data.lists.kinds import persons
from data.lists.rows import Row, add_to_digest
from data.persons.notice import Notice
from data.persons.person import Sex
from data.screenings import Verdict
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import publish
from sync.kit import courier
from tests.benchmarks.documents_data import Published
from tests.benchmarks.million import Invented
from tests.benchmarks.names_speed import LIST_SEED
from tests.benchmarks.report import aim, peak_memory_mb, percentile, spread
from tests.benchmarks.synthetic_sltd.listing import Listing
from tests.support.deployment import PASSPHRASE, Deployment, un_file
from tests.support.staff import at_work
from ui.wiring import counter_of

STOLEN_EACH, PERSONS = 5, 200
"""Stolen passports of each series of numbers, and people of the large list, in the stream."""
_LOOKED_AT = 50
_QUERIES = 20
_ALIKE = 80
"""Of 100, from which rapidfuzz names a name."""
_AIMS = {"p50": 15.0, "p99": 30.0}


def run(size: int, people: int, lists: Path, zones: dict[str, list[str]], folder: Path) -> None:
    """Print the figures of a kit with `size` documents and so many people; `zones` by kind of traveller."""
    listing = Listing(size)
    kit = _make_kit(folder, lists)
    with closing(KitHome.open(kit, PASSPHRASE, "check")) as home:
        began = perf_counter()
        documents = Published(listing, size // 600, folder)
        home.lists.open("sltd").replace_packed(_today(documents.edition), documents.parts)
        print(f"{documents.edition.count:,} sealed rows in the kit in {perf_counter() - began:.0f} s")
        began = perf_counter()
        notices = list(Invented(LIST_SEED).notices(people))
        _fill_persons(home, notices)
        print(f"{people:,} persons and their index in {perf_counter() - began:.0f} s")
    mixed = [(kind, zone) for kind, some in zones.items() for zone in some]
    mixed += [("stolen document", zone) for zone in _stolen(listing)]
    some = random.Random(5).sample(notices, min(PERSONS, len(notices)))
    mixed += [("on the large list", zone) for zone in map(_zone, some) if zone]
    random.Random(6).shuffle(mixed)
    _screen(kit, mixed)
    _rivals([name.full for notice in notices for name in notice.person.names], some, folder)


def _make_kit(folder: Path, lists: Path) -> Path:
    with closing(Deployment(folder)) as deployment:
        import_list(deployment.hq, "un", "un-xml", [lists / "un" / "2026-02-27" / "consolidated.xml"])
        import_list(deployment.hq, "ofac", "ofac-csv", [lists / "ofac" / "2021-07-07"])
        import_list(deployment.hq, "people", "un-xml", [un_file(folder / "people.xml", {"XXi.001": "Nobody Yet"})])
        documents = folder / "sltd.csv"
        documents.write_text("number,country,type,fraud,theft_country\nTST00001,UTO,PAS,lost,UTO\n")
        import_list(deployment.hq, "sltd", "sltd-csv", [documents])
        publish(deployment.hq)
        kit = deployment.kit(source=str(deployment.hq.public))
        courier.run(kit)
        return kit.path


def _today(edition: Edition) -> Edition:
    now = datetime.now(UTC)
    return replace(edition, version=2, as_of=now, published=now)


def _fill_persons(home: KitHome, notices: list[Notice]) -> None:
    rows: list[Row] = [row for notice in notices for row in persons.rows([notice], b"")]
    now = datetime.now(UTC)
    edition = Edition("people", "persons", 2, now, now, "", len(rows), add_to_digest(0, rows))
    replica = home.lists.open("people")
    replica.companion = list_index.write_index
    replica.replace(edition, rows)


def _stolen(listing: Listing) -> Iterator[str]:
    """Zones of listed passports, some of each series; their records are in force today."""
    today = datetime.now(UTC).toordinal()
    born, expires = date(1980, 5, 5), date(2030, 1, 1)
    of_series = Counter[str]()
    for chunk in listing.chunks():
        series = chunk.series
        if type_group(series.type) != "P" or of_series[series.pattern] >= STOLEN_EACH:
            continue
        for number, review in zip(chunk.texts()[:_LOOKED_AT], chunk.review.tolist(), strict=False):
            fields = MrzFields("P", series.country, number, "SAMPLE", "ANNA", "", born, Sex.FEMALE, expires)
            if review > today and of_series[series.pattern] < STOLEN_EACH and (zone := _write(fields)):
                of_series[series.pattern] += 1
                yield zone


def _zone(notice: Notice) -> str | None:
    name, born = notice.person.names[0], next((day.whole for day in notice.person.births if day.whole), None)
    if born is None:
        return None
    nation = (notice.person.nationalities or ("UNO",))[0]
    number = f"X{int(notice.record.partition('-')[2]):07}"
    return _write(
        MrzFields("P", nation, number, name.surname, name.given, "", born, notice.person.sex, date(2030, 1, 1))
    )


def _write(fields: MrzFields) -> str | None:
    try:
        return write_mrz(fields, MrzFormat.TD3)
    except InputError:
        return None


def _screen(kit: Path, mixed: list[tuple[str, str]]) -> None:
    verdicts: dict[str, Counter[Verdict]] = defaultdict(Counter)
    times_ms = []
    with closing(KitHome.open(kit, PASSPHRASE, "check")) as home:
        counter = counter_of(home)
        began = perf_counter()
        counter.screener.prepare()
        ready_s = perf_counter() - began
        gc.freeze()  # as the Desk does
        for kind, zone in mixed:
            request = ScreeningRequest(Subject.from_zone(zone, counter.today()), at_work(counter))
            began = perf_counter()
            verdict = counter.screen(request).verdict
            times_ms.append((perf_counter() - began) * 1000)
            verdicts[kind][verdict] += 1
    p50, p99 = percentile(times_ms, 50), percentile(times_ms, 99)
    print(
        f"the whole kit: ready in {ready_s:.1f} s; {len(mixed)} travellers {spread(times_ms)} ms, "
        f"p95 {percentile(times_ms, 95):.1f}, p99 {p99:.1f}; {peak_memory_mb():.0f} MB; load {os.getloadavg()[0]:.1f}"
    )
    for kind, counts in sorted(verdicts.items()):
        print(f"  {kind}: " + ", ".join(f"{verdict.value} {counts[verdict]}" for verdict in Verdict if counts[verdict]))
    aim("whole.kit_p50_ms", p50, _AIMS["p50"])
    aim("whole.kit_p99_ms", p99, _AIMS["p99"])
    stolen = verdicts["stolen document"]
    aim("whole.kit_stolen_not_refer", stolen.total() - stolen[Verdict.REFER], 0)


def _order_words(name: str) -> str:
    return " ".join(sorted(name.split()))


def _rivals(names: list[str], notices: list[Notice], folder: Path) -> None:
    """The same people looked up by surname and given name in what a user would choose instead, in clear."""
    asked = [notice.person.names[0] for notice in notices[:_QUERIES]]
    ordered = [_order_words(name) for name in names]
    with closing(sqlite3.connect(folder / "rival.db")) as connection:
        connection.execute("CREATE TABLE name (full TEXT)")
        connection.execute("CREATE VIRTUAL TABLE word USING fts5 (full)")
        connection.executemany("INSERT INTO name VALUES (?)", ((name,) for name in names))
        connection.execute("INSERT INTO word SELECT full FROM name")
        connection.commit()
        like = "SELECT full FROM name WHERE full LIKE ? AND full LIKE ? LIMIT 20"
        match = "SELECT full FROM word WHERE word MATCH ? LIMIT 20"
        ways = {
            "SQLite LIKE": lambda one: connection.execute(like, (f"%{one.surname}%", f"%{one.given}%")).fetchall(),
            "SQLite FTS5, whole words": lambda one: connection.execute(
                match, (" ".join(f'"{word}"' for word in one.full.split()),)
            ).fetchall(),
            "rapidfuzz token_sort over all names": lambda one: extract(
                one.full, names, scorer=token_sort_ratio, limit=20
            ),
            "rapidfuzz ratio over all names, words put in order beforehand": lambda one: extract(
                _order_words(one.full), ordered, scorer=ratio, limit=20, score_cutoff=_ALIKE
            ),
        }
        for way, look_up in ways.items():
            times_ms = []
            for one in asked:
                began = perf_counter()
                look_up(one)
                times_ms.append((perf_counter() - began) * 1000)
            print(f"  {way}, {len(names):,} names: {spread(times_ms)} ms for the name alone")
