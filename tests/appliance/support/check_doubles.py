"""Checks and lists that do as they are told."""

from datetime import timedelta

from appliance.screening.check_ports import Check
from appliance.screening.result import ScreeningResult
from appliance.screening.run import Screener, ScreeningLimits
from data.errors import Damaged
from data.screenings import State
from tests.support.sample import Asked, Notebook, PaperList, edition, finding, screening
from tests.support.waiting import GUARD_S

PATIENT = ScreeningLimits(check_s=GUARD_S)
LISTS = [
    PaperList("sltd"),
    PaperList("un", edition("un", age=timedelta(hours=30))),
    PaperList("never", None),
    PaperList("broken", error=Damaged("bit flipped")),
]


def screen(*checks: Check, journal: Notebook | None = None, limits: ScreeningLimits | None = None) -> ScreeningResult:
    return Screener(checks, journal or Notebook(), limits or PATIENT).screen(screening())


def passes(name: str = "mrz") -> Asked:
    return Asked(lambda: finding(State.PASS, name), name)
