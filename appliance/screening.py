"""The pipeline: one screening in, checks side by side, one verdict out. Orchestration only.

- Every check runs under a deadline; one that raises or passes it is NOT_DONE, never "nothing found".
- While a mandatory check runs the state is WORKING, which is no verdict: CHECK and REFER show at once, CLEAR
  and CANNOT SAY when every mandatory check has ended or passed its deadline.
- Each verdict, and each later rise, is in the journal before it is shown.
- Once shown, a verdict never improves by itself.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from appliance.limits import Limits
from appliance.ports import Check, Journal
from appliance.result import Progress, Result
from appliance.sitting import Sitting
from appliance.worker import Hangs
from data.errors import SettingsError
from data.screenings import Screening


class Screener:
    """Screens travellers with one set of checks. Safe to use from several threads.

    A desk's worker thread::

        result = screener.screen(screening, tell=lambda progress: self.post_message(Told(progress)))

    and a headless caller: ``result = screener.screen(screening)``.
    """

    def __init__(self, checks: Sequence[Check], journal: Journal, limits: Limits | None = None) -> None:
        """`checks` in the order they are shown. SettingsError when none is mandatory or a name comes twice."""
        self.checks = tuple(checks)
        self.journal = journal
        self.limits = limits or Limits()
        self._hangs = Hangs()
        twice = [name for name, count in Counter(check.name for check in checks).items() if count > 1]
        if twice:
            raise SettingsError(f"The check {twice[0]!r} is set up twice", do="Name each list once")
        if not any(check.mandatory for check in checks):
            raise SettingsError("No check is mandatory", means="Nothing could ever stop a CLEAR")

    def prepare(self) -> None:
        """Load what the checks keep in memory, between travellers. What fails here shows as NOT_DONE in `screen`."""
        for check in self.checks:
            load: Callable[[], None] | None = getattr(check, "prepare", None)
            if load is not None:
                _quietly(load)

    def screen(self, screening: Screening, tell: Callable[[Progress], None] = lambda progress: None) -> Result:
        """Screen one traveller; returns when every check has ended or passed its deadline. Never raises for a check.

        `tell` hears each step: at the start, after each check, and each verdict once it is in the journal. It is
        called from this thread, one call at a time, and must not raise. A check that answers after its deadline
        and makes the verdict worse is told as well, from that check's thread, after `screen` has returned:
        with the next revision, already in the journal.
        """
        return Sitting(screening, self.checks, self.journal, self.limits, self._hangs, tell).hold()


def _quietly(load: Callable[[], None]) -> None:
    try:
        load()
    except Exception:
        return
