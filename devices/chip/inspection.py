"""One chip from its first command to its reading: opened, read, asked for its proofs, judged.

- The order: list of files and signatures, zone, keys, details, picture; then active and chip authentication. Chip
  authentication comes last, so that a copy that cannot go on speaking costs nothing that was read (ADR 17).
- What the issuer signed says what should be there: a file it signed and the chip does not give is told, and a key it
  signed and the chip does not give is a failed proof.
- A file that is refused or malformed is noted and the rest is read; a line, a deadline or a channel that ends does end
  the reading.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from data.certificates.malformed import Malformed
from data.certificates.signed_data import SignedData
from data.certificates.trust_store import TrustStore
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument
from data.errors import InputError
from devices.chip.access_keys import AccessKey
from devices.chip.against_print import against_print
from devices.chip.authenticity import Answer, Check, Reason
from devices.chip.card import Card
from devices.chip.chance import FRESH, Chance
from devices.chip.contents import Contents, read_contents
from devices.chip.errors import ChannelBroken, ChipMalformed, ChipRefused
from devices.chip.file_reader import FileReader, Manner, Watcher
from devices.chip.files import COM, GROUPS, SOD, ChipFile
from devices.chip.lds.com import read_com
from devices.chip.lds.sod import read_security_object, read_sod
from devices.chip.passive_authentication import Expectation, authenticate, judge
from devices.chip.proofs.active import prove_actively
from devices.chip.proofs.chip import prove_chip
from devices.chip.proofs.mapping import judge_mapping
from devices.chip.proofs.offers import judge_offers
from devices.chip.reach import Reached, reach
from devices.chip.reading import ChipReading

_ORDER = (1, 14, 15, 11, 12, 7, 16, 2)
"""Data groups that are read, in turn; the picture last, since it takes longest."""
_ALWAYS = frozenset({1, 2})
_FINGERS = 3
"""Open on few chips, and asked for when all else is done: some chips leave the channel over it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a reading is made with."""

    key: AccessKey
    trust: TrustStore
    now: datetime
    """Timezone-aware."""
    printed: TravelDocument | None = None
    watcher: Watcher | None = None
    chance: Chance = FRESH


class Inspection:
    """One run over one chip."""

    def __init__(self, card: Card, question: Question, manner: Manner) -> None:
        self._card = card
        self._question = question
        self._manner = manner
        self._files = FileReader(card, manner, question.watcher)
        self._groups: dict[int, bytes] = {}
        self._unread: dict[str, str] = {}
        self._stages_ms: dict[str, float] = {}

    def run(self) -> ChipReading:
        """Open, read, prove, judge. Raises ChipError where the chip cannot be reached or spoken to any more."""
        with self._stage("access"):
            reached = reach(self._card, self._question.key, self._manner, self._question.chance)
        sod, com = self._file(SOD), self._file(COM)
        signed = _signed(sod)
        vouched = _vouched(signed)
        listed = _ALWAYS | vouched | _named(com)
        for number in _ORDER:
            if number in listed:
                self._group(number)
        contents = read_contents(self._groups, sod, com)
        with self._stage("proofs"):
            proofs = (self._complete(listed), *self._proofs(contents, reached, vouched))
        if _FINGERS in listed and self._fingers():
            contents = read_contents(self._groups, sod, com)
        with self._stage("judging"):
            return self._judged(contents, reached, proofs, signed)

    def _group(self, number: int) -> None:
        if data := self._file(GROUPS[number]):
            self._groups[number] = data

    def _file(self, file: ChipFile) -> bytes:
        with self._stage(file.name):
            try:
                return self._files.read(file)
            except (ChipRefused, ChipMalformed) as problem:
                if self._card.is_broken:
                    raise
                self._unread[file.name] = problem.what
                return b""

    def _complete(self, listed: frozenset[int]) -> Check:
        """Whether all was read that the issuer signed and this kit reads. Every chip has DG1 and DG2."""
        missing = [GROUPS[number].name for number in _ORDER if number in listed and number not in self._groups]
        if missing:
            says = f"The chip does not give what should be on it: {', '.join(missing)}."
            return Check("complete", Answer.NOT_DONE, Reason.UNREAD, says)
        return Check("complete", Answer.PASS, Reason.SOUND, "All that should be on the chip was read.")

    def _fingers(self) -> bool:
        """Whether the fingerprints were read. A chip that refuses, or leaves the channel over them, does right."""
        try:
            self._groups[_FINGERS] = self._files.read(GROUPS[_FINGERS])
        except (ChipRefused, ChipMalformed, ChannelBroken):
            return False
        return True

    def _proofs(self, contents: Contents, reached: Reached, vouched: frozenset[int]) -> tuple[Check, ...]:
        checks = [judge_offers(reached.offered, contents.dg14)]
        if reached.with_proof:
            checks.append(judge_mapping(reached.proof, reached.card_security, self._question.trust, self._question.now))
        checks.append(self._active(contents, vouched))
        checks.append(self._chip(contents, vouched))
        return tuple(checks)

    def _active(self, contents: Contents, vouched: frozenset[int]) -> Check:
        if contents.dg15 is None:
            return self._no_key("active", 15, vouched)
        try:
            return prove_actively(self._card, contents.dg15, contents.dg14, self._question.chance)
        except ChannelBroken as broken:
            if broken.status is None:
                raise
            return Check("active", Answer.FAIL, Reason.PROOF_WITHHELD, f"{broken.what}, when it was asked to sign.")

    def _chip(self, contents: Contents, vouched: frozenset[int]) -> Check:
        if contents.dg14 is None:
            return self._no_key("chip", 14, vouched)
        if self._card.is_broken:
            says = "Not asked for, because the chip had left the channel."
            return Check("chip", Answer.NOT_DONE, Reason.NOT_REACHED, says)
        return prove_chip(self._card, contents.dg14, self._question.chance)

    def _no_key(self, name: str, number: int, vouched: frozenset[int]) -> Check:
        """A key that EF.COM alone names, which nobody signed, was promised by nobody; that it is missing is told."""
        file = GROUPS[number].name
        if number not in vouched:
            return Check(
                name, Answer.NOT_DONE, Reason.NOT_OFFERED, f"The chip has no {file}, so it offers no such proof."
            )
        says = f"The issuer put the chip's own key into {file}, which the chip does not give as it should."
        return Check(name, Answer.FAIL, Reason.PROOF_WITHHELD, says)

    def _judged(
        self, contents: Contents, reached: Reached, proofs: tuple[Check, ...], signed: SignedData | None
    ) -> ChipReading:
        document = _document(contents, self._question.now)
        issued = contents.dg12.issued.whole if contents.dg12 and contents.dg12.issued else None
        expectation = Expectation(document.issuer if document else "", issued)
        given = contents.groups, self._question.trust, self._question.now, expectation
        passive = judge(signed, *given) if signed else authenticate(contents.sod, *given)
        printed = self._question.printed
        return ChipReading(
            reached.access,
            contents,
            document,
            passive,
            proofs,
            self._unread,
            against_print(document, printed) if document and printed else (),
            self._stages_ms,
        )

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self._stages_ms[name] = 1000 * (perf_counter() - start)


def _signed(sod: bytes) -> SignedData | None:
    try:
        return read_sod(sod)
    except Malformed:
        return None


def _vouched(signed: SignedData | None) -> frozenset[int]:
    """Data groups that the issuer signed."""
    with suppress(Malformed):
        if signed is not None:
            return frozenset(read_security_object(signed.content).digests)
    return frozenset()


def _named(com: bytes) -> frozenset[int]:
    """Data groups that EF.COM says are there."""
    with suppress(Malformed):
        return frozenset(read_com(com).groups)
    return frozenset()


def _document(contents: Contents, now: datetime) -> TravelDocument | None:
    if contents.dg1 is None:
        return None
    try:
        return parse_mrz(contents.dg1.mrz, capture=Capture.MACHINE, today=now.date())
    except InputError:
        return None
