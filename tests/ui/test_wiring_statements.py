"""What one screening costs in statements of SQL: counted, so that it does not grow unnoticed."""

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from appliance.counter.counter import Counter
from appliance.counter.subject import ScreeningRequest, Subject
from data import store
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.screenings import Verdict
from data.store import Connection, Purpose
from sync.kit import courier
from tests.support.deployment import PEOPLE, Deployment
from tests.support.staff import at_work
from ui.wiring import counter_of

MOST_OF_A_SCREENING = 76
"""Of journal and vault, for a traveller whom nobody knows."""
MOST_OF_A_LIST = 4
"""One look at it: the beginning, the version, whether it is whole, the end."""


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, statements: Tally[str]) -> Iterator[None]:
    """Counts the statements of every database that is opened meanwhile, by its name."""
    open_file = store._open

    def open_counted(path: Path, purpose: Purpose) -> Connection:
        connection = open_file(path, purpose)
        connection.set_trace_callback(lambda _statement: statements.update([path.name]))
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(store, "_open", open_counted)
        yield


def screen(counter: Counter, number: int) -> Verdict:
    fields = MrzFields("P", "UTO", f"L{number:08}", "QUORRILLO", "ESTEBAN", expiry=counter.today().replace(year=2035))
    subject = Subject.from_zone(write_mrz(fields, MrzFormat.TD3), counter.today())
    return counter.screen(ScreeningRequest(subject, at_work(counter))).verdict


@pytest.mark.parametrize("lists", [2, 5])
def test_a_screening_asks_the_databases_so_often_and_no_more(
    lists: int, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(lists):
        deployment.publish(PEOPLE, f"list-{number}")
    kit = deployment.kit()
    courier.run(kit)
    statements = Tally[str]()
    with counted(monkeypatch, statements), closing(counter_of(kit.reopen())) as counter:
        counter.prepare()
        screen(counter, 1)
        statements.clear()
        for number in (2, 3):
            assert screen(counter, number) is Verdict.CLEAR
        screenings = 2
        lists_asked = statements.pop("overlay.db")
        assert lists_asked <= screenings * lists * MOST_OF_A_LIST
        assert 0 < statements.total() <= screenings * MOST_OF_A_SCREENING, statements
