"""A wrong PIN of a card counts like any other wrong PIN: counted first, then asked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.errors import Denied
from data.people.card_proof import CardChallenges
from data.text import join
from devices import registry
from devices.faults import DeviceFault
from devices.staff_card.card_proving import prove_by_card
from devices.staff_card.card_reader import CardFault, CardProblem, InsertedCard
from tests.contract.benches.staff_cards import SimulatedCardBench
from tests.support.card_tokens import PIN, WRONG_PIN

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


@dataclass
class Tries:
    """Counts as sign-in does; refuses after three."""

    counted: list[str] = field(default_factory=list)
    most: int = 3

    def begin(self, number: str) -> None:
        if len(self.counted) >= self.most:
            raise Denied(join(["locked"]))
        self.counted.append(number)

    def succeed(self, number: str) -> None:
        self.counted.clear()


@pytest.fixture
def bench(tmp_path: Path) -> SimulatedCardBench:
    return SimulatedCardBench(tmp_path)


async def prove(
    bench: SimulatedCardBench,
    tries: Tries,
    pin: str,
    *,
    fingerprint: str | None = None,
    challenges: CardChallenges | None = None,
) -> bool:
    reader = registry.staff_card_reader(bench.url, bench.context)
    challenges = challenges or CardChallenges("kit-1", lambda: NOW)
    await reader.open()
    try:
        card = reader.presence()
        known = card.keys[0].fingerprint if isinstance(card, InsertedCard) and card.keys else "0" * 64
        challenge = challenges.issue("4711", "sign-in")
        return await prove_by_card(
            reader, challenges, tries, challenge, known if fingerprint is None else fingerprint, pin
        )
    finally:
        await reader.close()


async def test_the_right_pin_clears_the_count(bench: SimulatedCardBench) -> None:
    tries = Tries(["4711"])
    bench.insert()
    assert await prove(bench, tries, PIN)
    assert tries.counted == []


@pytest.mark.parametrize("problem", [CardProblem.PULLED_OUT, CardProblem.MODULE_CRASHED, CardProblem.WRONG_PIN])
async def test_whatever_follows_the_pin_stays_counted(bench: SimulatedCardBench, problem: CardProblem) -> None:
    tries = Tries()
    bench.insert(*([] if problem is CardProblem.WRONG_PIN else [problem]))
    with pytest.raises(CardFault) as fault:
        await prove(bench, tries, WRONG_PIN if problem is CardProblem.WRONG_PIN else PIN)
    assert fault.value.problem is problem and tries.counted == ["4711"]


@pytest.mark.parametrize("problem", [CardProblem.NO_KEY, CardProblem.NOT_SET_UP, CardProblem.SEVERAL_CARDS, None])
async def test_what_needs_no_pin_is_settled_before_a_try_is_counted(
    bench: SimulatedCardBench, problem: CardProblem | None
) -> None:
    tries = Tries()
    if problem is not None:
        bench.insert(problem)
    with pytest.raises(CardFault) as fault:
        await prove(bench, tries, PIN)
    assert fault.value.problem is (problem or CardProblem.NO_CARD) and tries.counted == []


@pytest.mark.parametrize("fingerprint", ["", "0" * 64])
async def test_another_card_and_a_person_without_one_get_no_try(bench: SimulatedCardBench, fingerprint: str) -> None:
    tries = Tries()
    bench.insert()
    with pytest.raises(CardFault) as fault:
        await prove(bench, tries, PIN, fingerprint=fingerprint)
    assert fault.value.problem is CardProblem.OTHER_CARD and tries.counted == []


async def test_a_locked_person_does_not_reach_the_card(bench: SimulatedCardBench) -> None:
    bench.insert()
    with pytest.raises(Denied):
        await prove(bench, Tries(["4711"] * 3), WRONG_PIN)
    assert await prove(bench, Tries(), PIN)  # the card has counted nothing


async def test_a_card_that_is_locked_is_not_counted_again(bench: SimulatedCardBench) -> None:
    bench.insert(CardProblem.PIN_LOCKED)
    tries = Tries()
    for _again in range(2):
        with pytest.raises(CardFault) as fault:
            await prove(bench, tries, WRONG_PIN)
        assert fault.value.problem is CardProblem.PIN_LOCKED
    assert tries.counted == ["4711"]


async def test_a_proof_that_comes_too_late_is_false(bench: SimulatedCardBench) -> None:
    times = iter([NOW, NOW.replace(hour=9)])
    tries = Tries()
    bench.insert()
    assert not await prove(bench, tries, PIN, challenges=CardChallenges("kit-1", lambda: next(times)))
    assert tries.counted == ["4711"]


async def test_a_closed_reader_has_no_card(bench: SimulatedCardBench) -> None:
    reader = registry.staff_card_reader(bench.url, bench.context)
    challenges = CardChallenges("kit-1", lambda: NOW)
    with pytest.raises(DeviceFault):
        await prove_by_card(reader, challenges, Tries(), challenges.issue("4711", "sign-in"), "0" * 64, PIN)
