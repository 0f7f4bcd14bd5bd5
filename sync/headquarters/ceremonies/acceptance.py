"""Accepts a request that enough key holders have signed: what it proposes is in force from the next publication on.

All of it or nothing, in one transaction of the store. It must have been made from exactly what is in force, so no
request is accepted twice and none after another that came between.
"""

from datetime import datetime

from sqlalchemy import Connection
from tuf.api.metadata import Root, Targets

from data.errors import Damaged, InputError
from sync.headquarters.ceremonies.request import Request
from sync.headquarters.ceremonies.signing import must_be_complete
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import Keyring, raw_key_id
from sync.headquarters.publishing.signing_clock import signing_time
from sync.headquarters.store import in_force, tree
from sync.headquarters.store.in_force import lists_key_ids, path_of
from sync.headquarters.store.kits_key_table import keep_kits_key
from sync.trust.policy import POLICY, Policy


def accept(home: HeadquartersHome, request: Request, *, now: datetime | None = None) -> None:
    """Put what was signed in force; publish afterwards. `now` as in `publisher.publish`.

    Raises:
        InputError: signatures are missing, headquarters has moved on since the request was made, or the clock jumped.
        Damaged: an online key that it names is not in this home.
    """
    must_be_complete(request)
    with home.changing():
        with home.store.transaction() as connection:
            _must_be_next(connection, request)
            _must_be_alive(request, now or signing_time(connection))
            before = _online(connection)
            keep_kits_key(connection)
            _take(connection, request)
            after = _online(connection)
            _must_be_held(home.keyring, after)
        home.keyring.forget(before - after)


def _take(connection: Connection, request: Request) -> None:
    if request.root is not None and request.new_root is not None:
        tree.put(connection, path_of("root", request.root.signed.version), request.new_root)
    if request.proposed_targets is None or request.new_targets is None or request.new_policy is None:
        return
    old, new = request.targets_in_force.signed, request.proposed_targets.signed
    tree.drop(connection, path_of("targets", old.version))
    tree.drop(connection, in_force.hashed(old.targets[POLICY]))
    tree.put(connection, path_of("targets", new.version), request.new_targets)
    tree.put(connection, in_force.hashed(new.targets[POLICY]), request.new_policy)


def _must_be_next(connection: Connection, request: Request) -> None:
    here = (
        tuple(in_force.root_chain(connection)),
        in_force.targets(connection).to_bytes(),
        in_force.policy_content(connection),
    )
    if here != (request.roots, request.targets, request.policy):
        raise InputError(
            "The request was not made from what is in force here",
            means="It was accepted already, another one came between, or it is another headquarters'. "
            "Nothing was changed.",
            do="Propose anew",
        )


def _online(connection: Connection) -> set[str]:
    """Ids of the online keys that are in force."""
    return online_key_ids(
        in_force.root(connection).signed, in_force.targets(connection).signed, in_force.policy(connection)
    )


def online_key_ids(root: Root, targets: Targets, policy: Policy) -> set[str]:
    """Ids of the online keys that these name."""
    by_root = {key_id for role in ("snapshot", "timestamp") for key_id in root.roles[role].keyids}
    return {*by_root, *lists_key_ids(targets), raw_key_id(policy.kits)}


def _must_be_alive(request: Request, now: datetime) -> None:
    for proposed in (request.root, request.proposed_targets):
        if proposed is not None and proposed.signed.expires <= now:
            raise InputError(
                f"What it proposes expired on {proposed.signed.expires:%Y-%m-%d}",
                means="Kits would take nothing any more. Nothing was changed.",
                do="Propose anew",
            )


def _must_be_held(keyring: Keyring, key_ids: set[str]) -> None:
    if not all(map(keyring.holds, key_ids)):
        raise Damaged(
            "An online key that the request names is not in this home",
            means="Nothing was changed: kits could not be served.",
            do="Accept it where it was proposed, or propose anew",
        )
