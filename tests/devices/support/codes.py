"""Codes that travellers present, at a simulated reader or any other."""

from pathlib import Path

from devices import registry
from devices.ports import DocumentReader, DriverContext
from devices.reading import Reading
from tests.contract.benches.port import ZONE
from tests.support.waiting import GUARD_S

PASS = b"M1SAMPLE/ADA          EABC123 AAABBBXY 0123 183Y012A0025 100"
SEAL = b"\xdc\x03" + bytes(range(256))
SCRIPT = f"""
[reader]
[[reader.presents]]
mrz = {ZONE.split(chr(10))}
codes = ["{PASS.decode()}", "hex:{SEAL.hex()}"]
[[reader.presents]]
raw = ""
codes = ["{PASS.decode()}"]
"""


def simulated_reader(folder: Path, script: str = SCRIPT) -> DocumentReader:
    (folder / "kit.toml").write_text(script)
    return registry.reader("simulated://kit.toml#reader", DriverContext(folder, "development"))


async def read_many(url: str, folder: Path, count: int) -> list[Reading]:
    device = registry.reader(url, DriverContext(folder, "development"))
    await device.open()
    got = [await device.read(GUARD_S) for _ in range(count)]
    await device.close()
    return [result for result in got if isinstance(result, Reading)]
