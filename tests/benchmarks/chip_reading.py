"""Reading chips: through a real pcscd where there is one, and our own work beside the cryptography of a document.

The simulated chip answers in the same process, so its own arithmetic is in every figure of the line. What we add to
the cryptography is measured on a recording, without a chip: CPU of a whole reading less CPU inside the primitives.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
from typing import Any
from unittest.mock import patch

from data.certificates import signatures
from devices import registry
from devices.chip.card import BoundedTransport, Card
from devices.chip.crypto import groups
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.deadline import Deadline
from devices.chip.file_reader import ReadMode
from devices.chip.inspection import ChipReadRequest, Inspection
from devices.chip.reading import ChipReading
from devices.chip.recording.transports import ReplayedTransport, record_transport
from devices.ports import DeviceHealth, DriverContext, Transport
from tests.benchmarks.report import aim, percentile, spread
from tests.support.invented_chips import KEY, NOW, chip, read, trust
from tests.support.virtual_pcsc import READER, VirtualPcsc, aim_at_our_own, missing

_ACCESS = {
    "bac": {"access": ["bac"]},
    "pace_p256": {"pace": ["ecdh-gm-aes-128:12"]},
    "pace_brainpool": {"pace": ["ecdh-gm-aes-128:13"]},
    "pace_cam": {"pace": ["ecdh-cam-aes-128:13"]},
    "pace_dh_2048": {"pace": ["dh-gm-aes-256:2"], "extended_length": "yes"},
}
_PRIMITIVES = (
    *((CipherSuite, name) for name in ("encrypt", "decrypt", "encrypt_block", "mac")),
    *((groups, name) for name in ("_native", "_in_python")),
    *((signatures, name) for name in ("_rsa_holds", "_ecdsa_holds")),
)


def run(repeat: int) -> None:
    """Print the figures of reading."""
    _own_work(repeat)
    if lacks := missing():
        print(f"no PC/SC path: {lacks} missing; read in process instead")
        _line(repeat, lambda transport: transport)
        return
    aim_at_our_own()
    pcsc = VirtualPcsc()
    try:
        asyncio.run(_through_pcscd(pcsc, repeat))
    finally:
        pcsc.stop()


async def _through_pcscd(pcsc: VirtualPcsc, repeat: int) -> None:
    with TemporaryDirectory() as folder:
        reader = registry.chip_reader(f"pcsc://{READER.replace(' ', '%20')}", DriverContext(Path(folder)))
        await reader.open()

        for name, profile in _ACCESS.items():
            for lengths in ("yes", "no"):
                if name == "pace_dh_2048" and lengths == "no":
                    continue
                pcsc.reader.take_away()
                async for state in reader.events():
                    if state.health is DeviceHealth.READY:
                        break
                pcsc.reader.lay(chip(**{"extended_length": lengths, **profile}))
                times = []
                for _ in range(repeat):
                    found = await reader.chip(10)
                    assert found is not None
                    times.append(await asyncio.to_thread(_timed, found))
                _told(f"{name}, {'long' if lengths == 'yes' else 'short'} responses", times)
                if lengths == "no" or name == "pace_dh_2048":
                    aim(f"chip.{name}_access_ms", percentile([one.stages_ms["access"] for one, _ in times], 50), 150)
                    aim(f"chip.{name}_picture_ms", percentile([one.stages_ms["DG2"] for one, _ in times], 50), 150)
        await reader.close()


def _line(repeat: int, line: Callable[[Transport], Transport]) -> None:
    for name, profile in _ACCESS.items():
        made = line(chip(**profile))
        _told(f"{name}, in process", [_timed(made) for _ in range(repeat)])


def _timed(transport: Transport) -> tuple[ChipReading, float]:
    start = perf_counter()
    reading = read(transport)
    return reading, 1000 * (perf_counter() - start)


def _told(name: str, times: list[tuple[ChipReading, float]]) -> None:
    stages: dict[str, list[float]] = defaultdict(list)
    for reading, _ in times:
        for stage in ("access", "DG2", "proofs", "judging"):
            stages[stage].append(reading.stages_ms[stage])
    size = len(times[0][0].contents.groups[2])
    parts = ", ".join(f"{stage} {spread(found)}" for stage, found in stages.items())
    print(f"{name}: whole {spread([one for _, one in times])} ms; {parts} ms (picture of {size} bytes)")


def _own_work(repeat: int) -> None:
    """On a recording: no chip, no line, the same numbers each time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chip.jsonl"
        recorded, file, random_source = record_transport(path, chip(extended_length="no"), b"a seed")
        read(recorded, random_source=random_source)
        file.close()
        whole, cryptography = [], []
        for _ in range(repeat):
            replayed = ReplayedTransport(path)
            question = ChipReadRequest(KEY, trust(), NOW, random_source=replayed.random_source)
            with _counted() as spent:
                start = thread_time()
                Inspection(Card(BoundedTransport(replayed, Deadline(60))), question, ReadMode.SWIFT).run()
                whole.append(1000 * (thread_time() - start))
            cryptography.append(1000 * spent[0])
        own = [one - other for one, other in zip(whole, cryptography, strict=True)]
        print(f"CPU of a document: {spread(whole)} ms, of it cryptography {spread(cryptography)} ms")
        aim("chip.own_cpu_ms", percentile(own, 50), 10.0)


@contextmanager
def _counted() -> Iterator[list[float]]:
    """Counts CPU seconds inside the primitives, each once."""
    spent = [0.0]
    inside = [False]

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if inside[0]:
                return original(*given, **named)
            inside[0] = True
            start = thread_time()
            try:
                return original(*given, **named)
            finally:
                spent[0] += thread_time() - start
                inside[0] = False

        return call

    patches = [patch.object(owner, name, counted(getattr(owner, name))) for owner, name in _PRIMITIVES]
    for one in patches:
        one.start()
    try:
        yield spent
    finally:
        for one in patches:
            one.stop()
