"""Fixtures for the sources' tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sync.support.trust_files import Write


@pytest.fixture
def write_listing(tmp_path: Path) -> Callable[..., Path]:
    def _write(*lines: str, name: str = "sltd.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return _write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return _write
