"""Chips whose random bytes and private keys are those that a worked example prints."""

from collections.abc import Callable

from devices.chip.crypto.groups import DhGroup, standard_group
from devices.simulated.chip.personalisation.card import AgreementKey, SimulatedCard
from devices.simulated.chip.profile import ChipProfile


def in_turn(*values: bytes) -> Callable[[int], bytes]:
    """Randomness that gives these, each of the length that is asked for."""
    left = list(values)

    def take(count: int) -> bytes:
        value = left.pop(0)
        return value.rjust(count, b"\x00") if len(value) <= count else value[-count:]

    return take


def private(number: str, parameters: int) -> bytes:
    """The bytes that make the chip choose this private key in the group of these domain parameters."""
    group = standard_group(parameters)
    order = group.order if isinstance(group, DhGroup) else group.curve.order
    value = int(number, 16) % order - 1
    return value.to_bytes((order.bit_length() + 7) // 8, "big")


def bare_card(
    profile: ChipProfile, password: str, files: dict[int, bytes] | None = None, **keys: AgreementKey
) -> SimulatedCard:
    """A chip with these files alone."""
    return SimulatedCard(profile, {}, files or {}, password.encode(), None, tuple(keys.values()))
