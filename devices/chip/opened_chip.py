"""A chip that is open: opened once for its files, and again where it left its channel or must answer twice.

- Nothing is read or asked of a chip that is not open: it would refuse, and that would say nothing about its keys.
- What speaks against a chip counts only if it is found twice, the second time after the chip was opened anew. A lost,
  cut or repeated answer does not come twice.
- In the channel, the MAC shows that data came as the chip sent them. Without one, a file counts as it is if its digest
  is the signed one, or if it was read twice with the same result, the second time in another way.
"""

from collections.abc import Callable
from dataclasses import dataclass

from data.text import EMPTY, Message, _
from devices.chip.access_keys import AccessKey
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import Card
from devices.chip.errors import AccessRefused, ChannelBroken, ChipMalformed, ChipRefused, FileCut, ReadingStopped
from devices.chip.establish_access import AccessResult, establish_access
from devices.chip.file_reader import ChipFile, FileReader, ProgressListener, ReadMode
from devices.chip.random_source import RandomSource

_MOST_READINGS = 3
_OTHER_WAY = 128
"""Most bytes to ask for at a time when a file is read once more."""


@dataclass(frozen=True, slots=True)
class FileReadResult:
    """A file as it was read, or why it was not."""

    data: bytes = b""
    problem: Message = EMPTY
    is_denied: bool = False
    """Whether the chip says that it does not have or give it."""
    is_forbidden: bool = False
    """Whether the chip gives it only to terminals that its issuer authorised."""
    is_cut: bool = False
    """Whether the chip says that it ends before the length that it says."""

    @property
    def is_gap(self) -> bool:
        """Whether it shows nothing about the chip."""
        return not (self.data or self.is_denied or self.is_cut)

    def shows_the_same_as(self, other: "FileReadResult") -> bool:
        """Whether two readings say the same about the chip."""
        ours, theirs = ((each.data, each.is_denied, each.is_cut) for each in (self, other))
        return ours == theirs


IsRight = Callable[[bytes], bool]
"""Whether a file is right beyond doubt, so that it need not be read twice."""


class OpenedChip:
    """One chip on a reader, and what opens it."""

    def __init__(
        self, card: Card, key: AccessKey, mode: ReadMode, random_source: RandomSource, watcher: ProgressListener | None
    ) -> None:
        self._card = card
        self._key = key
        self._mode = mode
        self._random_source = random_source
        self._watcher = watcher
        self._files = FileReader(card, mode, watcher)
        self._access: AccessResult | None = None
        """How it was opened; None while it is not open."""

    def open(self) -> AccessResult:
        """Open the chip for the first time, or anew. Raises what `establish_access` raises; then it is not open."""
        if self._access or self._card.is_broken:
            self.close()
        self._access = establish_access(self._card, self._key, self._mode, self._random_source)
        self._files = FileReader(self._card, self._mode, self._watcher)
        return self._access

    def close(self) -> None:
        """Forget the channel, so that the chip is opened anew before it is used again."""
        self._card = self._card.fresh()
        self._access = None

    def card(self) -> Card:
        """The chip with a channel that works; opened again if it left the last one, or was closed."""
        if self._card.is_broken or self._access is None:
            self.close()
            self.open()
        return self._card

    def read(self, file: ChipFile, is_right: IsRight) -> FileReadResult:
        """A file.

        Raises:
            ChannelBroken if the chip leaves its channel, and what else `Card.send` raises.
        """
        result = self._read_once(file)
        if result.is_gap or self._card.is_protected or is_right(result.data):
            return result
        return self._read_again(file, result, is_right)

    def read_if_given(self, file: ChipFile) -> FileReadResult:
        """A file that few chips give; nothing of it, and no problem, if this one says that it does not give it.

        A chip may leave the channel over it. One that is not open is not asked.
        """
        if self._access is None or self._card.is_broken:
            return FileReadResult()
        try:
            return FileReadResult(self._files.read(file))
        except ChipRefused as refused:
            return FileReadResult(problem=EMPTY if refused.is_withheld else refused.what)
        except ChannelBroken as broken:
            return FileReadResult(problem=EMPTY if broken.is_forbidden else broken.what)
        except ChipMalformed as malformed:
            return FileReadResult(problem=malformed.what)

    def _read_again(self, file: ChipFile, first: FileReadResult, is_right: IsRight) -> FileReadResult:
        """The first result that is right or comes twice; a gap if there is none."""
        results = [first]
        while len(results) < _MOST_READINGS:
            self.close()
            if problem := self._problem_to_open():
                return FileReadResult(problem=problem)
            result = self._read_otherwise(file)
            if is_right(result.data) or any(result.shows_the_same_as(other) for other in results):
                return result
            results.append(result)
        return FileReadResult(problem=_("The chip gives {name} differently each time", name=file.name))

    def _read_once(self, file: ChipFile) -> FileReadResult:
        if problem := self._problem_to_open():
            return FileReadResult(problem=problem)
        return self._read_with(self._files, file)

    def _problem_to_open(self) -> Message:
        """Why the chip, which is still there, cannot be opened again; empty if it is open."""
        try:
            self.card()
        except (AccessRefused, ChannelBroken, ChipMalformed, ChipRefused) as problem:
            return problem.what
        return EMPTY

    def _read_otherwise(self, file: ChipFile) -> FileReadResult:
        card = self.card()
        read_limit, card.read_limit = card.read_limit, min(card.read_limit, _OTHER_WAY)
        try:
            return self._read_with(FileReader(card, ReadMode.CAUTIOUS), file)
        finally:
            card.read_limit = read_limit

    def _read_with(self, files: FileReader, file: ChipFile) -> FileReadResult:
        try:
            return FileReadResult(files.read(file))
        except (ChipRefused, ChipMalformed) as problem:
            if self._card.is_broken:
                raise
            return FileReadResult(
                problem=problem.what,
                is_denied=isinstance(problem, ChipRefused) and problem.is_withheld,
                is_forbidden=isinstance(problem, ChipRefused) and problem.is_withheld and problem.is_forbidden,
                is_cut=isinstance(problem, FileCut) or (isinstance(problem, ReadingStopped) and problem.is_at_end),
            )

    def confirm_proof(self, perform: Callable[[], AuthenticityCheck]) -> AuthenticityCheck:
        """The result of a proof; if it speaks against the chip, of the same proof after the chip was opened anew."""
        check = perform()
        if check.answer is not AuthenticityAnswer.FAIL:
            return check
        self.close()
        return perform()

    def confirm_access(
        self, access: AccessResult, judge: Callable[[AccessResult], AuthenticityCheck]
    ) -> AuthenticityCheck:
        """What the way in which the chip was opened shows; if it speaks against the chip, judged twice as well."""
        check = judge(access)
        if check.answer is not AuthenticityAnswer.FAIL:
            return check
        self.close()
        problem = self._problem_to_open()
        if problem or self._access is None:
            says = _("The chip could not be opened again to confirm what it said: {problem}", problem=problem)
            return AuthenticityCheck(check.name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD, says)
        again = judge(self._access)
        if again.answer is AuthenticityAnswer.PASS and again.reason is not AuthenticityReason.PROVED:
            says = _("The chip said something else when it was opened again")
            return AuthenticityCheck(check.name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD, says)
        return again
