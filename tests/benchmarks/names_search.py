"""Search engines as candidate finders on one invented list: time a query, and how often the planted person comes up.

Each is asked for its best 100 names; ours for what it hands on. FTS5 trigram (SQLite), tantivy (one slip a word),
pg_trgm (PostgreSQL in a cluster of its own), each skipped with a word where it is not here.
"""

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from appliance.matching.index import layout
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import score_persons
from appliance.matching.query import PersonQuery
from tests.benchmarks.million import Invented
from tests.benchmarks.names_pairs import latin
from tests.benchmarks.names_speed import LIST_SEED, Planted, travelling
from tests.benchmarks.report import percentile, spread

MOST = 100
Find = Callable[[PersonQuery], list[str]]
"""Records, best first."""


def run(count: int, queries: int = 150) -> None:
    dice, names, planted = random.Random(12), list[tuple[str, str]](), list[Planted]()
    notices = list(Invented(LIST_SEED).notices(count))
    for place, notice in enumerate(notices):
        names += [(notice.record, latin(name.full)) for name in notice.person.names]
        if place % (count // queries) == 0:
            planted += travelling(notice, dice)
    print(f"\n{count} persons, {len(names)} names, {len(planted)} planted travellers: ms a query, planted found")
    arrays, countries, _ = layout.lay_out_index(notices)
    index = PersonIndex.from_arrays(arrays, countries)
    _measure(
        "Waypost (scored)", lambda query: [index.record(one.person) for one in score_persons(query, index)], planted
    )
    for name, engine in (("FTS5 trigram", fts5), ("tantivy, 1 slip", tantivy), ("pg_trgm", pg_trgm)):
        with engine(names) as find:
            if find is not None:
                _measure(name, find, planted)


def _measure(name: str, find: Find, planted: list[Planted]) -> None:
    times, found = [], 0
    for one in planted:
        began = perf_counter()
        records = find(one.query)
        times.append((perf_counter() - began) * 1000)
        found += one.record in records
    print(f"  {name:20} {spread(times)} p95 {percentile(times, 95):.1f}; found {found / len(planted):.3f}")


def _asked(query: PersonQuery) -> str:
    return latin(f"{query.given} {query.surname}")


@contextmanager
def fts5(names: list[tuple[str, str]]) -> Iterator[Find | None]:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE name USING fts5(record UNINDEXED, latin, tokenize='trigram')")
    database.executemany("INSERT INTO name VALUES (?, ?)", names)

    def find(query: PersonQuery) -> list[str]:
        text = _asked(query)
        grams = {text[place : place + 3] for place in range(len(text) - 2)}
        wanted = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        sql = "SELECT record FROM name WHERE name MATCH ? ORDER BY rank LIMIT ?"
        return [record for (record,) in database.execute(sql, (wanted, MOST))]

    yield find
    database.close()


@contextmanager
def tantivy(names: list[tuple[str, str]]) -> Iterator[Find | None]:
    if find_spec("tantivy") is None:
        print("  SKIP tantivy: not installed (group bench)")
        yield None
        return
    from tantivy import Document, Index, Occur, Query, SchemaBuilder

    builder = SchemaBuilder()
    schema = builder.add_text_field("record", stored=True, tokenizer_name="raw").add_text_field("latin").build()
    index = Index(schema)
    writer = index.writer(64_000_000)
    for record, name in names:
        writer.add_document(Document(record=record, latin=name))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def find(query: PersonQuery) -> list[str]:
        words = _asked(query).lower().split()
        fuzzy = [(Occur.Should, Query.fuzzy_term_query(schema, "latin", word, distance=1)) for word in words]
        hits = searcher.search(Query.boolean_query(fuzzy), MOST).hits
        return [searcher.doc(address)["record"][0] for _, address in hits]

    yield find


@contextmanager
def pg_trgm(names: list[tuple[str, str]]) -> Iterator[Find | None]:
    if shutil.which("initdb") is None or find_spec("psycopg") is None:
        print("  SKIP pg_trgm: no PostgreSQL, or psycopg is not installed (group bench)")
        yield None
        return
    import psycopg

    with TemporaryDirectory() as folder, _cluster(Path(folder)) as address, psycopg.connect(address) as database:
        database.execute("CREATE EXTENSION pg_trgm")
        database.execute("CREATE TABLE name (record text, latin text)")
        with database.cursor().copy("COPY name FROM STDIN") as copy:
            for row in names:
                copy.write_row(row)
        database.execute("CREATE INDEX ON name USING gin (latin gin_trgm_ops)")
        database.execute("SET pg_trgm.similarity_threshold = 0.4")

        def find(query: PersonQuery) -> list[str]:
            sql = "SELECT record FROM name WHERE latin % %s ORDER BY similarity(latin, %s) DESC LIMIT %s"
            text = _asked(query)
            rows = database.execute(sql.replace("latin %", "latin %%", 1), (text, text, MOST)).fetchall()
            return [record for (record,) in rows]

        yield find


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    """A PostgreSQL of our own on a socket; as another user where we are root, which it refuses to be."""
    user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    folder.chmod(0o777)
    where = folder / "cluster"

    def call(*command: str) -> None:
        subprocess.run([*user, *command], check=True, capture_output=True, cwd="/")

    call("initdb", "-D", str(where), "-U", "bench", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
    call(
        "pg_ctl", "-D", str(where), "-w", "-l", str(folder / "log"), "-o", f"-c listen_addresses= -k {folder}", "start"
    )
    try:
        yield f"host={folder} user=bench dbname=postgres"
    finally:
        call("pg_ctl", "-D", str(where), "-m", "immediate", "stop")
