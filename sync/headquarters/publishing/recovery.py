"""A headquarters that was restored from a copy: how it finds out that it is behind, and how it continues.

- What was published since the copy is known to kits and not here. Numbers that were given then must not be given again:
  a kit would take another list for the one it has, and refuses metadata with older numbers.
- Its own tree (where only the store was restored) and its kits (in their reports) show that it is behind. Until it
  was recovered it publishes nothing.
- Recovery continues with the seconds since 2020 as the number, which is beyond all that were given: nobody publishes
  each second. (A jump of a fixed width would give the same numbers again where one copy is put back twice.)
- The lists stay as they were in the copy, under their old numbers, which kits that are further refuse; the next import
  of a list makes a version that is newer for all, and kits repair from it what differs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Timestamp

from data.clock import read_system_time
from data.errors import Damaged, InputError
from data.kit.headquarters_word import IN_FORCE
from data.log.error_log import log_error
from data.text import EMPTY, Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.envelopes import write_envelopes
from sync.headquarters.publishing.metadata import SignedMetadata, signing_time
from sync.headquarters.store import report_tables, tree
from sync.headquarters.store.kit_table import all_kits, renumber_envelopes
from sync.headquarters.store.list_table import all_lists, newest_version, set_used_upto, used_upto
from sync.headquarters.store.metadata_in_force import read_metadata
from sync.link import TIMESTAMP

_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_MOST = 100_000
"""Publications beyond what is known here: one a quarter of an hour for three years. A kit that reports more lies."""


@dataclass(frozen=True, slots=True)
class UnknownVersion:
    """A list of which a kit has a version that this headquarters does not know."""

    kit: str
    list: str
    version: int
    newest: int
    """Here."""


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What has to follow: a new import of each list, and a look at each kit."""

    lists: tuple[str, ...]
    kits: tuple[tuple[str, str], ...]
    """Name and state, as the copy has them: what was done to kits since has to be done again."""
    was_behind: bool
    """Whether its own tree or a kit said so before."""


def find_unknown_versions(home: HeadquartersHome) -> tuple[UnknownVersion, ...]:
    """Versions that kits in force report and that this headquarters does not know."""
    with home.store.reading() as connection:
        return _unknown_versions(home, connection)


def must_not_be_behind(home: HeadquartersHome, connection: Connection) -> None:
    """InputError where this headquarters was restored from a copy and has not recovered yet."""
    if evidence := _find_evidence(home, connection):
        raise InputError(
            _("This headquarters is behind what was published: {evidence}", evidence=evidence),
            means=_("Nothing was published. Kits keep the lists that they have."),
            do=_(
                "If it was restored from a copy, run `waypost hq recover`, then import every list again "
                "(docs/headquarters.md). If the kit's report is false, revoke the kit"
            ),
        )


def is_behind(home: HeadquartersHome) -> bool:
    """Whether its own tree or a kit shows that this headquarters was restored from a copy, or nobody can tell."""
    with home.store.reading() as connection:
        return _seems_behind(home, connection)


def recover(home: HeadquartersHome, now: datetime | None = None) -> RecoveryReport:
    """Skip every number that may have been used since the copy, and sign what is here under new ones.

    Raises:
        InputError: the machine's clock jumped.
        Busy: another process is changing this headquarters.
    """
    with home.changing():
        with home.store.transaction() as connection:
            now = now or signing_time(connection)
            beyond, was_behind = numbers_at(now), _seems_behind(home, connection)
            names = [entry.name for entry in all_lists(connection)]
            for name in names:
                set_used_upto(connection, name, used_upto(connection, name, beyond))
            signed = SignedMetadata(connection, home.keyring, now, beyond=beyond)
            manifests = {name: content for name in names if (content := signed.manifest(name)) is not None}
            signed.publish(manifests)
            renumber_envelopes(connection, beyond)
            write_envelopes(connection, home.keyring, now)
            kits = tuple((kit.name, kit.state) for kit in all_kits(connection))
        tree.project(home)
    return RecoveryReport(tuple(names), kits, was_behind)


def numbers_at(now: datetime) -> int:
    """A number beyond all that were given before `now`."""
    return max(0, int((now - _SINCE).total_seconds()))


def waiting_for_import(connection: Connection) -> list[str]:
    """Lists that have no version yet since the recovery."""
    newest = {entry.name: newest_version(connection, entry.name).number for entry in all_lists(connection)}
    return [name for name, number in newest.items() if number and used_upto(connection, name, number) > number]


def _seems_behind(home: HeadquartersHome, connection: Connection) -> bool:
    """Also if the published tree cannot be read: recovery writes it again."""
    try:
        return bool(_find_evidence(home, connection))
    except Damaged as error:
        log_error(error)
        return True


def _find_evidence(home: HeadquartersHome, connection: Connection) -> Message:
    known, published = read_metadata(connection, "timestamp", Timestamp), _published_number(home)
    if known is not None and published is not None and published > known.signed.version:
        return _(
            "the published tree has number {published}, the store has {known}",
            published=published,
            known=known.signed.version,
        )
    for unknown in _unknown_versions(home, connection):
        return _(
            "{kit} has version {version} of {list}; the newest here is {newest}",
            kit=unknown.kit,
            version=unknown.version,
            list=unknown.list,
            newest=unknown.newest,
        )
    return EMPTY


def _published_number(home: HeadquartersHome) -> int | None:
    """The number of the published tree; None where nothing was published."""
    try:
        return int(Metadata[Timestamp].from_bytes((home.public / TIMESTAMP).read_bytes()).signed.version)
    except FileNotFoundError:
        return None
    except (OSError, RepositoryError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(
            _("{file} in the published tree cannot be read", file=TIMESTAMP),
            means=_("Nothing was published: this file shows whether hq.db is as new as what kits already have."),
            do=_(
                "Restore the file from a mirror. If there is none and hq.db was never restored from a copy, remove "
                "the file and publish again. If hq.db was restored, run `waypost hq recover`"
            ),
        ) from error


def _unknown_versions(home: HeadquartersHome, connection: Connection) -> tuple[UnknownVersion, ...]:
    receipts = report_tables.receipts
    listed = {entry.name for entry in all_lists(connection)}
    in_force = {kit.name for kit in all_kits(connection) if kit.state == IN_FORCE}
    with home.reports.reading() as reports:
        reported = reports.execute(select(receipts.c.kit, receipts.c.list, receipts.c.version)).all()
    unknown = []
    for kit, name, version in sorted(row for row in reported if row.kit in in_force and row.list in listed):
        newest = used_upto(connection, name, newest_version(connection, name).number)
        if newest < version <= max(newest, numbers_at(read_system_time())) + _MOST:
            unknown.append(UnknownVersion(kit, name, version, newest))
    return tuple(unknown)
