"""What an error of headquarters' database says."""

import pytest
from sqlalchemy import text

from data.errors import StoreError
from tests.support.deployment import Deployment


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_full_disk_is_said_whatever_followed_from_it(deployment: Deployment, is_nested: bool) -> None:
    store = deployment.hq.store
    with pytest.raises(StoreError, match="The disk is full"), store.transaction() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + 2}"))
        connection.execute(text("PRAGMA cache_size=1"))
        statement = text("INSERT INTO fresh_row (key, n, body) VALUES (:key, 0, zeroblob(100000))")
        if is_nested:
            with connection.begin_nested():
                connection.execute(statement, {"key": b"1"})
        connection.execute(statement, {"key": b"2"})
    with store.reading() as connection:
        assert not connection.execute(text("SELECT count(*) FROM fresh_row")).scalar_one()
