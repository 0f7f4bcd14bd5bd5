"""A file that cannot be had never blocks a list for which other files lead to the newest version."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from data.kit.home import KitHome
from sync.kit import courier
from sync.kit.connections.data_budget import SpendingLog
from sync.kit.courier import USAGE
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, one, sync


def spoil(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILS: dict[str, Callable[[Path], None]] = {
    "missing": Path.unlink,
    "spoiled": spoil,
    "cut": cut,
    "empty": lambda path: path.write_bytes(b"") and None,
    "longer": lengthen,
    "a folder": become_folder,
}


@pytest.mark.parametrize("over", ["folder", "http"])
@pytest.mark.parametrize("how", SPOILS)
def test_where_a_delta_cannot_be_had_the_whole_list_comes(
    deployment: Deployment, served: Callable[[Path], str], how: str, over: str
) -> None:
    deployment.publish(PEOPLE)
    public = deployment.hq.public
    kit = deployment.kit(source=served(deployment.hq.path) if over == "http" else str(public))
    sync(kit)
    deployment.publish(FEWER)
    (delta,) = (public / "lists" / "un").glob("d-*")
    SPOILS[how](delta)
    for _run in range(2):  # of a file that is cut off the first run takes what there is
        result = sync(kit)["un"]
    assert result.error is None and names(kit) == FEWER
    assert one(courier.run(kit)).way is SyncMethod.UNCHANGED


def test_where_nothing_else_leads_there_the_old_list_serves_and_the_error_is_told(behind: Deployment) -> None:
    (kit,) = behind.kits
    behind.payload("d").unlink()
    for path in (behind.mirror / "lists" / "un").glob("s-*"):
        path.unlink()
    result = sync(kit)["un"]
    assert result.error is not None and "un" in result.error.what
    assert names(kit) == PEOPLE
    behind.refresh_mirror()
    assert sync(kit)["un"].error is None
    assert names(kit) == FEWER


def test_another_way_keeps_to_the_budget(deployment: Deployment, served: Callable[[Path], str]) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit(source=served(deployment.hq.path))
    sync(kit)
    deployment.publish(FEWER)
    (delta,) = (deployment.hq.public / "lists" / "un").glob("d-*")
    frugal = kit.settings.courier.model_copy(
        update={"budget_mb_day": 0.0001, "always_kb": (delta.stat().st_size + 100) / 1000}
    )
    kit.settings.__dict__["courier"] = frugal
    SpendingLog(kit.path / USAGE).add(1000, courier.headquarters_word.read_clock(kit).now().astimezone())
    delta.unlink()
    result = sync(kit)["un"]
    assert result.error is None and result.postponed is not None
    assert names(kit) == PEOPLE


@pytest.mark.parametrize("file", ["s", "d"])
def test_a_download_that_was_verified_and_then_spoiled_is_fetched_again(behind: Deployment, file: str) -> None:
    (kit,) = behind.kits
    if file == "s":
        kit = behind.kit("post-2")
    staged = _stage(behind, kit, file)
    spoil(staged)
    for _run in range(2):
        result = sync(kit)["un"]
    assert result.error is None and names(kit) == FEWER


def _stage(deployment: Deployment, kit: KitHome, file: str) -> Path:
    """A payload as a run that was killed before it was applied leaves it."""
    content = deployment.payload(file).read_bytes()
    path = kit.staging / sha256(content).hexdigest()
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["folder", "link"])
def test_what_is_no_download_goes_from_among_the_downloads(behind: Deployment, name: str) -> None:
    (kit,) = behind.kits
    staged = _stage(behind, kit, "d")
    staged.unlink()
    if name == "folder":
        staged.mkdir()
        (staged / "x").write_bytes(b"x")
    else:
        staged.symlink_to("/nowhere/at/all")
    assert sync(kit)["un"].error is None
    assert names(kit) == FEWER
