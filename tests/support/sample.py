"""Invented travellers, findings and lists for the tests of this folder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.answer.wording import CLEAR_ADVICE
from appliance.screening.check_ports import ReadState
from appliance.screening.result import ScreeningResult
from data.documents.travel_document import Capture, CheckDigit, MrzFormat, MrzName, TravelDocument
from data.errors import StoreError
from data.journal.unscreened import UnscreenedDocument
from data.lists.edition import Edition
from data.lists.rows import Row, to_row_bytes
from data.lists.storage.immutable_files import ArrayFile
from data.people.staff import Actor
from data.persons.person import PartialDate
from data.screenings import (
    Band,
    Decision,
    DocumentMatch,
    Evidence,
    Finding,
    Grade,
    PersonCandidate,
    Screening,
    State,
    Traveller,
    Verdict,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ADA = Traveller("SAMPLE", "ADA", birth=PartialDate(1990, 2, 3))
"""The holder of `document()`."""


def document(**changes: Any) -> TravelDocument:
    fields: dict[str, Any] = {
        "code": "P",
        "issuer": "UTO",
        "number": "L1234567A",
        "name": MrzName("SAMPLE", "ADA"),
        "birth": PartialDate(1990, 2, 3),
        "expiry": PartialDate(2030, 1, 1),
        "format": MrzFormat.TD3,
        "raw": "P<UTO…",
        "digits": tuple(CheckDigit(name, "1", "1", True) for name in ("number", "birth", "expiry", "composite")),
        "capture": Capture.MACHINE,
    }
    return TravelDocument(**(fields | changes))


def screening(*documents: TravelDocument, traveller: Traveller | None = ADA) -> Screening:
    return Screening(documents or (document(),), traveller, NOW, "officer-1")


def finding(state: State = State.PASS, check: str = "mrz", **changes: Any) -> Finding:
    return Finding(check, state, changes.pop("reason", "r"), changes.pop("says", "Something"), **changes)


def match(grade: Grade = Grade.EXACT, *, certain: bool = True) -> DocumentMatch:
    return DocumentMatch("sltd", grade, "L1234567A", "UTO", "PAS", "stolen", certain=certain)


def candidate(band: Band = Band.STRONG, action: str = "detain", name: str = "SAMPLE ADA") -> PersonCandidate:
    return PersonCandidate("wanted", "W-1", band, 9.0, name, name, "primary", action, "red", "NCB", "")


def documents_hit(*matches: DocumentMatch, state: State = State.HIT) -> Finding:
    return finding(state, "documents:sltd", evidence=Evidence(matches=matches))


def persons_hit(*candidates: PersonCandidate, state: State = State.HIT) -> Finding:
    return finding(state, "persons:wanted", evidence=Evidence(candidates=candidates))


def result(verdict: Verdict, *findings: Finding) -> ScreeningResult:
    return ScreeningResult(screening(), verdict, findings, "", "", CLEAR_ADVICE, 1, 1.0, complete=True)


@dataclass
class Asked:
    """A check that answers what it is told to."""

    answer: Callable[[], Finding]
    name: str = "mrz"
    mandatory: bool = True

    def run(self, screening: Screening) -> Finding:
        return self.answer()


@dataclass
class Notebook:
    """A journal in memory that can be made to fail."""

    revisions: list[tuple[int, Verdict, tuple[Finding, ...]]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    acts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    failures: int = 0
    unrecorded: int = 0
    unscreened: list[str] = field(default_factory=list)
    """What each revision took from the documents that wait."""
    waiting: dict[str, UnscreenedDocument] = field(default_factory=dict)

    def count_unrecorded(self) -> None:
        self.unrecorded += 1

    def record_screening(
        self,
        screening: Screening,
        findings: Sequence[Finding],
        verdict: Verdict,
        revision: int,
        *,
        unscreened: str = "",
    ) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreError("The disk is full")
        self.revisions.append((revision, verdict, tuple(findings)))
        self.unscreened.append(unscreened)
        self.waiting.pop(unscreened, None)

    def record_decision(
        self,
        screening: Screening,
        decision: Decision,
        at: datetime,
        person: Actor,
        *,
        second: Actor | None = None,
        reason: str = "",
    ) -> None:
        facts = {"person": person.number, "second": second.number if second else "", "reason": reason}
        self.decisions.append({"decision": decision, **facts})

    def record(
        self, kind: str, at: datetime, person: str, outcome: str, detail: dict[str, Any], screening: str | None = None
    ) -> None:
        self.acts.append((kind, outcome, detail))


def edition(name: str = "sltd", version: int = 1, *, age: timedelta = timedelta(hours=3)) -> Edition:
    return Edition(name, "documents", version, NOW - age, NOW - age, digest=version)


@dataclass
class PaperList:
    """A list in memory; `error` is raised when it is read."""

    name: str = "sltd"
    edition: Edition | None = field(default_factory=edition)
    content: Mapping[bytes, bytes] = field(default_factory=dict)
    error: Exception | None = None
    needs_repair: bool = False
    locked_reason: str = ""
    is_emptied: bool = False

    def read_state(self) -> ReadState:
        with self.read() as view:
            return ReadState(view.edition, self.needs_repair)

    def withheld(self, edition: Edition) -> str:
        return self.locked_reason

    def needs_approval(self, edition: Edition) -> bool:
        return self.is_emptied

    def base(self) -> None:
        """None: all of it is what changed since."""

    def index_file(self, base: str, form: str) -> ArrayFile:
        raise AssertionError("a list without a base has nothing beside it")

    def base_rows(self) -> Iterator[Row]:
        return iter(())

    def changes(self) -> tuple[Sequence[Row], Sequence[bytes]]:
        return tuple(self.rows()), ()

    def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        return {key: self.content[key] for key in keys if key in self.content}

    def find(self, keys: NDArray[np.uint64]) -> Mapping[int, int]:
        found = self.get_many(to_row_bytes(keys))
        return {int.from_bytes(key, "big"): int.from_bytes(body, "big") for key, body in found.items()}

    def prepare(self) -> None:
        if self.error:
            raise self.error

    def rows(self) -> Iterator[Row]:
        return (Row(key, body) for key, body in self.content.items())

    @contextmanager
    def read(self) -> Iterator["PaperList"]:
        if self.error:
            raise self.error
        yield self
