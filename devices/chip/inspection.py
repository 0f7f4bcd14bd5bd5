"""Reads one chip within a deadline: opens it, reads its files, asks for its proofs, judges all of it.

- The deadline is kept even if the chip, the reader or its driver stalls.
- The order: list of files and signatures, zone, keys, details, picture; then active and chip authentication. Chip
  authentication comes last, because a copy cannot continue after it, and everything else has been read (ADR 17).
- The issuer's signature says which files there should be: if the chip does not give a file that was signed, that is
  reported; if it refuses a key that was signed, the proof has failed. A key that could not be read in full proves
  nothing.
- If the chip leaves the channel over a proof, it is opened again before the proof is asked for in another form. What
  speaks against the chip must be found twice (`devices.chip.opened_chip`).
- If a file is refused or malformed, that is noted and the other files are read. If the transport, the deadline or the
  channel ends, the reading ends.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Thread
from time import perf_counter

from data.certificates.malformed import Malformed
from data.certificates.signed_data import SignedData
from data.certificates.trust_store import TrustStore
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument
from data.errors import InputError
from data.text import EMPTY, Message, _, join
from devices.chip.access_keys import AccessKey
from devices.chip.apdu import MOST_EXPECTED, SHORT_EXPECTED
from devices.chip.authentication.active_authentication import perform_active_authentication
from devices.chip.authentication.chip_authentication import perform_chip_authentication
from devices.chip.authentication.pace_checks import judge_pace_mapping, judge_pace_offers
from devices.chip.authentication.passive_authentication import DocumentExpectation, judge_chip_files, judge_signed_data
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.errors import ChannelBroken
from devices.chip.establish_access import AccessResult
from devices.chip.file_reader import COM, DATA_GROUPS, SOD, ChipFile, ProgressListener, ReadMode
from devices.chip.lds.com import read_com
from devices.chip.lds.sod import SecurityObject, read_security_object, read_sod
from devices.chip.opened_chip import IsRight, OpenedChip
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource
from devices.chip.reading import ChipContents, ChipReading, compare_with_print, read_contents
from devices.chip.recording.transports import random_source_for
from devices.ports import Transport

_ORDER = (1, 14, 15, 11, 12, 7, 16, 2)
"""Data groups in the order in which they are read; the picture last, because it takes longest."""
_ALWAYS = frozenset({1, 2})
_MANNERS = (
    (ReadMode.SWIFT, MOST_EXPECTED),
    (ReadMode.CAUTIOUS, SHORT_EXPECTED),
    (ReadMode.CAUTIOUS, 160),
    (ReadMode.CAUTIOUS, 96),
)
"""How a chip is read, and how many bytes at most are asked for at a time, if it leaves the channel over the one before.
Chips that give at most 160 bytes are known."""
_FINGERS = 3
"""Few chips give it, and some leave the channel when they are asked, so it is read last."""


@dataclass(frozen=True, slots=True)
class ChipReadRequest:
    """The inputs of a reading."""

    key: AccessKey
    trust: TrustStore
    now: datetime
    """Timezone-aware."""
    printed: TravelDocument | None = None
    watcher: ProgressListener | None = None
    random_source: RandomSource = SYSTEM_RANDOM


_LOCKED = _(
    "The chip opened, but gives its files only to terminals that its issuer authorised, as many identity cards do; "
    "judge the document by its print"
)


class Inspection:
    """One reading of one chip."""

    def __init__(self, card: Card, request: ChipReadRequest, mode: ReadMode) -> None:
        self._request = request
        self._chip = OpenedChip(card, request.key, mode, request.random_source, request.watcher)
        self._groups: dict[int, bytes] = {}
        self._unread: dict[str, Message] = {}
        self._refused: set[str] = set()
        """Names of files that the chip says it does not have or give."""
        self._forbidden: set[str] = set()
        """Names of files that the chip gives only to terminals that its issuer authorised."""
        self._cut: set[str] = set()
        """Names of files that end before the length that they say, as the chip itself answers."""
        self._stages_ms: dict[str, float] = {}

    def run(self) -> ChipReading:
        """Open, read, prove, judge. Raises ChipError if the chip is gone or stops answering."""
        with self._stage("access"):
            access_result = self._chip.open()
        sod, com = self._read_file(SOD, _is_never_right), self._read_file(COM, bool)
        signed = _read_signed_data(sod)
        digests = _signed_digests(signed)
        signed_groups = frozenset(digests.digests) if digests else frozenset()
        listed = _ALWAYS | signed_groups | _listed_groups(com)
        for number in _ORDER:
            if number in listed:
                self._read_group(number, digests)
        contents = self._parse(sod, com)
        with self._stage("proofs"):
            complete = self._check_completeness(listed, contents)
            proofs = (complete, *self._check_proofs(contents, access_result, signed_groups))
        if _FINGERS in listed and self._read_fingers():
            contents = self._parse(sod, com)
        with self._stage("judging"):
            return self._judge(contents, access_result, proofs, signed)

    def _parse(self, sod: bytes, com: bytes) -> ChipContents:
        """What was read; a DG1 that is not a zone is noted as a fault."""
        contents = read_contents(self._groups, sod, com)
        _document, problem = _parse_document(contents, self._request.now)
        return replace(contents, faults={**contents.faults, DATA_GROUPS[1].name: problem}) if problem else contents

    def _read_group(self, number: int, digests: SecurityObject | None) -> None:
        def is_right(data: bytes) -> bool:
            return digests is not None and digests.holds(number, data)

        if data := self._read_file(DATA_GROUPS[number], is_right):
            self._groups[number] = data

    def _read_file(self, file: ChipFile, is_right: IsRight) -> bytes:
        with self._stage(file.name):
            result = self._chip.read(file, is_right)
        if result.problem:
            self._unread[file.name] = result.problem
        if result.is_denied:
            self._refused.add(file.name)
        if result.is_forbidden:
            self._forbidden.add(file.name)
        if result.is_cut:
            self._cut.add(file.name)
        return result.data

    def _check_completeness(self, listed: frozenset[int], contents: ChipContents) -> AuthenticityCheck:
        """Whether everything was read and understood that the issuer signed and this kit reads.

        Every chip has DG1 and DG2.
        """
        names = [DATA_GROUPS[number].name for number in _ORDER if number in listed]
        missing = [name for name in names if name in self._unread]
        unclear = {name: contents.faults[name] for name in names if name in contents.faults}
        problems = []
        if self._is_locked:
            return AuthenticityCheck("complete", AuthenticityAnswer.NOT_DONE, AuthenticityReason.FORBIDDEN, _LOCKED)
        if missing:
            problems.append(_("The chip does not give all its files: {files}", files=", ".join(missing)))
        if unclear:
            problems.append(_describe_unclear(unclear))
        if not problems:
            return AuthenticityCheck(
                "complete",
                AuthenticityAnswer.PASS,
                AuthenticityReason.SOUND,
                _("Everything that should be on the chip was read"),
            )
        reason = AuthenticityReason.UNREAD if missing else AuthenticityReason.NOT_UNDERSTOOD
        return AuthenticityCheck("complete", AuthenticityAnswer.NOT_DONE, reason, join(problems, "; "))

    @property
    def _is_locked(self) -> bool:
        """Whether the chip gives this kit nothing, not even the signature. One that gives a part withholds the rest."""
        return not self._groups and {SOD.name, DATA_GROUPS[1].name} <= self._forbidden

    def _read_fingers(self) -> bool:
        """Whether the fingerprints were read. A chip may withhold them, or leave the channel over them."""
        file = DATA_GROUPS[_FINGERS]
        result = self._chip.read_if_given(file)
        if result.problem:
            self._unread[file.name] = result.problem
        if result.data:
            self._groups[_FINGERS] = result.data
        return bool(result.data)

    def _check_proofs(
        self, contents: ChipContents, access_result: AccessResult, signed_groups: frozenset[int]
    ) -> tuple[AuthenticityCheck, ...]:
        checks = [
            self._chip.confirm_access(
                access_result, lambda access: judge_pace_offers(access.offered, contents.dg14, access.offers_unread)
            )
        ]
        if access_result.has_mapping_proof:
            checks.append(self._chip.confirm_access(access_result, self._judge_mapping))
        checks.append(self._check_active(contents, signed_groups))
        checks.append(self._check_chip(contents, signed_groups))
        return tuple(checks)

    def _judge_mapping(self, access: AccessResult) -> AuthenticityCheck:
        request = self._request
        if not access.has_mapping_proof:
            says = _("The chip did not offer PACE-CAM again, so its proof could not be confirmed")
            return AuthenticityCheck("mapping", AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE, says)
        return judge_pace_mapping(
            access.proof, access.card_security, request.trust, request.now, access.card_security_unread
        )

    def _check_active(self, contents: ChipContents, signed_groups: frozenset[int]) -> AuthenticityCheck:
        dg15 = contents.dg15
        if dg15 is None:
            return self._missing_key_check("active", 15, contents, signed_groups)
        return self._chip.confirm_proof(
            lambda: perform_active_authentication(self._chip.card, dg15, contents.dg14, self._request.random_source)
        )

    def _check_chip(self, contents: ChipContents, signed_groups: frozenset[int]) -> AuthenticityCheck:
        dg14 = contents.dg14
        if dg14 is None:
            return self._missing_key_check("chip", 14, contents, signed_groups)
        return self._chip.confirm_proof(
            lambda: perform_chip_authentication(self._chip.card, dg14, self._request.random_source)
        )

    def _missing_key_check(
        self, name: str, number: int, contents: ChipContents, signed_groups: frozenset[int]
    ) -> AuthenticityCheck:
        """FAIL if the chip refuses a key that the issuer signed; NOT_DONE if only the unsigned EF.COM names it, or if
        it was not read in full or cannot be parsed.
        """
        file = DATA_GROUPS[number].name
        if number not in signed_groups:
            return AuthenticityCheck(
                name,
                AuthenticityAnswer.NOT_DONE,
                AuthenticityReason.NOT_OFFERED,
                _("The chip has no {file}, so it does not offer this proof", file=file),
            )
        if file not in self._refused:
            problem = contents.faults.get(file) or self._unread.get(file, EMPTY)
            says = _("The chip's own key in {file} could not be read: {problem}", file=file, problem=problem)
            return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE, says)
        says = _("The issuer signed the chip's own key in {file}, but the chip does not give it", file=file)
        return AuthenticityCheck(name, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD, says)

    def _judge(
        self,
        contents: ChipContents,
        access_result: AccessResult,
        proofs: tuple[AuthenticityCheck, ...],
        signed: SignedData | None,
    ) -> ChipReading:
        document, _problem = _parse_document(contents, self._request.now)
        issued = contents.dg12.issued.whole if contents.dg12 and contents.dg12.issued else None
        expectation = DocumentExpectation(document.issuer if document else "", issued, document)
        evidence = contents.groups, self._request.trust, self._request.now, expectation
        is_wrong = SOD.name in self._refused | self._cut and not self._is_locked
        unread = EMPTY if is_wrong else self._unread.get(SOD.name, EMPTY)
        passive = judge_signed_data(signed, *evidence) if signed else judge_chip_files(contents.sod, *evidence, unread)
        printed = self._request.printed
        return ChipReading(
            access_result.access,
            contents,
            document,
            passive,
            proofs,
            self._unread,
            compare_with_print(document, printed) if document and printed else (),
            self._stages_ms,
        )

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self._stages_ms[name] = 1000 * (perf_counter() - start)


def read_chip(
    transport: Transport,
    key: AccessKey,
    trust: TrustStore,
    *,
    deadline: Deadline,
    now: datetime,
    printed: TravelDocument | None = None,
    watcher: ProgressListener | None = None,
    random_source: RandomSource | None = None,
) -> ChipReading:
    """Read and judge the chip on `transport`.

    The reading runs in a thread of its own, which also calls `watcher`. If `deadline` ends while the transport stalls,
    that thread is left behind, and the transport must not be used again. `now` is timezone-aware; `printed` is the
    document as its print was read; `random_source` is for recordings only: a replayed chip has its own, and any other
    chip gets fresh numbers.

    Raises:
        ChipError: a subclass of it (`devices.chip.errors`), by what the officer can do.
    """
    request = ChipReadRequest(key, trust, now, printed, watcher, random_source or random_source_for(transport))
    future: Future[ChipReading] = Future()

    def work() -> None:
        try:
            future.set_result(_inspect(BoundedTransport(transport, deadline), request))
        except BaseException as problem:
            future.set_exception(problem)

    Thread(target=work, name="chip reading", daemon=True).start()
    return deadline.wait(future)


def _read_signed_data(sod: bytes) -> SignedData | None:
    try:
        return read_sod(sod)
    except Malformed:
        return None


def _signed_digests(signed: SignedData | None) -> SecurityObject | None:
    """The digests of the data groups that the issuer signed."""
    with suppress(Malformed):
        if signed is not None:
            return read_security_object(signed.content)
    return None


def _is_never_right(data: bytes) -> bool:
    """For a file whose bytes nothing else confirms."""
    return False


def _listed_groups(com: bytes) -> frozenset[int]:
    """Data groups that EF.COM says are there."""
    with suppress(Malformed):
        return frozenset(read_com(com).groups)
    return frozenset()


def _parse_document(contents: ChipContents, now: datetime) -> tuple[TravelDocument | None, Message]:
    """DG1 as a document; else None, and why it is not a zone if it was read."""
    if contents.dg1 is None:
        return None, EMPTY
    try:
        return parse_mrz(contents.dg1.mrz, capture=Capture.MACHINE, today=now.date()), EMPTY
    except InputError as problem:
        return None, problem.what


def _describe_unclear(faults: Mapping[str, Message]) -> Message:
    problems = join([_("{file} ({problem})", file=name, problem=why) for name, why in faults.items()], ", ")
    return _("This kit does not understand what was read: {problems}", problems=problems)


def _inspect(transport: BoundedTransport, request: ChipReadRequest) -> ChipReading:
    """Read in swift mode; again in cautious mode if the chip leaves the channel because of a command.

    If it leaves the channel because of a length, it is read again with shorter ones.
    """
    for mode, read_limit in _MANNERS[:-1]:
        try:
            return Inspection(Card(transport, read_limit), request, mode).run()
        except ChannelBroken as broken:
            if broken.status is None or (mode is ReadMode.CAUTIOUS and not broken.status.refuses_length):
                raise
    mode, read_limit = _MANNERS[-1]
    return Inspection(Card(transport, read_limit), request, mode).run()
