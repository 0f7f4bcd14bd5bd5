"""Proving by staff card who somebody is: their card is in the kit's reader, and what they typed is the PIN of the card.

The reader is opened for each proof and closed after it: what holds a PIN ends, and the reader is free for others.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from data.people.card_proof import CardChallenges
from devices.staff_card.card_proving import prove_by_card
from devices.staff_card.card_reader import StaffCardReader

LOOK_S = 1.0
"""For a card to be seen, once the reader is open."""


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """Whose card is asked, and what for."""

    number: str
    fingerprint: str
    """Of the key that the roster names."""
    purpose: str


@dataclass
class CardTry:
    """One try that was counted before anything was asked."""

    was_asked: bool = False
    """Whether the PIN went to the card."""

    def begin(self, _number: str) -> None:
        """From now on the card may have the PIN."""
        self.was_asked = True

    def succeed(self, _number: str) -> None:
        """It was right; whoever counted it takes it back."""


class CardSignIn:
    """The kit's reader of staff cards, as far as signing in needs it::

    cards = CardSignIn(lambda: registry.staff_card_reader(url, context), "north-1", now)
    if cards.prove(question, pin, CardTry()):
        ...
    """

    def __init__(self, make_reader: Callable[[], StaffCardReader], kit: str, now: Callable[[], datetime]) -> None:
        self._make_reader = make_reader
        self._challenges = CardChallenges(kit, now)

    def prove(self, question: CardQuestion, pin: str, counted: CardTry) -> bool:
        """Whether the card and its PIN are right. Not for the thread of an event loop.

        Raises:
            DeviceFault: the reader or the card gave no proof. Unless `counted` was asked, there is no card of this
                person, or the reader cannot be used.
        """
        return asyncio.run(self._prove(question, pin, counted))

    async def _prove(self, question: CardQuestion, pin: str, counted: CardTry) -> bool:
        reader = self._make_reader()
        try:
            await reader.open()
            await reader.card(LOOK_S)
            challenge = self._challenges.issue(question.number, question.purpose)
            return await prove_by_card(reader, self._challenges, counted, challenge, question.fingerprint, pin)
        finally:
            await reader.close()
