"""Kits whose settings or policy say something else."""

import json
from typing import Any

from data.kit.home import KitHome
from data.policy import VAULT_POLICY, Policy, policy_from_json


def set_courier(kit: KitHome, **settings: object) -> KitHome:
    changed = kit.settings.courier.model_copy(update=settings)
    kit.settings.model_copy(update={"courier": changed}).save(kit.path / "kit.toml")
    return kit.reopen()


def policy_with(kit: KitHome, **entry: Any) -> Policy:
    facts = json.loads(kit.vault.get(VAULT_POLICY) or b"")
    facts["lists"]["un"] = facts["lists"]["default"] | entry
    return policy_from_json(json.dumps(facts).encode())
