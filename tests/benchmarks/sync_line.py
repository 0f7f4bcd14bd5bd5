"""The thin line of the benchmark: nginx with TLS behind a proxy that counts each byte, as slow as a satellite."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from data.kit.home import KitHome
from sync.kit import courier
from sync.kit.courier import RunOptions
from sync.kit.run_report import CourierReport
from tests.support.network.certificates import Authority
from tests.support.network.chaos import Proxy
from tests.support.network.nginx import nginx

SATELLITE_BYTES_S = 64_000 / 8


@dataclass(frozen=True)
class Run:
    """One run of the courier."""

    report: CourierReport
    wire_bytes: int
    """Both ways, handshakes and headers included."""
    seconds: float
    """As the line was: paced or not."""

    @property
    def on_satellite_s(self) -> float:
        """What it takes at 64 kbit/s, worked out from the bytes where the line was not paced."""
        return self.seconds + self.wire_bytes / SATELLITE_BYTES_S


class SatelliteLine:
    """The line to one published tree."""

    def __init__(self, proxy: Proxy, authority: Path) -> None:
        self._proxy = proxy
        self.source = f"https://localhost:{proxy.port}"
        self._authority = authority

    def trusted_by(self, kit: KitHome) -> KitHome:
        """The kit, once it trusts the certificate of this line."""
        changed = kit.settings.courier.model_copy(update={"authority": str(self._authority)})
        kit.settings.model_copy(update={"courier": changed}).save(kit.path / "kit.toml")
        return kit.reopen()

    def run(self, kit: KitHome, means: RunOptions, *, paced: bool = False, **options: object) -> Run:
        """Sync over it; `paced` holds the line to 64 kbit/s in real time."""
        self._proxy.bytes_s = SATELLITE_BYTES_S if paced else None
        self._proxy.reset_counts()
        began = perf_counter()
        report = courier.run(kit, options=means, **options)  # type: ignore[arg-type]
        seconds = perf_counter() - began
        assert report.ok, report
        return Run(report, self._proxy.up + self._proxy.down, seconds)


@contextmanager
def satellite(public: Path, folder: Path) -> Iterator[SatelliteLine]:
    """A line to the tree in `public`; its server's files go into `folder`."""
    authority = Authority(folder)
    with nginx(public, folder / "nginx", authority.certify("localhost")) as port, Proxy(port) as proxy:
        yield SatelliteLine(proxy, authority.file)
