"""Work beside the screen, in daemon threads: one that hangs never keeps the desk from answering or from leaving.

Such a thread touches no widget: it posts messages, and handlers do the rest.
"""

from collections.abc import Callable
from threading import Thread

from data.errors import WaypostError


def beside(name: str, work: Callable[[], None], failed: Callable[[WaypostError], object]) -> None:
    """Run `work` in a thread of its own; `failed` hears what it raised, always as an error with sentences."""

    def run() -> None:
        try:
            work()
        except WaypostError as error:
            failed(error)
        except Exception:  # its message may quote a traveller
            failed(
                WaypostError(
                    "The kit failed inside",
                    means="Nothing is known from it",
                    do="Try again; if it stays so, tell the technician",
                )
            )

    Thread(target=run, name=name, daemon=True).start()
