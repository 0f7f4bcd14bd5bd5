"""One attempt to have a chip prove itself, and what it shows: an answer, a refusal, or nothing about the chip's keys.

- A chip is never judged by one form of a command: it may accept another one. Only an answer of full length that is
  wrong, or a refusal in every form, says something about its keys; anything else is a gap.
- Which status words are refusals is decided in `devices.chip.status`.
- A chip that leaves the encrypted channel over a form is opened again before the next one. Without a channel that
  works, nothing is asked: the chip would refuse because it is closed.
- What the attempts show against a chip counts once it has been shown twice (`devices.chip.opened_chip`).
- A wrong MAC ends the reading as it does anywhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from data.text import EMPTY, Message, _
from devices.chip.apdu import SHORT_EXPECTED, CommandApdu, ResponseApdu
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import Card
from devices.chip.errors import (
    AccessRefused,
    ChannelBroken,
    ChipError,
    ChipMalformed,
    ChipRefused,
    ChipSlow,
    ReadingCancelled,
    WrongMac,
)
from devices.chip.status import StatusKind, StatusWord

CardSource = Callable[[], Card]
"""The chip with a channel that works; opened again if it left the last one. Raises ChipError if that fails."""


@dataclass(slots=True)
class ProofAttempts:
    """What the attempts have shown so far."""

    card_source: CardSource
    refusals: list[StatusWord] = field(default_factory=list)
    gaps: list[Message] = field(default_factory=list)
    """Why attempts showed nothing."""

    def card(self) -> Card | None:
        """The chip for the next attempt; None, and a gap, if it cannot be opened again."""
        try:
            return self.card_source()
        except (AccessRefused, ChannelBroken, ChipMalformed, ChipRefused) as problem:
            self.gaps.append(_("the chip could not be opened again: {problem}", problem=problem.what))
            return None

    def send(self, card: Card, command: CommandApdu) -> ResponseApdu | None:
        """The response, whatever its status; None if there was none, and the gap is noted.

        A reader may not support extended lengths. Where they did not work before, its failure is a gap as well.

        Raises:
            WrongMac, ChipGone, ChipSlow, ReadingCancelled and what else `Card.send` raises.
        """
        may_fail = command.is_extended and card.response_limit == SHORT_EXPECTED
        try:
            return card.send(command)
        except (WrongMac, ChipSlow, ReadingCancelled):
            raise
        except ChannelBroken as broken:
            if broken.status is None:
                self.gaps.append(broken.what)
                return None
            return ResponseApdu(b"", broken.status)
        except ChipError as problem:
            if not (may_fail or isinstance(problem, ChipMalformed)):
                raise
            self.gaps.append(problem.what)
            return None

    def note_refusal(self, status: StatusWord) -> None:
        """A refusal; a gap if the status is not about the proof."""
        self._note(status, counts=status.refuses_proof)

    def note_unused_keys(self, status: StatusWord) -> None:
        """The same for the first answer after the chip agreed on new keys, if it does not use them."""
        self._note(status, counts=status.refuses_channel)

    def note_lost_step(self, status: StatusWord) -> None:
        """A gap: the chip does not remember the step before."""
        self._note(status, counts=False)

    def _note(self, status: StatusWord, *, counts: bool) -> None:
        if status.kind is StatusKind.NO_STATUS:
            self.gaps.append(_("the chip's answer is not a status word"))
        elif counts:
            self.refusals.append(status)
        else:
            self.gaps.append(status.says)

    @property
    def every_form_refused(self) -> bool:
        """Whether the chip refused each attempt."""
        return bool(self.refusals) and not self.gaps

    @property
    def first_refusal(self) -> Message:
        """What the chip says to its first refusal."""
        return self.refusals[0].says if self.refusals else EMPTY

    def gap_check(self, name: str) -> AuthenticityCheck:
        """NOT_DONE: the attempts do not show whether the chip has its key."""
        says = _("The chip's proof was not received in full: {problem}", problem=self.gaps[0])
        return AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE, says)
