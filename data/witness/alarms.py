"""What follows where a file of a kit does not fit the others: it stands until headquarters has heard of it.

- The lists concerned are not searched until headquarters has confirmed their newest version: an older list is one of
  them; an older vault, or a witness file that is gone, can vouch for none.
- The alarm is entered into the journal, which reports it. It ends when headquarters has acknowledged the report.
- Where the journal or its outbox was changed, nobody knows any more what headquarters has: the journal begins a new
  incarnation, in the transaction of that entry, and whatever is still here is sent again.
- Where the journal may be another than the kit wrote last, travellers may be missing in it, which it notes: nobody is
  told that a traveller was never seen or referred here (`data.journal.retention`).
- From then on the files are compared with what they are now: one fault is one alarm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic

from data.errors import StoreError, WaypostError
from data.journal import chains, journal_head
from data.journal.chains import Stream
from data.journal.outgoing import begin_again, read_acknowledged
from data.journal.schema import read_about, write_about
from data.json_codec import decode_or_none, encode_canonical
from data.kit import headquarters_word
from data.kit.home import KitHome
from data.log.error_log import log_error
from data.store import Connection
from data.witness.comparison import Disagreement, FilePart, KitFiles, compare_files, describe_disagreement, name_file
from data.witness.witness_record import JournalHead, LatestTime, StandingAlarm, WitnessRecord

FILES_DISAGREE = "files_disagree"
"""Kind of the event."""
COMPARED_EVERY_S = 4.0
"""Files may also be put back under a process that has run for days."""
_ACTOR = "kit"
_REPORTED = "alarms"
"""In the journal's table `about`: a `_ReportedAlarms`."""
_CONCERN_REPORTS = {FilePart.JOURNAL, FilePart.OUTBOX}
_CONCERN_MEMORY = {FilePart.JOURNAL, FilePart.WITNESS}
_CONCERN_ALL_LISTS = {FilePart.WITNESS, FilePart.VAULT}


@dataclass(frozen=True, slots=True)
class _ReportedAlarms:
    alarms: tuple[StandingAlarm, ...]


def watch_files(home: KitHome, now: datetime) -> None:
    """Compare the files now and then, report what does not fit, and end what headquarters has heard."""
    try:
        if home.compared_s is None or monotonic() - home.compared_s >= COMPARED_EVERY_S:
            raise_alarms(home, now)
            home.compared_s = monotonic()
        if home.witness.read().alarms:
            _report(home, now)
            _end_acknowledged(home)
    except WaypostError as error:  # a full disk keeps nobody from seeing what stands: the next look tries again
        log_error(error)


def raise_alarms(home: KitHome, now: datetime) -> None:
    """Compare the files; what does not fit stands from here on.

    Raises:
        StoreError: the vault or the lists cannot be opened.
    """
    files = compare_files(home)
    if files.disagreements:
        journal, latest = _read_journal(home)
        concerned = _find_concerned_lists(home, files)
        home.witness.sync(
            lambda record: _with_alarms(_take_files(record, files, journal, latest), files, concerned, now)
        )


def confirm_list(home: KitHome, name: str, version: int) -> None:
    """Headquarters said that this version of a list is the newest."""
    least = home.witness.read().unconfirmed.get(name)
    if least is not None and version >= least:
        home.witness.sync(lambda record: _without_unconfirmed(record, name))


def accept_files(home: KitHome) -> None:
    """Take the files as they are now, without an alarm: the kit was restored on purpose."""
    files = compare_files(home)
    journal, latest = _read_journal(home)
    home.witness.sync(lambda record: replace(_take_files(record, files, journal, latest), alarms=record.alarms))


def _read_journal(home: KitHome) -> tuple[JournalHead | None, LatestTime | None]:
    """How far the journal is, and its latest time; None where it cannot be read: what was known of it stays known."""
    try:
        with home.journal.reading() as connection:
            return journal_head.read_journal_head(connection), journal_head.read_latest(connection)
    except StoreError as error:
        log_error(error)
        return None, None


def _take_files(
    record: WitnessRecord, files: KitFiles, journal: JournalHead | None, latest: LatestTime | None
) -> WitnessRecord:
    """The record as the files are now; a list that is not there may come again."""
    for name in record.lists.keys() - files.lists.keys():
        record = record.without_list(name)
    return replace(
        record,
        step=max(record.step, files.required_step),
        journal=journal or record.journal,
        latest=record.latest or latest,
        vault=files.vault.change,
        lists={**record.lists, **files.lists},
        trust=files.trust,
    )


