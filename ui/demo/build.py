"""Builds the demonstration with the same functions that headquarters, a technician and a kit use."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from data.clock import read_system_time
from data.durable_files import write_durably
from data.kit import home_files
from data.kit.home import KitHome
from data.kit.settings import SETTINGS_FILE, ChipExpectation, ChipSettings, Settings
from data.text import Message, _, plural
from devices.simulated.chip.publishing import publish_issuer_files
from provisioning.enrol import init_kit
from sync.headquarters.enrolment import enrol
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import found_headquarters, publish
from sync.kit import courier
from ui.demo.staff import POST, add_people, choose_pins
from ui.wiring import open_kit_for_changes

PASSPHRASE = "only-a-demonstration"  # noqa: S105  (invented people behind it)
SHIFT = home_files.SHIFT.path


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


def build(folder: Path, tell: Callable[[Message], None]) -> Path:
    """Make headquarters and a kit in `folder`, sync them, and return the kit's home. `tell` takes each step."""
    with closing(found_headquarters(folder / "headquarters", PASSPHRASE)) as headquarters:
        _import(headquarters, tell)
        _import_trust(headquarters, tell)
        first_pins = add_people(headquarters)
        report = publish(headquarters)
        tell(
            plural(
                "headquarters: published {count} list, signed and sealed, in {seconds:.1f} s",
                "headquarters: published {count} lists, signed and sealed, in {seconds:.1f} s",
                len(report.lists),
                seconds=report.seconds,
            )
        )
        secret = folder / "enrolment.json"
        enrol(headquarters, "demo-kit", str(headquarters.public), secret, post=POST)
    kit = init_kit(folder / "kit", PASSPHRASE, secret, "development")
    secret.unlink()
    with closing(kit):
        _set_up(kit)
    with closing(open_kit_for_changes(folder / "kit", PASSPHRASE, "technician")) as kit:
        synced = courier.run(kit)
        choose_pins(kit, first_pins)
        tell(
            plural(
                "kit: fetched {count} list, {bytes} bytes, in {seconds:.1f} s",
                "kit: fetched {count} lists, {bytes} bytes, in {seconds:.1f} s",
                len(synced.lists),
                bytes=synced.bytes,
                seconds=synced.seconds,
            )
        )
    return folder / "kit"


def _import(headquarters: HeadquartersHome, tell: Callable[[Message], None]) -> None:
    with as_file(files("ui.demo").joinpath("lists")) as lists:
        for listed in LISTS:
            report = import_list(headquarters, listed.name, listed.format, [lists / listed.path])
            tell(
                _(
                    "headquarters: {list} has {added} records from {format}, {refused} refused",
                    list=listed.name,
                    added=report.added,
                    format=listed.format,
                    refused=report.refused_count,
                )
            )


def _import_trust(headquarters: HeadquartersHome, tell: Callable[[Message], None]) -> None:
    """The invented states' signing certificates, revocation lists and signers of seals, as real states publish them."""
    with TemporaryDirectory() as folder, as_file(files("ui.demo").joinpath(SHIFT)) as shift:
        published = publish_issuer_files(shift, Path(folder), read_system_time())
        signers = import_list(headquarters, "signers", "master-list", published.master_list)
        revoked = import_list(headquarters, "revoked", "crl", published.revocations)
        if published.seal_signers is not None:
            import_list(headquarters, "seal-signers", "pem", [published.seal_signers])
    tell(
        _(
            "headquarters: country signing certificates: {signers}, revocation lists: {revocations}",
            signers=signers.added,
            revocations=revoked.added,
        )
    )


def _set_up(kit: KitHome) -> None:
    write_durably(kit.path / SHIFT, files("ui.demo").joinpath(SHIFT).read_bytes())
    settings = kit.settings.model_copy(
        update={
            "post": POST,
            "lane": "1",
            "reader": f"simulated://{SHIFT}#reader",
            "chip": ChipSettings(reader=f"simulated://{SHIFT}#chip", expected=ChipExpectation.NEVER, lay_s=1.5),
        }
    )
    Settings.model_validate(settings.model_dump()).save(kit.path / SETTINGS_FILE)
