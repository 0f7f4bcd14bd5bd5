"""One traveller's session at the desk: from the document to the decision.

- The next document waits while a session has a verdict and no decision.
- A verdict that gets worse after the decision opens the session again; for an earlier traveller it becomes a notice.
- Codes that were read before their document (a boarding pass laid down first) go to the next document. They are
  dropped after a minute, and the desk says so: they may belong to a traveller who has gone on.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from time import monotonic

from appliance.answer.referral_words import REFERRED_OPEN
from appliance.checks.chip_check import CHIP_ENDED
from appliance.chips.read_job import ChipReadStage, ChipReadStep
from appliance.counter.decisions import OfficerDecision
from appliance.counter.subject import Subject, join_codes
from appliance.screening.result import ScreeningProgress, ScreeningResult
from data.documents.barcodes import Barcode
from data.errors import WaypostError
from data.journal.travellers import PastScreening
from data.screenings import Decision, State, Traveller, Verdict
from data.text import Message, _
from ui.desk.actions import Privacy
from ui.text.sanitize import safe
from ui.verdict_style import VERDICT_STYLES

PENDING_CODES_S = 60.0


class PendingCodes:
    """Codes that wait for a document."""

    def __init__(self) -> None:
        self._codes: tuple[Barcode, ...] = ()
        self._until = 0.0

    def keep(self, codes: tuple[Barcode, ...]) -> None:
        """Keep `codes` for the next document, together with those that still wait."""
        self._codes = join_codes(self._pending, codes)
        self._until = monotonic() + PENDING_CODES_S

    def take(self, codes: tuple[Barcode, ...]) -> tuple[Barcode, ...]:
        """The codes that waited and `codes`, which came with the document; none is left waiting."""
        joined = join_codes(self._pending, codes)
        if self._pending:
            self._codes = ()
        return joined

    def drop_expired(self) -> bool:
        """Drop codes for which no document came in time; whether there were any."""
        are_expired = bool(self._codes) and not self._pending
        if are_expired:
            self._codes = ()
        return are_expired

    def forget(self) -> None:
        """Drop them: their traveller has gone."""
        self._codes = ()

    @property
    def are_waiting(self) -> bool:
        """Whether any code waits."""
        return bool(self._pending)

    @property
    def _pending(self) -> tuple[Barcode, ...]:
        return self._codes if monotonic() < self._until else ()


_NUMBERS = count(1)


class SessionStage(StrEnum):
    """How far a session is."""

    WORKING = "working"
    OPEN = "open"
    """A verdict is shown; nothing is decided yet."""
    DECIDING = "deciding"
    """A decision is being written to the journal."""
    DECIDED = "decided"
    FAILED = "failed"
    """The screening itself failed: there is no verdict, and the document stays unscreened."""


class TravellerSession:
    """One traveller."""

    def __init__(self, subject: Subject) -> None:
        self.number = next(_NUMBERS)
        self.subject = subject
        self.progress: ScreeningProgress | None = None
        self.decision: OfficerDecision | None = None
        self.failure: WaypostError | None = None
        self.chip: ChipReadStep | None = None
        """The newest step of its chip; it holds what the chip said until the session ends."""
        self.is_deciding = False
        self.is_called_back = False
        """Whether it was called back from the list: screened before, perhaps decided."""
        self.is_decided_here = False
        """Whether a decision was recorded since it is on the screen."""
        self.read_again = ""
        """The document that waits and may be this traveller's, read once more: `Subject.unscreened`."""
        self.is_follow_up = False
        """Whether it began by itself, after the decision about the traveller before."""
        self.shown_at = 0.0
        """When the newest verdict was shown, in seconds of the monotonic clock."""

    @property
    def stage(self) -> SessionStage:
        """How far it is."""
        if self.is_deciding:
            return SessionStage.DECIDING
        if self.decision:
            return SessionStage.DECIDED
        if self.result:
            return SessionStage.OPEN
        return SessionStage.FAILED if self.failure else SessionStage.WORKING

    @property
    def result(self) -> ScreeningResult | None:
        """The verdict that may be shown."""
        return self.progress.result if self.progress else None

    @property
    def is_over(self) -> bool:
        """Whether the next traveller may begin without F2: it is decided."""
        return self.stage is SessionStage.DECIDED

    @property
    def gives_way(self) -> bool:
        """Whether the next document begins by itself: a traveller who was called back stays until a key is pressed."""
        return self.is_over and (self.is_decided_here or not self.is_called_back)

    @property
    def may_be_left(self) -> bool:
        """Whether one key may end it: nothing serious is open, and nothing that may become serious."""
        if self.stage is SessionStage.OPEN and self.result:
            return self.result.verdict in (Verdict.CLEAR, Verdict.CHECK) and self.result.complete
        return self.is_over

    @property
    def must_stay(self) -> bool:
        """Whether the document is not screened again in its place: its REFER would leave the screen without a decision.

        Whoever was called back is no longer at the desk with it.
        """
        is_refer = self.result is not None and self.result.verdict is Verdict.REFER
        return self.is_called_back or (is_refer and not self.is_over)

    @property
    def may_be_read_again(self) -> bool:
        """Whether another reading of the document may take the place of this answer, once the officer says so."""
        serious = (Verdict.CHECK, Verdict.CANNOT_SAY)
        return (
            self.stage is SessionStage.OPEN
            and bool(self.result and self.result.verdict in serious)
            and (not self.is_called_back)
        )

    def has_document_of(self, subject: Subject) -> bool:
        """Whether `subject` is the document on the screen, read once more."""
        return bool(subject.documents) and _identify(subject) == _identify(self.subject)

    def may_be_traveller_of(self, subject: Subject) -> bool:
        """Whether `subject` may be this traveller: the same document or name, or nothing here that could be trusted."""
        if self.has_document_of(subject) or (self.result and self.result.verdict is Verdict.CANNOT_SAY):
            return True
        name = subject.traveller and (subject.traveller.surname, subject.traveller.given)
        before = self.subject.traveller
        return bool(name and before and name == (before.surname, before.given))

    @property
    def has_open_referral(self) -> bool:
        """Whether it was called back and the traveller is referred: then a second person may settle that with F5 too.

        At the lane, F5 sends the traveller back to the second line.
        """
        if not self.is_called_back:
            return False
        if self.decision and self.decision.decision is Decision.REFER:
            return True
        findings = self.result.findings if self.result else ()
        return any(finding.reason == REFERRED_OPEN for finding in findings)

    def update(self, progress: ScreeningProgress) -> None:
        """A step of the screening. A worse verdict after a decision opens the session again."""
        before, now = self.result, progress.result
        self.progress = progress
        if now and (before is None or now.verdict is not before.verdict):
            self.shown_at = monotonic()
            if self.decision and now.verdict is not self.decision.verdict:
                self.decision = None

    @classmethod
    def called_back(cls, past: PastScreening, result: ScreeningResult) -> "TravellerSession":
        """The session of a traveller of the last hours, as the journal has it; what was decided stands."""
        session = cls(Subject(result.screening.documents, result.screening.traveller))
        checks = tuple(finding.check for finding in result.findings)
        session.update(ScreeningProgress(result.screening, checks, result.findings, result))
        session.is_called_back = True
        if past.decision and not past.is_undecided:
            done = past.decision
            session.decision = OfficerDecision(
                result.screening, done.decision, done.person, done.at, result.verdict, done.second
            )
        return session

    @property
    def is_reading_chip(self) -> bool:
        """Whether its chip is being read, or waited for."""
        return self.chip is not None and self.chip.stage is not ChipReadStage.ENDED

    @property
    def name(self) -> str:
        """Surname and given names, safe to show on the screen; never for a log."""
        return name_of(self.subject.traveller)


