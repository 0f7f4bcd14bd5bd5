"""What follows where a file of a kit does not fit the others: it stands until headquarters has heard of it.

- The lists concerned are not searched until headquarters has confirmed their newest version: an older list is one of
  them; an older vault, or a witness file that is gone, can vouch for none.
- The alarm is entered into the journal, which reports it, and notes there which entry is about which alarm. It ends
  when headquarters has acknowledged that entry. An alarm of which the journal here knows nothing is reported again: its
  report was in a journal that is gone.
- Where the journal or its outbox was changed, nobody knows any more what headquarters has: the journal begins a new
  incarnation, in the transaction of that entry, and whatever is still here is sent again.
- Where the journal may be another than the kit wrote last, travellers may be missing in it, which it notes: no check
  vouches for anybody by what is in it (`data.journal.retention`, `appliance.checks.referrals`).
- From then on the files are compared with what they are now: one fault is one alarm. A further fault of the same file
  is another one, which takes its place.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic

from data.errors import StoreError, WaypostError
from data.journal import chains, journal_head
from data.journal.chains import Stream
from data.journal.outgoing import begin_again, read_acknowledged
from data.journal.schema import read_about, write_about
from data.json_codec import ZonedTime, decode_or_none, encode_canonical
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
_MOST_OTHERS = 64
"""Alarms that the journal notes beside those that stand: where the witness file cannot be written, each process has
alarms of its own."""
_CONCERN_REPORTS = {FilePart.JOURNAL, FilePart.OUTBOX}
_CONCERN_MEMORY = {FilePart.JOURNAL, FilePart.WITNESS}
_CONCERN_ALL_LISTS = {FilePart.WITNESS, FilePart.VAULT}


@dataclass(frozen=True, slots=True)
class _AlarmReport:
    """That the journal has an entry about an alarm."""

    part: str
    subject: str
    at: ZonedTime
    report: int
    """The entry of the outbox that tells headquarters."""

    @property
    def alarm(self) -> StandingAlarm:
        return StandingAlarm(self.part, self.subject, self.at)


@dataclass(frozen=True, slots=True)
class _ReportedAlarms:
    alarms: tuple[_AlarmReport, ...]


def open_watched(path: Path, passphrase: str, chain: str) -> KitHome:
    """Open a kit as `KitHome.open` does, and compare its files before anything is written there.

    What was taken out of a file shows only until the next change of it.
    """
    home = KitHome.open(path, passphrase, chain)
    watch_files(home, headquarters_word.read_clock(home).now())
    return home


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
        known = _find_known_alarms(home, files, journal)

        def take(record: WitnessRecord) -> WitnessRecord:
            taken = _take_files(record, files, journal, latest)
            return _with_alarms(taken, files, known, now).with_unconfirmed(concerned)

        home.witness.sync(take)


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


def _find_known_alarms(home: KitHome, files: KitFiles, journal: JournalHead | None) -> set[StandingAlarm]:
    """The alarms that stand about the very faults that were found: the files could not be taken as they are since."""
    untaken = set(home.witness.unwritten_alarms)
    if journal is None:  # it cannot be read
        untaken |= {alarm for alarm in files.record.alarms if alarm.part == FilePart.JOURNAL}
    return untaken


def _with_alarms(
    record: WitnessRecord, files: KitFiles, known: Collection[StandingAlarm], now: datetime
) -> WitnessRecord:
    """The record with an alarm for each fault, but for those that stand already.

    One that does not stand in the record that was compared comes from another process, which saw the same.
    """
    older = set(files.record.alarms) - set(known)
    standing = {(alarm.part, alarm.subject) for alarm in record.alarms if alarm not in older}
    return record.with_alarms(
        StandingAlarm(wrong.part.value, wrong.subject, now)
        for wrong in files.disagreements
        if (wrong.part.value, wrong.subject) not in standing
    )


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
    with home.journal.reading() as connection:
        reports = _read_reports(connection)
    if any(alarm not in reports for alarm in home.witness.read().alarms):
        home.journal.write(partial(_enter_alarms, home, now))


def _read_reports(connection: Connection) -> dict[StandingAlarm, int]:
    """The alarms about which this journal has entries, with their numbers, oldest first."""
    note = decode_or_none(_ReportedAlarms, read_about(connection, _REPORTED)) or _ReportedAlarms(())
    return {report.alarm: report.report for report in note.alarms}


def _enter_alarms(home: KitHome, now: datetime, connection: Connection) -> None:
    """Enter the alarms about which this journal has no entry; the caller holds the transaction.

    Another process may have entered them since they were read.
    """
    reports, standing = _read_reports(connection), home.witness.read().alarms
    new = [alarm for alarm in standing if alarm not in reports]
    if any(alarm.part in _CONCERN_REPORTS for alarm in new):
        begin_again(connection, now)
    if any(alarm.part in _CONCERN_MEMORY for alarm in new):
        home.journal.note_lost_memory(connection, now)
    for alarm in new:
        file = name_file(alarm.part, alarm.subject)
        home.journal.record_within(connection, FILES_DISAGREE, now, _ACTOR, file, {"what": describe_disagreement(file)})
        reports[alarm] = chains.read_head(connection, Stream.AUDIT).seq
    if new:
        others = [alarm for alarm in reports if alarm not in standing]
        for alarm in others[:-_MOST_OTHERS]:
            del reports[alarm]
        notes = tuple(_AlarmReport(each.part, each.subject, each.at, report) for each, report in reports.items())
        write_about(connection, _REPORTED, encode_canonical(_ReportedAlarms(notes)))


def _end_acknowledged(home: KitHome) -> None:
    """End the alarms whose entry in this journal headquarters has: another journal has other entries of that number."""
    with home.journal.reading() as connection:
        known = read_acknowledged(connection, chains.read_incarnation(connection), Stream.AUDIT).seq
        ended = {alarm for alarm, report in _read_reports(connection).items() if report <= known}
    if not ended.isdisjoint(home.witness.read().alarms):
        home.witness.sync(
            lambda record: replace(record, alarms=tuple(alarm for alarm in record.alarms if alarm not in ended))
        )


def _without_unconfirmed(record: WitnessRecord, name: str) -> WitnessRecord:
    return replace(record, unconfirmed={other: least for other, least in record.unconfirmed.items() if other != name})


def list_alarms(record: WitnessRecord) -> tuple[Disagreement, ...]:
    """The alarms that stand."""
    return tuple(Disagreement(FilePart(alarm.part), alarm.subject) for alarm in record.alarms)
