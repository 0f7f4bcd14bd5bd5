"""Fixtures for the connections' tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.network.certificates import Authority
from tests.support.network.nginx import is_installed, nginx


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def static() -> Iterator[Callable[..., int]]:
    """nginx over a folder."""
    if not is_installed():
        if os.environ.get("CI"):
            pytest.fail("nginx is not installed (Debian: nginx-light)")
        pytest.skip("nginx is not installed (Debian: nginx-light)")
    with ExitStack() as running:
        yield lambda *arguments, **options: running.enter_context(nginx(*arguments, **options))
