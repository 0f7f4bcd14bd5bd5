"""Random numbers below a limit."""

from devices.simulated.chip.randomness import number_below, seeded_randomness


def test_numbers_below_a_limit() -> None:
    assert {number_below(4, seeded_randomness("n", seed)) for seed in range(60)} == {1, 2, 3}
    take = seeded_randomness("stream")
    assert take(10) + take(50) == seeded_randomness("stream")(60)
