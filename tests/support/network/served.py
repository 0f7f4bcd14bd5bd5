"""A headquarters' own small server, on a free port of the loopback, in a thread that ends with the test."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from data.text import Message
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.service import make_server
from tests.support.waiting import GUARD_S, wait_until


@contextmanager
def served(
    home: Path, ingest: Ingest | None = None, say: Callable[[Message], None] = lambda text: None
) -> Iterator[str]:
    """The URL of what `waypost hq serve` serves; with an ingest, of `hq serve --uplink`."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        service = make_server(home, ingest=ingest, say=say)
        thread = threading.Thread(target=service.run, kwargs={"sockets": [listening]})
        thread.start()
        wait_until(lambda: service.started, "the service")
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            service.should_exit = True
            thread.join(GUARD_S)
            assert not thread.is_alive()
