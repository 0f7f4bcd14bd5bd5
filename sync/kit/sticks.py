"""Lists, reports and acknowledgements on a stick.

A kit and a stick: lists and acknowledgements come in as over any link, reports go out as over any uplink.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from data.errors import InputError, LinkError, NoHome, Problem, TrustError, WaypostError
from data.journal.chains import Stream
from data.journal.outgoing import AcknowledgementEffect, OutboxBatch
from data.kit import headquarters_word
from data.kit.home import KitHome
from data.log.error_log import log_error
from data.text import _
from sync.formats.stick import Stick, StickFolder, flat_name, report_name
from sync.formats.stick_writer import StickWriter
from sync.kit import courier
from sync.kit.post_apply import AfterApply
from sync.kit.reports.dispatch import ReportDispatch, SendResult
from sync.kit.run_report import CourierReport
from sync.limits import LIMITS
from sync.link import TIMESTAMP, Source, SourceKind
from sync.trust.metadata import CHECK_SOURCE


@dataclass(frozen=True, slots=True)
class KitStickIn:
    """What a kit took from a stick."""

    lists: CourierReport | None
    """None where the stick has none, or none that can be taken (then `problems` say why)."""
    answers: int
    """Acknowledgements for this kit that said something new."""
    sent: SendResult
    """The state of its outbox now."""
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.problems and (self.lists is None or self.lists.ok)

    @property
    def report(self) -> CourierReport:
        """The same as a run of the courier."""
        report = self.lists or CourierReport((), (), (), 0, 0.0)
        return replace(report, problems=report.problems + self.problems)


@dataclass(frozen=True, slots=True)
class KitStickOut:
    """What a kit put on a stick."""

    entries: int
    files: int
    bytes: int


class StickUplink:
    """An uplink (`sync.kit.reports.uplink.Uplink`) that ends on a stick; acknowledgements come back with it."""

    def __init__(self, writer: StickWriter, folder: str) -> None:
        self._writer = writer
        self._folder = folder
        self.names: set[str] = set()

    def send(self, segment: bytes, batch: OutboxBatch) -> None:
        """See `Uplink`."""
        name = report_name(self._folder, batch)
        self._writer.put(StickFolder.REPORTS, name, segment)
        self.names.add(name)


def stick_in(
    home: KitHome, folder: Path, after_apply: AfterApply | None = None, options: courier.RunOptions | None = None
) -> KitStickIn:
    """Take lists and acknowledgements from the stick in `folder`.

    The stick may have travelled for weeks, so its signatures are judged by the floor of the clock alone.

    Raises:
        InputError: it carries nothing for a kit.
        LinkError: there is no stick, or it cannot be read.
    """
    stick, source = Stick(folder), Source(str(folder), SourceKind.STICK)
    public, answers = stick.names(StickFolder.PUBLIC), stick.names(StickFolder.ANSWERS)
    if not public and not answers:
        raise InputError(
            _("{folder} has nothing for a kit", folder=folder), do=_("Fill it at headquarters with `waypost stick out`")
        )
    lists, problems = None, []
    if flat_name(TIMESTAMP) in public:
        try:
            lists = courier.run(home, source=source, after_apply=after_apply, options=options)
        except (LinkError, TrustError) as error:
            log_error(error)
            if error.do == CHECK_SOURCE:
                error.do = _("Fill the stick at headquarters again; if that does not help, tell headquarters")
            problems.append(Problem.of(error))  # acknowledgements do not wait for lists
    count, sent, wrong = _take_answers(home, stick, answers)
    return KitStickIn(lists, count, sent, (*problems, *wrong))


def stick_out(home: KitHome, folder: Path) -> KitStickOut:
    """Put everything that headquarters has not acknowledged on the stick in `folder`.

    Raises:
        NoHome: this kit cannot report.
        StoreError: the stick is full or fails; the kit loses nothing.
    """
    writer, dispatch = StickWriter(folder), ReportDispatch(home, headquarters_word.read_clock(home))
    writer.must_hold(len(sealed) for stream in Stream for sealed, _ in dispatch.segments(stream))
    uplink = StickUplink(writer, dispatch.folder)
    sent = dispatch.send(uplink)
    # Older files of this kit say nothing that the new ones do not, or were acknowledged.
    writer.keep_only(
        StickFolder.REPORTS, lambda name: not name.startswith(f"{dispatch.folder}-") or name in uplink.names
    )
    return KitStickOut(sent.entries, len(uplink.names), sent.bytes)


def _take_answers(home: KitHome, stick: Stick, names: list[str]) -> tuple[int, SendResult, tuple[Problem, ...]]:
    clock, problems, new_answers = headquarters_word.read_clock(home), [], 0
    try:
        dispatch = ReportDispatch(home, clock)
    except NoHome as error:
        return 0, SendResult(), (Problem.of(error),) if names else ()
    for name in names:
        if not name.startswith(f"{dispatch.folder}-"):
            continue
        try:
            content = stick.read(StickFolder.ANSWERS, name, most_bytes=LIMITS.acknowledgement_bytes)
            new_answers += any(
                meant is not AcknowledgementEffect.KNOWN for meant in dispatch.take(content, clock.floor).values()
            )
        except WaypostError as error:
            log_error(error)
            problems.append(Problem.of(error))
    return new_answers, dispatch.finish(), tuple(problems)
