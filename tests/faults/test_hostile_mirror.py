"""What a hostile mirror can serve, through the real service: refused by its rule, and the service says what comes next.

Files that only a thief of headquarters' keys could make (bombs, bounds, canaries, wrongly signed ones) are in
`tests/sync/formats/`, `tests/sync/trust/` and `tests/conformance/`.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.clock import read_system_time
from data.kit.home import KitHome
from sync.headquarters.kits import revoke_kit
from sync.kit import courier
from tests.support.courier_service import Service
from tests.support.deployment import FEWER, PEOPLE, Deployment, names

STAYS = "stay"


@dataclass
class Scene:
    """A kit at version 1 and a mirror at version 2, with what the mirror had before."""

    deployment: Deployment
    kit: KitHome
    old: Path

    @property
    def metadata(self) -> Path:
        return self.deployment.mirror / "metadata"

    def newest(self, role: str, folder: Path | None = None) -> Path:
        found = (folder or self.metadata).glob(f"*.{role}.json")
        return max(found, key=lambda path: int(path.name.split(".")[0]))

    def payloads(self) -> list[Path]:
        """The files from which the new version could be made: where one cannot be used, the courier takes another."""
        return [self.deployment.payload(kind) for kind in "sd"]


@pytest.fixture
def scene(deployment: Deployment) -> Scene:
    deployment.publish(PEOPLE)
    deployment.publish(PEOPLE, "other")
    kit = deployment.kit()
    deployment.kit("post-2")
    courier.run(kit)
    shutil.copytree(deployment.mirror, deployment.folder / "old")
    deployment.publish(FEWER)
    return Scene(deployment, kit, deployment.folder / "old")


@pytest.fixture
def watched(scene: Scene) -> Iterator[Callable[[], Service]]:
    running: list[Service] = []

    def start() -> Service:
        changed = scene.kit.settings.courier.model_copy(update={"sticks": []})
        scene.kit.settings.model_copy(update={"courier": changed}).save(scene.kit.path / "kit.toml")
        running.append(Service(scene.kit.reopen()))
        return running[-1]

    yield start
    for service in running:
        service.stop()


def truncated_timestamp(scene: Scene) -> None:
    path = scene.metadata / "timestamp.json"
    path.write_bytes(path.read_bytes()[:100])


def over_long_timestamp(scene: Scene) -> None:
    (scene.metadata / "timestamp.json").write_bytes(b" " * 1_000_000)


def truncated_delta(scene: Scene) -> None:
    path = scene.deployment.payload("d")
    path.write_bytes(path.read_bytes()[:100])


def over_long_payloads(scene: Scene) -> None:
    for path in scene.payloads():
        path.write_bytes(path.read_bytes() + bytes(100_000))


def bombs_for_payloads(scene: Scene) -> None:
    for path in scene.payloads():
        path.write_bytes((b"\x28\xb5\x2f\xfd" + bytes(path.stat().st_size))[: path.stat().st_size])


def swapped_manifests(scene: Scene) -> None:
    (mine,) = (path for path in (scene.deployment.mirror / "lists" / "un").glob("*.manifest.json")
               if not (scene.old / "lists" / "un" / path.name).exists())  # fmt: skip
    other = next((scene.deployment.mirror / "lists" / "other").glob("*.manifest.json"))
    mine.write_bytes(other.read_bytes().ljust(mine.stat().st_size)[: mine.stat().st_size])


def replayed_timestamp(scene: Scene) -> None:
    courier.run(scene.kit)
    shutil.copy(scene.old / "metadata" / "timestamp.json", scene.metadata)


def rolled_back_tree(scene: Scene) -> None:
    courier.run(scene.kit)
    shutil.rmtree(scene.deployment.mirror)
    shutil.copytree(scene.old, scene.deployment.mirror)


def rolled_back_tree_for_a_kit_that_lost_its_metadata(scene: Scene) -> None:
    rolled_back_tree(scene)
    shutil.rmtree(scene.kit.path / "trust")


def frozen_tree(scene: Scene) -> None:
    scene.deployment.take(FEWER | {"XXi.900": "Altera Persona"})
    scene.deployment.publish_again(now=read_system_time() + timedelta(days=60))
    courier.run(scene.kit)
    rolled_back_tree_for_a_kit_that_lost_its_metadata(scene)


def mixed_trees(scene: Scene) -> None:
    scene.newest("snapshot").write_bytes(scene.newest("snapshot", scene.old / "metadata").read_bytes())


def targets_of_another_state(scene: Scene) -> None:
    scene.newest("lists").write_bytes(scene.newest("lists", scene.old / "metadata").read_bytes())


def another_headquarters(scene: Scene) -> None:
    impostor = Deployment(scene.deployment.folder / "impostor")
    impostor.publish({"XXi.666": "Persona Falsa"})
    impostor.close()
    shutil.rmtree(scene.deployment.mirror)
    shutil.copytree(impostor.mirror, scene.deployment.mirror)


def one_bit_in_the_signature(scene: Scene) -> None:
    path = scene.metadata / "timestamp.json"
    facts = json.loads(path.read_bytes())
    signature = facts["signatures"][0]["sig"]
    facts["signatures"][0]["sig"] = ("0" if signature[0] != "0" else "1") + signature[1:]
    path.write_text(json.dumps(facts))


def envelope_held_back_after_a_key_turned(scene: Scene) -> None:
    revoke_kit(scene.deployment.hq, "post-2", "it was lost")
    scene.deployment.publish(PEOPLE)
    shutil.rmtree(scene.deployment.mirror / "kits")
    shutil.copytree(scene.old / "kits", scene.deployment.mirror / "kits")


def missing_payloads(scene: Scene) -> None:
    for path in scene.payloads():
        path.unlink()


ATTACKS: list[tuple[Callable[[Scene], None], str, str]] = [
    (truncated_timestamp, "The files at the source cannot be read", "failed"),
    (over_long_timestamp, "longer than allowed", "failed"),
    (one_bit_in_the_signature, "Headquarters did not sign", "failed"),
    (another_headquarters, "Headquarters did not sign", "failed"),
    (mixed_trees, "older than what this kit has seen", "failed"),
    (replayed_timestamp, "older than what this kit has seen", "failed"),
    (rolled_back_tree, "older than what this kit has seen", "failed"),
    (rolled_back_tree_for_a_kit_that_lost_its_metadata, "older than what this kit has seen", "failed"),
    (frozen_tree, "has expired", "failed"),
    (targets_of_another_state, "older than what this kit has seen", "partly"),
    (swapped_manifests, "size or hash differ", "partly"),
    (truncated_delta, "broke off after 100", "broke off"),
    (over_long_payloads, "longer than the file that headquarters signed", "partly"),
    (bombs_for_payloads, "is not the file that headquarters signed", "partly"),
    (missing_payloads, "is not in", "partly"),
    (envelope_held_back_after_a_key_turned, "does not have the key for epoch", "partly"),
]


@pytest.mark.parametrize(("attack", "rule", "outcome"), ATTACKS, ids=[attack.__name__ for attack, *_ in ATTACKS])
def test_what_a_mirror_cannot_do(
    scene: Scene, watched: Callable[[], Service], attack: Callable[[Scene], None], rule: str, outcome: str
) -> None:
    attack(scene)
    before, people = scene.kit.lists.open("un").edition(), names(scene.kit)
    state = watched().waits(outcome)
    assert rule in state.says
    assert state.says.endswith(("lists again.", "comes up.", "left off."))  # what it will do next
    assert datetime.fromisoformat(state.next_at) > read_system_time() - timedelta(minutes=1)
    assert (scene.kit.lists.open("un").edition(), names(scene.kit)) == (before, people)
    assert names(scene.kit, "other") == PEOPLE