def _with_alarms(record: WitnessRecord, files: KitFiles, concerned: Mapping[str, int], now: datetime) -> WitnessRecord:
    standing = {(alarm.part, alarm.subject) for alarm in record.alarms}
    new = [
        StandingAlarm(wrong.part.value, wrong.subject, now)
        for wrong in files.disagreements
        if (wrong.part.value, wrong.subject) not in standing
    ]
    return record.with_alarms(new, concerned)


def _find_concerned_lists(home: KitHome, files: KitFiles) -> dict[str, int]:
    """Each list that nothing vouches for any more, with the newest version that is known of it.

    Where the witness file is lost, the vault still knows the versions, of lists too that are not here any more.
    """
    names = {wrong.subject for wrong in files.disagreements if wrong.part is FilePart.LIST}
    if any(wrong.part in _CONCERN_ALL_LISTS for wrong in files.disagreements):
        names |= files.record.lists.keys() | files.lists.keys()
        names |= {carried.name for carried in headquarters_word.read_carried_lists(home)}
    return {name: _find_newest_version(home, files, name) for name in names}


def _find_newest_version(home: KitHome, files: KitFiles, name: str) -> int:
    known = headquarters_word.read_list_version(home, name), files.record.lists.get(name), files.lists.get(name)
    return max((version.version for version in known if version), default=0)


def _report(home: KitHome, now: datetime) -> None:
    """Enter each alarm into the journal, once: whatever is killed or fails, and however many processes see it."""
    if any(alarm.report == 0 for alarm in home.witness.read().alarms):
        reported = home.journal.write(partial(_enter_alarms, home, now))
        home.witness.change(partial(_with_reports, reported))


def _enter_alarms(home: KitHome, now: datetime, connection: Connection) -> tuple[StandingAlarm, ...]:
    """All alarms that stand, with their entries; the caller holds the transaction.

    Another process may have entered them since they were read, or this one may have been killed before it said so in
    the witness file: the journal notes which alarms it has entries about.
    """
    note = decode_or_none(_ReportedAlarms, read_about(connection, _REPORTED)) or _ReportedAlarms(())
    reports = {replace(alarm, report=0): alarm.report for alarm in note.alarms}
    standing = [replace(alarm, report=alarm.report or reports.get(alarm, 0)) for alarm in home.witness.read().alarms]
    new = [alarm for alarm in standing if alarm.report == 0]
    if any(alarm.part in _CONCERN_REPORTS for alarm in new):
        begin_again(connection, now)
    if any(alarm.part in _CONCERN_MEMORY for alarm in new):
        home.journal.note_lost_memory(connection, now)
    for alarm in new:
        file = name_file(alarm.part, alarm.subject)
        home.journal.record_within(connection, FILES_DISAGREE, now, _ACTOR, file, {"what": describe_disagreement(file)})
        reports[alarm] = chains.read_head(connection, Stream.AUDIT).seq
    reported = tuple(replace(alarm, report=alarm.report or reports[alarm]) for alarm in standing)
    if new:
        write_about(connection, _REPORTED, encode_canonical(_ReportedAlarms(reported)))
    return reported


def _with_reports(reported: Iterable[StandingAlarm], record: WitnessRecord) -> WitnessRecord:
    reports = {replace(alarm, report=0): alarm.report for alarm in reported}
    return replace(
        record, alarms=tuple(replace(alarm, report=alarm.report or reports.get(alarm, 0)) for alarm in record.alarms)
    )


def _end_acknowledged(home: KitHome) -> None:
    with home.journal.reading() as connection:
        known = read_acknowledged(connection, chains.read_incarnation(connection), Stream.AUDIT).seq
    if any(0 < alarm.report <= known for alarm in home.witness.read().alarms):
        home.witness.sync(
            lambda record: replace(
                record, alarms=tuple(alarm for alarm in record.alarms if not 0 < alarm.report <= known)
            )
        )


def _without_unconfirmed(record: WitnessRecord, name: str) -> WitnessRecord:
    return replace(record, unconfirmed={other: least for other, least in record.unconfirmed.items() if other != name})


def list_alarms(record: WitnessRecord) -> tuple[Disagreement, ...]:
    """The alarms that stand."""
    return tuple(Disagreement(FilePart(alarm.part), alarm.subject) for alarm in record.alarms)
