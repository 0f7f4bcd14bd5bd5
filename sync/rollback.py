"""Takes the newest version of a list back on this kit, because somebody says that it is wrong.

The version before it serves again, without the persons that were withdrawn since; the courier does not take that
version again, only a newer one. Who did it and why is in the journal and beside the list.
"""

from data.clock import Clock
from data.errors import InputError
from data.home import KitHome
from data.lists.edition import Edition
from sync.aftermath import Aftermath, Due


def roll_back(home: KitHome, name: str, *, who: str, why: str, clock: Clock) -> Edition:
    """Go back to the version before the newest; returns where the list stands.

    Raises:
        InputError: this kit has no such list, or nobody says who and why.
        StoreError: there is no earlier version here.
    """
    if name not in home.lists.names():
        raise InputError(f"This kit has no list {name!r}", do="See `waypost lists`")
    if not who.strip() or not why.strip():
        raise InputError("A version is taken back by somebody, for a reason", do="Give --officer and --reason")
    replica, aftermath = home.lists.open(name), Aftermath(home, clock, None)
    aftermath.finish(replica)
    if replica.previous is not None:
        aftermath.expect(name, Due(replica.previous.version, 1))  # what the version added must leave the disk
    back = replica.roll_back(who.strip(), why.strip(), clock.now())
    aftermath.finish(replica)
    return back
