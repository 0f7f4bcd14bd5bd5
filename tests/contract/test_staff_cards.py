"""What every driver of staff cards promises (docs/devices.md, "Staff cards"). A driver joins by a bench."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.people.card_proof import CardChallenges
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.ports import DeviceHealth
from devices.registry import BUILT_IN_DRIVERS, DeviceKind
from devices.staff_card.card_reader import CardFault, CardProblem, InsertedCard, StaffCardReader
from tests.contract.benches.staff_cards import CardBench, SimulatedCardBench, SofthsmCardBench
from tests.support.card_tokens import PIN, WRONG_PIN
from tests.support.waiting import GUARD_S, until, within

_SHORT_S = 0.05
BENCHES: dict[str, Callable[[Path, pytest.FixtureRequest], CardBench]] = {
    "simulated": lambda folder, request: SimulatedCardBench(folder),
    "pkcs11": lambda folder, request: SofthsmCardBench(folder, request.getfixturevalue("card_maker")),
}


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> CardBench:
    return BENCHES[request.param](tmp_path, request)


def _reader(bench: CardBench) -> StaffCardReader:
    return registry.staff_card_reader(bench.url, bench.context)


async def _inserted(bench: CardBench, *problems: CardProblem) -> tuple[StaffCardReader, InsertedCard]:
    """An open reader with a card in it."""
    bench.insert(*problems)
    reader = _reader(bench)
    await reader.open()
    card = await reader.card(GUARD_S)
    assert card is not None
    return reader, card


async def test_a_card_shows_its_keys_and_signs(bench: CardBench) -> None:
    reader, card = await _inserted(bench)
    assert card.label == "A. Karim" and card.serial and len(card.keys) == 1
    challenges = CardChallenges("kit-1", lambda: datetime.now(UTC))
    for _again in range(2):
        challenge = challenges.issue("4711", "sign-in")
        proof = await reader.sign(card.keys[0].fingerprint, challenge.encode(), PIN, GUARD_S)
        assert challenges.accept(challenge, proof, card.keys[0].fingerprint)
    assert reader.info.simulated is bench.simulated
    await reader.close()


async def test_no_card_is_no_error_and_keeps_the_deadline(bench: CardBench) -> None:
    reader = _reader(bench)
    await reader.open()
    assert await within(reader.card(_SHORT_S)) is None
    assert reader.state.health is DeviceHealth.READY
    with pytest.raises(CardFault) as fault:
        await reader.sign("0" * 64, b"challenge", PIN, GUARD_S)
    assert fault.value.problem is CardProblem.NO_CARD
    await reader.close()


async def test_inserting_and_pulling_out_are_told(bench: CardBench) -> None:
    bench.insert()
    bench.pull_out()
    reader = _reader(bench)
    await reader.open()
    heard: list[bool] = []

    async def listen() -> None:
        async with aclosing(reader.insertions()) as insertions:
            async for presence in insertions:
                heard.append(isinstance(presence, InsertedCard))

    listening = asyncio.create_task(listen())
    await until(lambda: heard == [False], "what is there now")
    bench.insert()
    await until(lambda: heard == [False, True], "the card")
    bench.pull_out()
    await until(lambda: heard == [False, True, False], "its end")
    await reader.close()
    await within(listening)


@pytest.mark.parametrize(
    "problem", [CardProblem.PULLED_OUT, CardProblem.MODULE_CRASHED, CardProblem.NO_KEY, CardProblem.PIN_LOCKED]
)
async def test_what_keeps_a_card_from_signing_has_words_of_its_own(bench: CardBench, problem: CardProblem) -> None:
    reader, card = await _inserted(bench, problem)
    fingerprint = card.keys[0].fingerprint if card.keys else "0" * 64
    pin = WRONG_PIN if problem is CardProblem.PIN_LOCKED else PIN
    with pytest.raises(CardFault) as fault:
        await reader.sign(fingerprint, b"challenge", pin, GUARD_S)
    assert fault.value.problem is problem and fault.value.hint and "Nobody was signed in" in str(fault.value)
    await reader.close()


async def test_a_wrong_pin_and_the_last_try_before_the_card_locks(bench: CardBench) -> None:
    reader, card = await _inserted(bench)
    with pytest.raises(CardFault) as fault:
        await reader.sign(card.keys[0].fingerprint, b"challenge", WRONG_PIN, GUARD_S)
    assert fault.value.problem is CardProblem.WRONG_PIN and fault.value.reason is FaultReason.DENIED
    bench.insert(CardProblem.LAST_TRY)
    with pytest.raises(CardFault) as fault:
        await reader.sign(card.keys[0].fingerprint, b"challenge", WRONG_PIN, GUARD_S)
    assert fault.value.problem in (CardProblem.LAST_TRY, CardProblem.PIN_LOCKED)
    await reader.close()


@pytest.mark.parametrize("pin", ["", "1" * 65, "12\n34", "\udcff"])
async def test_what_cannot_be_a_pin_never_reaches_the_card(bench: CardBench, pin: str) -> None:
    reader, card = await _inserted(bench)
    with pytest.raises(CardFault) as fault:
        await reader.sign(card.keys[0].fingerprint, b"challenge", pin, GUARD_S)
    assert fault.value.problem is CardProblem.PIN_NOT_POSSIBLE
    await reader.close()


async def test_another_key_than_the_rosters_is_not_asked_for_a_pin(bench: CardBench) -> None:
    reader, _card = await _inserted(bench)
    with pytest.raises(CardFault) as fault:
        await reader.sign("0" * 64, b"challenge", WRONG_PIN, GUARD_S)
    assert fault.value.problem is CardProblem.OTHER_CARD
    await reader.close()


@pytest.mark.parametrize("problem", [CardProblem.SEVERAL_CARDS, CardProblem.NOT_SET_UP])
async def test_what_is_inserted_but_cannot_be_used_says_why(bench: CardBench, problem: CardProblem) -> None:
    bench.insert(problem)
    reader = _reader(bench)
    await reader.open()
    with pytest.raises(CardFault) as fault:
        await reader.card(GUARD_S)
    assert fault.value.problem is problem
    with pytest.raises(CardFault) as fault:
        await reader.sign("0" * 64, b"challenge", PIN, GUARD_S)
    assert fault.value.problem is problem
    await reader.close()


async def test_a_signature_keeps_its_deadline_and_the_reader_goes_on(bench: CardBench) -> None:
    reader, card = await _inserted(bench, CardProblem.MODULE_HANGS)
    with pytest.raises(CardFault) as fault:
        await within(reader.sign(card.keys[0].fingerprint, b"challenge", PIN, 1.0))
    assert fault.value.problem is CardProblem.MODULE_HANGS and fault.value.reason is FaultReason.TIMEOUT
    bench.insert()
    await until(lambda: reader.state.health is DeviceHealth.READY, "the reader")
    assert await reader.sign(card.keys[0].fingerprint, b"challenge", PIN, GUARD_S)
    await reader.close()


async def test_a_signature_can_be_cancelled_and_two_at_once_are_refused(bench: CardBench) -> None:
    reader, card = await _inserted(bench, CardProblem.MODULE_HANGS)
    signing = asyncio.create_task(reader.sign(card.keys[0].fingerprint, b"challenge", PIN, GUARD_S))
    await until(lambda: reader.state.health is DeviceHealth.BUSY, "the signature")
    with pytest.raises(DeviceFault) as fault:
        await reader.sign(card.keys[0].fingerprint, b"challenge", PIN, GUARD_S)
    assert fault.value.reason is FaultReason.BUSY
    signing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await within(signing)
    assert reader.state.health is DeviceHealth.READY
    await reader.close()


async def test_a_reader_is_opened_once_and_says_when_it_is_not(bench: CardBench) -> None:
    first, second = _reader(bench), _reader(bench)
    for call in (first.card(_SHORT_S), first.sign("", b"", PIN, GUARD_S)):
        with pytest.raises(DeviceFault) as fault:
            await call
        assert fault.value.reason is FaultReason.NOT_OPEN
    await first.open()
    with pytest.raises(DeviceFault) as fault:
        await second.open()
    assert fault.value.reason is FaultReason.BUSY
    await first.close()
    await first.close()
    await second.open()
    await second.close()
    assert second.state.health is DeviceHealth.ABSENT


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_many_openings_leak_nothing(bench: CardBench) -> None:
    bench.insert()
    reader = _reader(bench)
    await reader.open()
    await reader.close()
    before, tasks = _descriptors(), len(asyncio.all_tasks())
    for _again in range(5):
        await reader.open()
        await reader.close()
    await until(lambda: _descriptors() <= before, "every descriptor closed")
    await until(lambda: len(asyncio.all_tasks()) == tasks, "every task ended")


def test_every_driver_of_staff_cards_stands_on_a_bench() -> None:
    kinds = {scheme for scheme, entry in BUILT_IN_DRIVERS.items() if entry.device_kind is DeviceKind.STAFF_CARDS}
    assert kinds <= set(BENCHES)


def test_discovery_finds_simulated_cards_and_no_others(bench: CardBench) -> None:
    discovered = registry.discover_cards(bench.context)
    assert [device.url for device in discovered] == ([bench.url] if bench.simulated else [])
