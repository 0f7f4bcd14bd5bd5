"""What every check of a list says the same way: never received, damaged, as of when."""

from appliance.answer import AS_OF
from data.findings import Evidence, Finding, State
from data.lists.edition import Edition


def missing(check: str, list_name: str) -> Finding:
    """The list belongs to this kit and never came."""
    says = f"The list {list_name} was never received, so it cannot be asked"
    return Finding(check, State.NOT_DONE, "list_missing", says)


def damaged(check: str, list_name: str) -> Finding:
    """The list's files cannot be read, or were changed."""
    says = f"The list {list_name} is damaged, so it cannot be asked"
    return Finding(check, State.NOT_DONE, "list_damaged", says)


def edition_facts(edition: Edition) -> dict[str, str]:
    """Which version answered."""
    return {AS_OF: edition.as_of.isoformat(), "version": str(edition.version), "list": edition.list}


def evidence_of(edition: Edition) -> Evidence:
    """Evidence that is only the version."""
    return Evidence(facts=edition_facts(edition))
