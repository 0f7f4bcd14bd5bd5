"""A terminal that is gone holds nobody up."""

import os
import threading
from contextlib import suppress

from textual.drivers._writer_thread import WriterThread

from ui.screens.terminal_driver import TerminalOutput


def test_whoever_draws_on_a_terminal_that_is_gone_goes_on() -> None:
    ours, its = os.openpty()
    file = os.fdopen(its, "w")
    writer = WriterThread(TerminalOutput(file))
    writer.start()
    os.close(ours)

    def draw() -> None:
        for _line in range(1000):
            writer.write("x" * 1000)
        writer.stop()

    drawing = threading.Thread(target=draw, daemon=True)
    drawing.start()
    drawing.join(10)
    assert not drawing.is_alive()
    with suppress(OSError):
        file.close()
