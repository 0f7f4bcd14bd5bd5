"""Another bench's device, its driver in a process of its own."""

from tests.contract.benches.port import Bench


class IsolatedBench:
    begins = tells_of_garbage = True
    openings = 3

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.scheme, self.channel, self.simulated, self.context = (
            bench.scheme,
            bench.channel,
            bench.simulated,
            bench.context,
        )

    def device(self, *happens: str) -> str:
        return f"{self.bench.device(*happens)}&isolated=yes"

    def go_on(self) -> None:
        self.bench.go_on()

    def take_away(self) -> None:
        self.bench.take_away()

    def clear(self) -> None:
        self.bench.clear()
