"""The command that adds an optional part names this installation's own way."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from data import installation
from data.installation import install_command
from tests.structure.product import ROOT


def test_the_packages_of_an_extra_are_installed_for_this_python() -> None:
    assert install_command("serial") == f"{sys.executable} -m pip install 'pyserial>=3.5'"


def test_the_command_is_understood_by_pip() -> None:
    """What is installed already satisfies it: nothing is fetched."""
    command = install_command("hq") + " --dry-run --no-deps --no-index"
    tried = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert tried.returncode == 0 and "already satisfied: sqlalchemy" in tried.stdout


def test_in_pipx_the_packages_go_into_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = tmp_path / "waypost"
    environment.mkdir()
    (environment / "pipx_metadata.json").write_text("{}")
    monkeypatch.setattr(sys, "prefix", str(environment))
    assert install_command("udev") == "pipx runpip waypost install 'pyudev>=0.24.4'"


def test_an_environment_without_pip_is_filled_by_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    assert install_command("serial") == f"uv pip install --python {sys.executable} 'pyserial>=3.5'"


def test_a_checkout_that_was_never_installed_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", absent)
    assert install_command("hq") == f"{sys.executable} -m pip install '{ROOT}[hq]'"