def _identify(subject: Subject) -> list[str]:
    return [document.raw or document.number for document in subject.documents]


def describe_session(session: TravellerSession, privacy: Privacy) -> Message:
    """`SAMPLE, ADA: ■ REFER`; where travellers may see it, the digit instead of shape and word."""
    name = session.name
    if session.stage is SessionStage.FAILED:
        return _("{name}: without an answer", name=name)
    if session.result is None:
        return _("{name}: no answer yet", name=name)
    style = VERDICT_STYLES[session.result.verdict]
    if privacy is Privacy.QUIET:
        return _("{name}: {digit}", name=name, digit=style.digit)
    return _("{name}: {shape} {verdict}", name=name, shape=style.shape, verdict=style.word)


def name_of(traveller: Traveller | None) -> str:
    """Surname and given names, safe to show on the screen; never for a log."""
    if traveller is None:
        return _("(no name was read)")
    return safe(f"{traveller.surname}, {traveller.given}" if traveller.given else traveller.surname, 40)


@dataclass(frozen=True, slots=True)
class EarlierTraveller:
    """What is kept of an earlier session, so that a late, worse answer can be shown."""

    name: str
    verdict: Verdict | None
    """None when the officer went on before there was one."""


def late_answer(past: EarlierTraveller, progress: ScreeningProgress) -> Message | None:
    """The notice about an earlier traveller whose verdict got worse; None when it did not."""
    result = progress.result
    before = past.verdict or Verdict.CLEAR
    if result is None or result.verdict.seriousness <= before.seriousness or _only_left(result):
        return None
    word = VERDICT_STYLES[result.verdict].word
    return _("LATE: {name} is now {verdict}: tell the second line", name=past.name, verdict=word)


def _only_left(result: ScreeningResult) -> bool:
    """Whether it got worse only because the officer went on before the chip was read."""
    undone = [finding.reason for finding in result.findings if finding.state is State.NOT_DONE]
    return result.verdict is Verdict.CANNOT_SAY and undone == [CHIP_ENDED]
