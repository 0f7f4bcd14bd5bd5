"""The order in which sign-in asks a card, so that a wrong PIN of a card counts like any other wrong PIN.

Not every card locks (softhsm2 never does), and cards that do would let somebody try three PINs on each of ten of
them. So a try is counted durably before the PIN goes to the card, and is right only by a proof that verifies. What
needs no PIN (is a card there, is it this person's, is it locked) is settled before anything is counted.
"""

from typing import Protocol

from data.people.card_proof import CardChallenge, CardChallenges
from devices.staff_card.card_reader import CardFault, CardPinState, CardProblem, StaffCardReader

SIGN_WITHIN_S = 20.0
"""A slow card with an RSA key takes two or three seconds."""
_WITHOUT_TRY = {CardPinState.LOCKED: CardProblem.PIN_LOCKED, CardPinState.NOT_SET: CardProblem.NOT_SET_UP}


class CardTries(Protocol):
    """The tries of people, as sign-in keeps them."""

    def begin(self, number: str) -> None:
        """Count a try of this person durably, before it is made. Raises what sign-in raises where they are locked."""

    def succeed(self, number: str) -> None:
        """The try that was counted last was right."""


async def prove_by_card(
    reader: StaffCardReader,
    challenges: CardChallenges,
    tries: CardTries,
    challenge: CardChallenge,
    fingerprint: str,
    pin: str,
) -> bool:
    """Whether the person of `challenge`, whose card the roster has as `fingerprint`, proved to be here.

    Count first, then ask::

        challenge = challenges.issue(person.number, "sign-in")
        if await prove_by_card(reader, challenges, tries, challenge, person.credential.card, pin):
            ...

    Once the PIN has gone to the card, the try stays counted whatever comes, a card that is pulled out included: else
    whoever pulls it out in time tries for ever. False: the proof is not right, or late; it stays counted as well.

    Raises:
        CardFault: NO_CARD, SEVERAL_CARDS, NOT_SET_UP, OTHER_CARD, NO_KEY, PIN_LOCKED, and nothing was counted;
            WRONG_PIN, LAST_TRY and the others, and the try is counted.
        DeviceFault: NOT_OPEN, BUSY. Whatever `tries.begin` raises: then the card was not asked.
    """
    presence = reader.presence()
    if isinstance(presence, CardFault):
        raise CardFault(presence.problem)
    if presence is None:
        raise CardFault(CardProblem.NO_CARD)
    if not fingerprint or not presence.has_key(fingerprint):
        raise CardFault(CardProblem.OTHER_CARD if presence.keys else CardProblem.NO_KEY)
    if presence.pin_state in _WITHOUT_TRY:
        raise CardFault(_WITHOUT_TRY[presence.pin_state])
    tries.begin(challenge.number)
    proof = await reader.sign(fingerprint, challenge.encode(), pin, SIGN_WITHIN_S)
    if not challenges.accept(challenge, proof, fingerprint):
        return False
    tries.succeed(challenge.number)
    return True
