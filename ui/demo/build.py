"""Builds the demonstration with the very functions that headquarters, a technician and a kit use."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from data.clock import read_system_time
from data.durable_files import write_durably
from data.kit.home import KitHome
from data.kit.settings import SETTINGS_FILE, ChipExpectation, ChipSettings, Settings
from devices.simulated.chip.publishing import publish_issuer_files
from provisioning.enrol import init_kit
from sync.headquarters.enrolment import enrol
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import found_headquarters, publish
from sync.kit import courier
from ui.wiring import open_kit_for_changes

PASSPHRASE = "demonstration"  # noqa: S105  (invented people behind it)
SHIFT = "shift.toml"


@dataclass(frozen=True, slots=True)
class DemoList:
    """A fictional list that ships with the demonstration."""

    name: str
    format: str
    path: str


LISTS = (
    DemoList("sltd", "sltd-csv", "sltd.csv"),
    DemoList("notices", "notices-json", "notices"),
    DemoList("un", "un-xml", "un.xml"),
    DemoList("ofac", "ofac-csv", "ofac"),
)


def build(folder: Path, tell: Callable[[str], None]) -> Path:
    """Make headquarters and a kit in `folder`, sync them, and return the kit's home."""
    with closing(found_headquarters(folder / "headquarters", PASSPHRASE)) as headquarters:
        _import(headquarters, tell)
        _import_trust(headquarters, tell)
        report = publish(headquarters)
        tell(f"headquarters: published {len(report.lists)} lists, signed and sealed, in {report.seconds:.1f} s")
        secret = folder / "enrolment.json"
        enrol(headquarters, "demo-kit", str(headquarters.public), secret)
    kit = init_kit(folder / "kit", PASSPHRASE, secret)
    secret.unlink()
    with closing(kit):
        _set_up(kit)
    with closing(open_kit_for_changes(folder / "kit", PASSPHRASE, "technician")) as kit:
        synced = courier.run(kit)
        tell(f"kit: fetched {len(synced.lists)} lists, {synced.bytes} bytes, in {synced.seconds:.1f} s")
    return folder / "kit"


def _import(headquarters: HeadquartersHome, tell: Callable[[str], None]) -> None:
    with as_file(files("ui.demo").joinpath("lists")) as lists:
        for listed in LISTS:
            report = import_list(headquarters, listed.name, listed.format, [lists / listed.path])
            records, refused = f"{report.added} records from {listed.format}", f"{len(report.refused)} refused"
            tell(f"headquarters: {listed.name} has {records}, {refused}")


def _import_trust(headquarters: HeadquartersHome, tell: Callable[[str], None]) -> None:
    """The invented states' signing certificates, revocation lists and signers of seals, each as states publish them."""
    with TemporaryDirectory() as folder, as_file(files("ui.demo").joinpath(SHIFT)) as shift:
        published = publish_issuer_files(shift, Path(folder), read_system_time())
        signers = import_list(headquarters, "signers", "master-list", published.master_list)
        revoked = import_list(headquarters, "revoked", "crl", published.revocations)
        if published.seal_signers is not None:
            import_list(headquarters, "seal-signers", "pem", [published.seal_signers])
    tell(f"headquarters: {signers.added} country signing certificates, {revoked.added} revocation lists")


def _set_up(kit: KitHome) -> None:
    write_durably(kit.path / SHIFT, files("ui.demo").joinpath(SHIFT).read_bytes())
    settings = kit.settings.model_copy(
        update={
            "post": "Demonstration crossing",
            "lane": "1",
            "reader": f"simulated://{SHIFT}#reader",
            "chip": ChipSettings(reader=f"simulated://{SHIFT}#chip", expected=ChipExpectation.NEVER, lay_s=1.5),
        }
    )
    Settings.model_validate(settings.model_dump()).save(kit.path / SETTINGS_FILE)
