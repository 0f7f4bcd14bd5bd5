"""Any past version can be made again."""

from data.lists.rows import add_to_digest
from sync.headquarters.store import list_table, row_table
from tests.support.deployment import FEWER, PEOPLE, Deployment


def test_any_past_version_can_be_made_again(deployment: Deployment) -> None:
    states = [PEOPLE, FEWER, FEWER | {"XXi.000": "Testa Alia"}, PEOPLE | {"XXi.900": "Altera Persona"}]
    for people in states:
        deployment.publish(people)
    with deployment.hq.store.transaction() as connection:
        entry = list_table.find_list(connection, "un")
        assert entry is not None
        for number, people in enumerate(states, 1):
            edition = list_table.edition_at(connection, entry, number)
            assert edition is not None
            rows = [row for page in row_table.pages_at(connection, "un", number) for row in page]
            assert [row.key.decode() for row in rows] == sorted(people)
            assert (add_to_digest(0, rows), len(rows)) == (edition.digest, edition.count)
        gone = row_table.removed_keys(connection, "un", 1, 3)
        come = row_table.added_rows(connection, "un", 1, 3)
    assert gone == [b"XXi.003"]
    assert [row.key for row in come] == [b"XXi.000"]
