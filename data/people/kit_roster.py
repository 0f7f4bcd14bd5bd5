"""The roster that a kit has, in its vault: who may sign in there."""

from data.kit.home import KitHome
from data.people.roster import Roster, decode_roster, encode_roster

ROSTER = "roster"
"""Name in the vault."""


def keep_roster(home: KitHome, roster: Roster) -> None:
    """From now on these people work here, and nobody else. The caller has verified the roster."""
    home.vault.put({ROSTER: encode_roster(roster)})


def read_roster(home: KitHome) -> Roster | None:
    """Who works here; None before headquarters said so. Damaged where it cannot be read."""
    content = home.vault.get(ROSTER)
    return None if content is None else decode_roster(content)
