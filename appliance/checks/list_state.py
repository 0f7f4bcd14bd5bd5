"""Is a list here, whole, not emptied and young enough for CLEAR; and how every check says that it is not.

- The finding gives the age of the list in either case.
- A list that a reader found damaged counts as damaged until the courier has fetched it again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.answer.wording import AGES_FROM, AS_OF
from appliance.screening.check_ports import ListView, SearchedList
from data.errors import Damaged
from data.lists.edition import AgeBand, AgePolicy, Edition, format_age
from data.log.error_log import log_error
from data.screenings import Evidence, Finding, Screening, State
from data.text import _


def missing_list_finding(check: str, list_name: str) -> Finding:
    """NOT_DONE `list_missing`: this kit carries the list and has not received it yet."""
    says = _("The list {list} was never received, so it cannot be searched", list=list_name)
    return Finding(check, State.NOT_DONE, "list_missing", says)


def damaged_list_finding(check: str, list_name: str) -> Finding:
    """NOT_DONE `list_damaged`: the list's files cannot be read, or were changed."""
    says = _("The list {list} is damaged, so it cannot be searched", list=list_name)
    return Finding(check, State.NOT_DONE, "list_damaged", says)


def empty_list_finding(check: str, edition: Edition) -> Finding:
    """NOT_DONE `list_empty`: the list has no row, and headquarters' offline keys have not approved that."""
    says = _(
        "The list {list} is empty, and headquarters has not approved that, so it cannot be searched", list=edition.list
    )
    return Finding(check, State.NOT_DONE, "list_empty", says, True, edition_evidence(edition))


def answer_from_list(check: str, listed: SearchedList, answer: Callable[[ListView, Edition], Finding]) -> Finding:
    """What `answer` finds in the version in force; NOT_DONE where the list was never received, is damaged or empty."""
    try:
        with listed.read() as view:
            if view.edition is None:
                return missing_list_finding(check, listed.name)
            if listed.needs_approval(view.edition):
                return empty_list_finding(check, view.edition)
            return answer(view, view.edition)
    except Damaged as error:
        log_error(error, list_name=listed.name)
        return damaged_list_finding(check, listed.name)


def edition_facts(edition: Edition) -> dict[str, str]:
    """Which version of which list answered, and when headquarters took it from its source."""
    return {AS_OF: edition.as_of.isoformat(), "version": str(edition.version), "list": edition.list}


def edition_evidence(edition: Edition) -> Evidence:
    """Evidence with nothing but `edition_facts`."""
    return Evidence(facts=edition_facts(edition))


CORRECTED_BY = timedelta(minutes=1)
"""By more than this, ages that count from another time than the screening's are said to: the clock was set back."""


class ListAgeCheck:
    """Age of one list at the time of the screening."""

    mandatory = True

    def __init__(
        self, listed: SearchedList, policy: AgePolicy, age_time: Callable[[datetime], datetime] = lambda at: at
    ) -> None:
        """`age_time` gives the time from which ages count for a screening at a time."""
        self.name = f"age:{listed.name}"
        self._list = listed
        self._policy = policy
        self._age_time = age_time

    def run(self, screening: Screening) -> Finding:
        """PASS `list_fresh` or `list_old`; NOT_DONE `list_expired`, `list_missing`, `list_damaged` or `list_empty`."""
        try:
            edition, is_damaged = self._list.read_state()
        except Damaged as error:
            log_error(error, list_name=self._list.name)
            edition, is_damaged = None, True
        if is_damaged:
            return damaged_list_finding(self.name, self._list.name)
        if edition is None:
            return missing_list_finding(self.name, self._list.name)
        if self._list.needs_approval(edition):
            return empty_list_finding(self.name, edition)
        now = self._age_time(screening.at)
        name, age = self._list.name, format_age(now - edition.as_of)
        evidence = edition_evidence(edition)
        if now - screening.at > CORRECTED_BY:
            evidence = Evidence(facts=edition_facts(edition) | {AGES_FROM: now.isoformat()})
        match self._policy.band(edition.as_of, now):
            case AgeBand.EXPIRED:
                says = _("The list {list} has expired: it was last updated {age}", list=name, age=age)
                return Finding(self.name, State.NOT_DONE, "list_expired", says, True, evidence)
            case AgeBand.OLD:
                says = _("The list {list} was last updated {age}: old, but within policy", list=name, age=age)
                return Finding(self.name, State.PASS, "list_old", says, True, evidence)
            case AgeBand.FRESH:
                says = _("The list {list} is current (updated {age})", list=name, age=age)
                return Finding(self.name, State.PASS, "list_fresh", says, True, evidence)
