"""Who was screened at this counter lately, and who still waits: listed, called back, kept over a restart.

- A traveller is called back with the verdict, the findings and the words of their screening: nothing is asked again,
  and a verdict does not improve.
- A document that was read is kept until the journal has its verdict, or the longest shift is certainly over. A bar code
  that was read with it is missing after a restart, which its check says until the code is read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from appliance.answer import wording
from appliance.answer.disclosure import redact_for_lane, select_discreet
from appliance.counter.parts import CounterRecords
from appliance.counter.subject import Subject, document_from_zone
from appliance.people.permissions import GuardedAction, is_allowed
from appliance.screening.result import ScreeningResult
from data.documents.barcodes import Barcode, MissingCode, Symbology
from data.journal.journal import UNSCREENED_KEPT
from data.journal.referrals import Referral, UndecidedRefer
from data.journal.travellers import PastScreening
from data.journal.unscreened import UnscreenedContent, UnscreenedDocument
from data.people.staff import Actor
from data.screenings import Screening

if TYPE_CHECKING:
    from data.journal.audit.typed_queries import PersonDay

LISTED_FOR = UNSCREENED_KEPT
"""How far back the decisions of one officer are listed: the longest shift."""
MOST_OWN = 20


@dataclass(frozen=True, slots=True)
class WaitingSubject:
    """A document that was read and not screened."""

    subject: Subject
    since: datetime
    device: str


@dataclass(frozen=True, slots=True)
class TravellerOverview:
    """The travellers whom an officer may call back, each at most once."""

    undecided: Sequence[PastScreening] = ()
    """The most serious first, then the oldest."""
    referred: Sequence[PastScreening] = ()
    """Referred here, with no outcome yet; the newest first."""
    decided: Sequence[PastScreening] = ()
    """The officer's own, the newest first."""
    unlisted_undecided: int = 0
    """How many more have no decision than are listed."""
    are_decided_cut: bool = False
    """Whether the officer has decided about more travellers in this shift than are listed."""
    typing: "Sequence[PersonDay]" = ()
    """Whose typed queries are notable; empty for whoever may not see the post's day."""


class PastTravellers:
    """The memory of one counter. Thread-safe."""

    def __init__(self, records: CounterRecords, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    # ── travellers who were screened ─────────────────────────────────────────────────────────────────

    def find_referral(self, screening: Screening) -> Referral | None:
        """The traveller's newest referral here, with its outcome; None where there is none."""
        return self._records.referrals.find(screening, self._now())

    def find_undecided_refer(self, screening: Screening) -> UndecidedRefer | None:
        """Another screening in which this traveller was REFER and on which nobody has decided; None: there is none."""
        return self._records.referrals.find_undecided(screening)

    def undecided_ids(self) -> frozenset[str]:
        """The screenings at the desk that have no decision."""
        return self._records.travellers.undecided_ids()

    def count_screened(self, number: str, since: datetime) -> int:
        """How many travellers the person with this service number has screened since then."""
        return self._records.travellers.count_screened(number, since)

    def overview(self, officer: Actor) -> TravellerOverview:
        """Whom `officer` may call back."""
        travellers, referrals, now = self._records.travellers, self._records.referrals, self._now()
        undecided = travellers.undecided()
        listed = {past.id for past in undecided}
        referred = [past for past in travellers.referred(referrals.memory, now) if past.id not in listed]
        open_ids = referrals.find_open([past.id for past in referred], now)
        referred = [past for past in referred if past.id in open_ids]
        listed |= {past.id for past in referred}
        decided = travellers.decided_by(officer.number, LISTED_FOR, now, MOST_OWN + 1)
        own = [past for past in decided[:MOST_OWN] if past.id not in listed]
        unlisted = max(0, len(self.undecided_ids()) - len(undecided))
        may_see = is_allowed(officer.role, GuardedAction.SEE_OVERVIEW)
        typing = travellers.notable_typing(now) if may_see else ()
        are_cut = len(decided) > MOST_OWN
        return TravellerOverview(undecided, referred, own, unlisted, are_decided_cut=are_cut, typing=typing)

    def call_back(self, past: PastScreening) -> ScreeningResult | None:
        """The result as it was shown; None if its details were purged or cannot be read."""
        if past.screening is None or past.findings is None:
            return None
        findings = tuple(map(redact_for_lane, past.findings))
        return ScreeningResult(
            screening=past.screening,
            verdict=past.verdict,
            findings=findings,
            says=wording.verdict_sentence(findings, past.verdict, past.screening),
            second_line=wording.second_line(findings, past.screening.at),
            advice=wording.advice_for_findings(findings),
            revision=past.revision,
            elapsed_ms=0.0,
            complete=True,
            discreet_findings=select_discreet(past.findings),
        )

    # ── documents that wait ──────────────────────────────────────────────────────────────────────────

    def keep(self, subject: Subject, device: str) -> None:
        """Keep what was read or typed, under its id. When this returns, it survives the end of the process."""
        self._records.unscreened.keep(UnscreenedDocument(subject.unscreened, self._now(), device, _to_content(subject)))

    def keep_codes(self, subject: Subject) -> None:
        """Keep that these codes were read with the document that is kept under `subject.unscreened`."""
        self._records.unscreened.change(subject.unscreened, _to_content(subject))

    def discard(self, unscreened: str) -> None:
        """Forget it: the officer put it away, or it was read again."""
        self._records.unscreened.discard(unscreened)

    def waiting(self) -> list[WaitingSubject]:
        """What waits at this desk, oldest first: what it took, and what it takes over from desks that live no more."""
        today = self._now().date()
        return [
            WaitingSubject(_to_subject(document, today), document.at, document.device)
            for document in self._records.unscreened.take_over()
        ]

    def leave(self) -> None:
        """Leave this desk: what waits at it belongs to the next one."""
        self._records.unscreened.release()

    def delete_expired_unscreened(self, officer: Actor) -> int:
        """Delete what was kept for longer than the longest shift, which the journal then says; how many documents."""
        return self._records.unscreened.delete_expired_unscreened(self._now(), officer.number)


def _to_content(subject: Subject) -> UnscreenedContent:
    codes = tuple(map(MissingCode.of, subject.codes))
    first = subject.documents[0] if subject.documents else None
    if first is not None and first.raw and len(subject.documents) == 1:
        return UnscreenedContent(first.raw, first.capture, first.provenance, codes=codes)
    return UnscreenedContent(documents=subject.documents, traveller=subject.traveller, codes=codes)


def _to_subject(document: UnscreenedDocument, today: date) -> Subject:
    content = document.content
    codes = tuple(Barcode(Symbology.UNKNOWN, b"", code) for code in content.codes)
    if not content.zone:
        return Subject(content.documents, content.traveller, codes, unscreened=document.id)
    read = document_from_zone(content.zone, capture=content.capture, today=today, provenance=content.provenance)
    return replace(Subject.from_document(read, today), codes=codes, unscreened=document.id)
