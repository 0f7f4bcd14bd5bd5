"""What headquarters knows of a kit and of its own keys."""

from datetime import timedelta
from pathlib import Path

from data.clock import read_system_time
from data.kit.home import KitHome
from sync.formats.envelope import envelope_path
from sync.headquarters.ceremonies.key_state import RoleState, read_key_state
from sync.headquarters.ingest.kit_reports import KitReport, read_kit_reports
from sync.headquarters.kits import KitSummary, list_kits
from sync.kit import vault_entries
from tests.support.deployment import Deployment


def key_states(deployment: Deployment, days: float = 0) -> dict[str, RoleState]:
    return {
        role_state.role: role_state
        for role_state in read_key_state(deployment.hq, read_system_time() + timedelta(days=days))
    }


def kit_summary(deployment: Deployment, name: str = "post-1") -> KitSummary:
    return next(kit for kit in list_kits(deployment.hq) if kit.name == name)


def envelope_in_mirror(deployment: Deployment, kit: KitHome) -> Path:
    return deployment.mirror / envelope_path(vault_entries.read_enrolment(kit).folder)


def report_of_kit(deployment: Deployment, name: str = "post-1") -> KitReport:
    return next(report for report in read_kit_reports(deployment.hq) if report.kit == name)
